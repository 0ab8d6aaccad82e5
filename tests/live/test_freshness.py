"""`Cache-Control: no-cache`: the page contains everything that was committed before the request."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import httpx
import pytest

from tests.conftest import OrthancStarter
from tests.support.changes import CHANGES, patient_of, study_of, upload_first_study
from tests.support.dicom import instance, resource_id, study_id
from tests.support.orthanc import Orthanc
from tests.support.systems import CHECKOUT
from tests.support.truth import first_difference
from tests.support.waiting import wait_until

FRESH = {'Cache-Control': 'no-cache'}
DEAF = CHECKOUT / 'tests' / 'support' / 'deaf.py'


def fresh(orthanc: Orthanc) -> httpx.Response:
    answer = orthanc.get('/sort-studies', FRESH)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.fixture
def orthanc(start_orthanc: OrthancStarter) -> Orthanc:
    """An Orthanc in which no study becomes stable meanwhile."""
    return start_orthanc({'StableAge': 60})


def test_each_upload_is_on_the_next_fresh_page(orthanc: Orthanc) -> None:
    for number in range(100):
        uploaded = orthanc.upload(instance(f'P{number % 7}', f'S{number}', 'A', '1'))
        assert uploaded['ParentStudy'] in {study['ID'] for study in fresh(orthanc).json()}


def test_each_change_of_one_study_is_on_the_next_fresh_page_within_its_quiet_time(orthanc: Orthanc) -> None:
    for series in 'ABCDEFGH':
        orthanc.upload(instance('P', 'S', series, '1'))
        [study] = fresh(orthanc).json()
        assert resource_id('P', 'S', series) in study['Series']


def test_each_instance_of_one_series_is_in_the_next_fresh_page(orthanc: Orthanc) -> None:
    for number in range(1, 21):
        orthanc.upload(instance('P', 'S', 'A', f'{number}'))
        answer = orthanc.get('/sort-studies?fields=NumberOfStudyRelatedInstances', headers=FRESH)
        assert [study['NumberOfStudyRelatedInstances'] for study in answer.json()] == [str(number)]


def test_each_deletion_is_gone_from_the_next_fresh_page(orthanc: Orthanc) -> None:
    for number in range(30):
        for series in 'AB':
            orthanc.upload(instance('P', f'S{number}', series, '1'))
    for number in range(30):
        orthanc.delete(f'/series/{resource_id("P", f"S{number}", "A")}')
        [study] = [study for study in fresh(orthanc).json() if study['ID'] == study_id('P', f'S{number}')]
        assert len(study['Series']) == 1
        orthanc.delete(f'/studies/{study["ID"]}')
        assert study['ID'] not in {study['ID'] for study in fresh(orthanc).json()}


def test_an_anonymised_study_is_on_the_next_fresh_page(orthanc: Orthanc) -> None:
    uploaded = orthanc.upload(instance('P', 'S', 'A', '1'))
    for _ in range(5):
        anonymised = orthanc.post_json(f'/studies/{uploaded["ParentStudy"]}/anonymize', {})
        assert anonymised['ID'] in {study['ID'] for study in fresh(orthanc).json()}


def test_a_study_that_is_modified_in_place_is_on_the_next_fresh_page_as_the_job_left_it(orthanc: Orthanc) -> None:
    if orthanc.version < (1, 11, 2):
        pytest.skip('Orthanc modifies in place from 1.11.2 on')
    study = orthanc.upload(instance('P', 'S', 'A', '1'))['ParentStudy']
    for number in range(30):
        keep = ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID']
        request = {'Replace': {'StudyDescription': f'version {number}'}, 'Keep': keep, 'Force': True}
        orthanc.post_json(f'/studies/{study}/modify', request)
        assert fresh(orthanc).json() == [orthanc.get_json(f'/studies/{study}')]


def test_while_others_upload_and_delete_each_own_change_is_on_the_next_fresh_page(orthanc: Orthanc) -> None:
    over = Event()

    def disturb(part: int) -> None:
        number = 0
        while not over.is_set():
            number += 1
            uploaded = orthanc.upload(instance(f'X{part}', f'X{part}.{number}', 'A', '1'))
            if number % 3 == 0:
                orthanc.delete(f'/studies/{uploaded["ParentStudy"]}')

    with ThreadPoolExecutor(2) as pool:
        disturbing = [pool.submit(disturb, part) for part in range(2)]
        try:
            for number in range(30):
                uploaded = orthanc.upload(instance('P', f'S{number}', 'A', '1'))
                assert uploaded['ParentStudy'] in {study['ID'] for study in fresh(orthanc).json()}
                orthanc.delete(f'/studies/{uploaded["ParentStudy"]}')
                assert uploaded['ParentStudy'] not in {study['ID'] for study in fresh(orthanc).json()}
        finally:
            over.set()
    for one in disturbing:
        one.result()


def test_if_the_log_is_emptied_a_fresh_page_is_served_all_the_same(orthanc: Orthanc) -> None:
    orthanc.upload(instance('P', 'S', 'A', '1'))
    orthanc.delete('/changes')
    fresh(orthanc)
    assert first_difference(orthanc) is None


def test_after_a_restart_nothing_is_waited_for(orthanc: Orthanc) -> None:
    orthanc.upload(instance('P', 'S', 'A', '1'))
    orthanc.restart()
    orthanc.wait_ready()
    assert len(fresh(orthanc).json()) == 1


def test_each_overwritten_study_is_on_the_next_fresh_page(orthanc: Orthanc) -> None:
    for number in range(250):
        description = f'version {number}'
        orthanc.upload(instance('P', 'S', 'A', '1', StudyDescription=description))
        [study] = fresh(orthanc).json()
        assert study['MainDicomTags']['StudyDescription'] == description


def test_a_study_that_was_overwritten_twice_is_on_the_next_fresh_page(orthanc: Orthanc) -> None:
    for number in range(100):
        for version in 'ab':
            orthanc.upload(instance('P', 'S', 'A', '1', StudyDescription=f'version {number}{version}'))
        [study] = fresh(orthanc).json()
        assert study['MainDicomTags']['StudyDescription'] == f'version {number}b'


FACES = {
    'json': ('/sort-studies', 'application/json'),
    'flat': ('/sort-studies?fields=StudyDescription', 'application/json'),
    'csv': ('/sort-studies', 'text/csv'),
    'dicom json': ('/sort-studies', 'application/dicom+json'),
    'facets': ('/paging/facets?field=StudyDescription', 'application/json'),
    'count': ('/paging/count?StudyDescription={description}', 'application/json'),
}


@pytest.mark.parametrize('face', FACES)
@pytest.mark.parametrize('directive', ['no-cache', 'No-Cache', 'max-age=0, no-cache'])
def test_an_overwritten_study_is_in_the_next_fresh_answer_of_every_route(
    orthanc: Orthanc, face: str, directive: str
) -> None:
    path, media_type = FACES[face]
    for number in range(20):
        description = f'version{number}'
        orthanc.upload(instance('P', 'S', 'A', '1', StudyDescription=description))
        headers = {'Cache-Control': directive, 'Accept': media_type}
        answer = orthanc.get(path.format(description=description), headers)
        assert answer.status_code == 200, answer.text
        assert answer.json() == {'Count': 1} if face == 'count' else description in answer.text


@pytest.mark.parametrize('media_type', ['text/csv', 'application/dicom+json'])
def test_computed_tags_are_in_a_fresh_answer_with_all_attributes(orthanc: Orthanc, media_type: str) -> None:
    for number in range(5):
        orthanc.upload(instance('P', 'S', 'A', f'{number}', Modality='MR'))
        answer = orthanc.get('/sort-studies', {**FRESH, 'Accept': media_type})
        if media_type == 'text/csv':
            [row] = csv.DictReader(io.StringIO(answer.text.removeprefix('\ufeff')))
            given = row['ModalitiesInStudy'], row['NumberOfStudyRelatedInstances']
        else:
            [study] = answer.json()
            given = study['00080061']['Value'][0], str(study['00201208']['Value'][0])
        assert given == ('MR', str(number + 1))


def test_after_changes_of_every_kind_as_many_were_delivered_as_the_log_has_numbers(
    start_orthanc: OrthancStarter,
) -> None:
    orthanc = start_orthanc(script=CHECKOUT / 'tests' / 'support' / 'counting.py')
    for change in CHANGES:
        patient = patient_of(change)
        upload_first_study(orthanc, patient)
        change(orthanc, patient)
    study = f'/studies/{study_of(patient_of(CHANGES[0]))}'
    for path in (f'{study}/metadata/1024', f'{study}/attachments/1025'):
        orthanc.put(path, content=b'some')
        orthanc.delete(path)
    complete = instance('C', 'C', 'A', '1', ImagesInAcquisition='1')  # the event COMPLETED_SERIES, if there is one
    orthanc.upload(complete)
    orthanc.wait_until_stable()
    end = orthanc.get_json('/changes?since=1000000&limit=1')['Last']
    wait_until(lambda: orthanc.get_json('/delivered') >= end, 'all that is in the log to be delivered')
    assert orthanc.get_json('/delivered') == end


def test_if_a_change_never_arrives_a_fresh_page_comes_from_the_log_and_others_do_not_wait(
    start_orthanc: OrthancStarter,
) -> None:
    orthanc = start_orthanc({'StableAge': 60}, script=DEAF)
    uploaded = orthanc.upload(instance('P', 'S', 'A', '1'))
    assert orthanc.get('/sort-studies').json() == []
    assert [study['ID'] for study in fresh(orthanc).json()] == [uploaded['ParentStudy']]
    orthanc.delete(f'/studies/{uploaded["ParentStudy"]}')
    assert fresh(orthanc).json() == []
