"""Every change that has an event shows on the page, and the page stays the truth."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import OrthancStarter
from tests.support.dicom import instance, pydicom_files, study_id, synthetic_studies
from tests.support.orthanc import Orthanc
from tests.support.ports import free_port
from tests.support.truth import assert_pages_are_the_truth, true_studies
from tests.support.waiting import wait_until


@pytest.fixture
def filled(orthanc: Orthanc) -> Orthanc:
    """An Orthanc with a study of two series of two instances, and another patient's study."""
    for series in 'AB':
        for number in '12':
            orthanc.upload(instance('P', 'S', series, number, StudyDate='20240101'))
    orthanc.upload(instance('Q', 'T', 'A', '1', StudyDate='20230101'))
    # Else their becoming stable, a second later, would repair what a test's own change left wrong.
    wait_until(lambda: all(study['IsStable'] for study in true_studies(orthanc)), 'stable studies')
    assert_pages_are_the_truth(orthanc)
    return orthanc


def test_new_studies_and_new_series_show(filled: Orthanc) -> None:
    filled.upload(instance('P', 'S', 'C', '1'))
    filled.upload(instance('P', 'U', 'A', '1'))
    assert_pages_are_the_truth(filled)
    assert len(filled.get_json(f'/studies/{study_id("P", "S")}')['Series']) == 3


def test_a_deleted_instance_shows(filled: Orthanc) -> None:
    [first, *_] = filled.get_json(f'/studies/{study_id("P", "S")}/instances')
    filled.delete(
        f'/instances/{first["ID"]}'
    )  # from 1.12 on LastUpdate of the study changes, and no event says so
    assert_pages_are_the_truth(filled)


def test_a_deleted_series_shows(filled: Orthanc) -> None:
    [first, _] = filled.get_json(f'/studies/{study_id("P", "S")}')['Series']
    filled.delete(f'/series/{first}')
    assert_pages_are_the_truth(filled)
    assert len(filled.get_json('/sort-studies')[1]['Series']) == 1


def test_a_series_shows_as_gone_when_its_last_instance_is(filled: Orthanc) -> None:
    [first, _] = filled.get_json(f'/studies/{study_id("P", "S")}')['Series']
    for deleted in filled.get_json(f'/series/{first}')['Instances']:
        filled.delete(f'/instances/{deleted}')
    assert_pages_are_the_truth(filled)


@pytest.mark.parametrize('path', ['/studies/{study}', '/patients/{patient}'])
def test_a_deleted_study_or_patient_shows(filled: Orthanc, path: str) -> None:
    [_, study] = filled.get_json('/sort-studies')
    filled.delete(path.format(study=study['ID'], patient=study['ParentPatient']))
    assert_pages_are_the_truth(filled)
    assert len(filled.get_json('/sort-studies')) == 1


def test_a_deleted_study_that_is_sent_again_is_there(filled: Orthanc) -> None:
    for _ in range(5):
        filled.delete(f'/studies/{study_id("Q", "T")}')
        filled.upload(instance('Q', 'T', 'A', '1', StudyDate='20250101', StudyDescription='again'))
    assert_pages_are_the_truth(filled)
    assert filled.get_json('/sort-studies')[1]['MainDicomTags']['StudyDescription'] == 'again'


def test_an_overwritten_instance_shows(filled: Orthanc) -> None:
    filled.upload(
        instance('Q', 'T', 'A', '1', StudyDate='20260101', StudyDescription='other', PatientName='New^Name')
    )
    assert_pages_are_the_truth(filled)


def test_user_metadata_show_nothing_that_is_not_so(filled: Orthanc) -> None:
    metadata = f'/studies/{study_id("P", "S")}/metadata/1024'
    filled.put(metadata, content='first')
    assert_pages_are_the_truth(filled)
    filled.delete(metadata)
    assert_pages_are_the_truth(filled)


def test_a_study_shows_as_stable_and_as_unstable_again(filled: Orthanc) -> None:
    def stable_on_page() -> list[bool]:
        return [study['IsStable'] for study in filled.get_json('/sort-studies')]

    wait_until(lambda: stable_on_page() == [True, True], 'stable studies')
    filled.upload(instance('Q', 'T', 'A', '2'))
    wait_until(lambda: stable_on_page() == [False, True], 'an unstable study')
    assert_pages_are_the_truth(filled)


@pytest.mark.parametrize(
    ('route', 'request_body'),
    [
        ('/studies/{study}/anonymize', {}),
        ('/studies/{study}/anonymize', {'KeepSource': False}),
        ('/studies/{study}/modify', {'Replace': {'StudyDescription': 'Modified', 'StudyDate': '20200202'}}),
        ('/patients/{patient}/modify', {'Replace': {'PatientID': 'R', 'PatientName': 'N^N'}, 'Force': True}),
    ],
)
def test_anonymised_and_modified_studies_show(filled: Orthanc, route: str, request_body: object) -> None:
    [_, study] = filled.get_json('/sort-studies')
    filled.post_json(route.format(study=study['ID'], patient=study['ParentPatient']), request_body)
    assert_pages_are_the_truth(filled)


def resources(orthanc: Orthanc) -> dict[str, str]:
    """The IDs of what `filled` has, by names."""
    study, other = study_id('P', 'S'), study_id('Q', 'T')
    [series, _] = orthanc.get_json(f'/studies/{study}')['Series']
    patient = orthanc.get_json(f'/studies/{study}')['ParentPatient']
    return {'study': study, 'other': other, 'series': series, 'patient': patient}


@pytest.mark.parametrize(
    ('method', 'path', 'body'),
    [
        ('POST', '/studies/{study}/merge', '{{"Resources": ["{other}"], "KeepSource": false}}'),
        ('POST', '/studies/{study}/merge', '{{"Resources": ["{other}"], "KeepSource": true}}'),
        ('POST', '/studies/{study}/split', '{{"Series": ["{series}"], "KeepSource": false}}'),
        ('POST', '/studies/{study}/split', '{{"Series": ["{series}"], "KeepSource": true}}'),
        ('POST', '/series/{series}/modify', '{{"Replace": {{"SeriesDescription": "x"}}, "KeepSource": false}}'),
        (
            'POST',
            '/tools/bulk-modify',
            '{{"Resources": ["{study}", "{other}"], "Level": "Study", "Replace": {{"StudyDescription": "x"}}}}',
        ),
        ('POST', '/tools/bulk-anonymize', '{{"Resources": ["{study}", "{other}"], "KeepSource": false}}'),
        ('POST', '/tools/bulk-delete', '{{"Resources": ["{series}", "{other}"]}}'),
        ('PUT', '/studies/{study}/attachments/1024', 'attached'),
        ('PUT', '/series/{series}/metadata/1024', 'written'),
        ('PUT', '/patients/{patient}/protected', '1'),
        ('POST', '/studies/{study}/media', '{{}}'),
    ],
)
def test_all_other_changes_by_the_rest_api_show(filled: Orthanc, method: str, path: str, body: str) -> None:
    names = resources(filled)
    answer = filled.request(method, path.format(**names), content=body.format(**names))
    assert answer.status_code == 200, answer.text
    assert_pages_are_the_truth(filled)


def test_studies_that_come_by_dicom_show(start_orthanc: OrthancStarter, tmp_path: Path) -> None:
    orthanc = start_orthanc({'DicomServerEnabled': True, 'DicomPort': free_port()})
    for number in range(5):
        (tmp_path / f'{number}.dcm').write_bytes(instance(f'P{number % 2}', f'S{number}', 'A', '1'))
        (tmp_path / f'{number}-more.dcm').write_bytes(instance(f'P{number % 2}', f'S{number}', 'B', '1'))
    store = ['storescu', '127.0.0.1', str(orthanc.configuration['DicomPort'])]
    subprocess.run([*store, *map(str, sorted(tmp_path.glob('*.dcm')))], check=True)
    assert_pages_are_the_truth(orthanc)
    assert [len(study['Series']) for study in orthanc.get_json('/sort-studies')] == [2] * 5


def test_studies_that_are_recycled_for_want_of_space_are_gone(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({'MaximumStorageSize': 1})  # MB
    picture = b'\0' * 200_000
    for number in range(12):
        orthanc.upload(instance(f'P{number}', 'S', 'A', '1', ImageComments='', EncapsulatedDocument=picture))
    assert_pages_are_the_truth(orthanc)
    assert 0 < len(orthanc.get_json('/sort-studies')) < 12


def test_the_oldest_patient_that_is_recycled_is_gone(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({'MaximumPatientCount': 3})
    for number in range(6):
        orthanc.upload(instance(f'P{number}', 'S', 'A', '1'))
    assert_pages_are_the_truth(orthanc)
    assert len(orthanc.get_json('/sort-studies')) == 3


def test_pydicoms_real_files_load_whatever_their_character_set(orthanc: Orthanc) -> None:
    for _, content in pydicom_files():
        orthanc.post('/instances', content=content)  # some are broken on purpose, and refused by Orthanc
    assert_pages_are_the_truth(orthanc, deadline=30)
    answer = orthanc.get('/sort-studies')
    answer.content.decode('utf-8', errors='strict')
    assert len(answer.json()) > 40


@pytest.mark.parametrize('python_section', [None, False], ids=['as-recommended', 'without-AllowThreads'])
def test_after_a_storm_from_four_connections_the_page_is_the_truth(
    start_orthanc: OrthancStarter, python_section: bool | None
) -> None:
    orthanc = start_orthanc(python_section=python_section)
    studies = list(synthetic_studies(120))

    def upload_and_delete(part: int) -> None:
        for number, study in enumerate(studies[part::4]):
            for content in study.instances:
                uploaded = orthanc.upload(content)
            if number % 5 == 0:
                orthanc.delete(f'/studies/{uploaded["ParentStudy"]}')
            if number % 7 == 0:
                orthanc.upload(study.instances[0])
            if number % 3 == 0:
                page = orthanc.get('/sort-studies').json()
                keys = [(shown['MainDicomTags'].get('StudyDate', ''), shown['ID']) for shown in page]
                assert keys == sorted(set(keys))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upload_and_delete, range(4)))
    assert_pages_are_the_truth(orthanc, deadline=30)
    assert orthanc.get_json('/paging/status')['LeftOut'] == 0


def test_a_thousand_instances_of_one_study_cost_a_handful_of_changes(orthanc: Orthanc) -> None:
    for number in range(300):
        orthanc.upload(instance('P', 'S', 'A', str(number)))
    assert_pages_are_the_truth(orthanc)
    assert orthanc.get_json('/paging/status')['Applied'] < 30
