"""`ExtraMainDicomTags` of every kind: unknown tags, private ones, sequences, and names that are shared."""

from collections.abc import Mapping
from io import BytesIO
from urllib.parse import quote

import pydicom
import pytest
from pydicom.dataset import Dataset

from tests.conftest import OrthancStarter
from tests.support.dicom import instance
from tests.support.orthanc import Orthanc
from tests.support.truth import assert_pages_are_the_truth, true_studies

NAMELESS = 'Unknown Tag & Data'
PRIVATE = (0x0099, 0x1001)
DICTIONARY = {
    '0099,1002': ['DS', 'WithCreator', 1, 1, 'ACME'],
    '0099,1101': ['DS', 'WithoutCreator', 1, 1],
    '0018,9999': ['DA', 'PublicDate', 1, 1],
    '0018,9998': ['LO', 'ID', 1, 1],
    '0018,9997': ['LO', 'We ird &"x', 1, 1],
}


@pytest.fixture(autouse=True)
def needs_extra_main_dicom_tags(system: str) -> None:
    if system == 'bookworm':
        pytest.skip('Orthanc 1.10.1 has no ExtraMainDicomTags')


def with_tags(name: str, elements: Mapping[str, tuple[str, object]]) -> bytes:
    """A DICOM file of a study that has these elements: VR and value by `gggg,eeee`."""
    dataset = pydicom.dcmread(BytesIO(instance(name, name, 'A', '1', PatientName=name)))
    dataset.add_new(0x00990010, 'LO', 'ACME')
    dataset.add_new(0x00990011, 'LO', 'OTHER')
    for tag, (vr, value) in elements.items():
        dataset.add_new(int(tag.replace(',', ''), 16), vr, value)
    file = BytesIO()
    dataset.save_as(file, enforce_file_format=True)
    return file.getvalue()


def start(
    start_orthanc: OrthancStarter,
    extra: dict[str, list[str]],
    *elements: Mapping[str, tuple[str, object]],
    **more: object,
) -> Orthanc:
    """An Orthanc that keeps these tags too, with a study for each of `elements`: P0, P1 and so on."""
    orthanc = start_orthanc({'ExtraMainDicomTags': extra, **more})
    for number, some in enumerate(elements):
        orthanc.upload(with_tags(f'P{number}', some))
    assert_pages_are_the_truth(orthanc)
    return orthanc


def patients(orthanc: Orthanc, query: str) -> list[str]:
    """The IDs of the patients on the page for a query."""
    return [study['PatientID'] for study in orthanc.get_json(f'/sort-studies?fields=PatientID&{query}')]


def assert_it_is_found_sorted_and_shown(orthanc: Orthanc, tag: str, name: str, values: list[str]) -> None:
    """By the number of the tag; `values` are those of P0, P1 and so on, the least last."""
    digits = tag.replace(',', '')
    for number, value in enumerate(values):
        assert patients(orthanc, f'{tag}={quote(value)}') == [f'P{number}']
        assert patients(orthanc, f'{name}={quote(value)}') == [f'P{number}']
    assert patients(orthanc, f'sort={digits}') == [f'P{number}' for number in reversed(range(len(values)))]
    shown = orthanc.get_json(f'/sort-studies?sort=PatientID&fields={digits}')
    assert [study[name] for study in shown] == values
    facets = orthanc.get_json(f'/paging/facets?field={tag}')['Values']
    assert {facet['Value'] for facet in facets} == set(values)


def test_a_tag_that_orthanc_does_not_know(start_orthanc: OrthancStarter) -> None:
    elements = [{'0099,1001': ('LO', value)} for value in ('zebra', 'lion', 'ant')]
    orthanc = start(start_orthanc, {'Study': ['0099,1001']}, *elements)
    assert [study['MainDicomTags'][NAMELESS] for study in sorted(true_studies(orthanc), key=str)]
    assert_it_is_found_sorted_and_shown(orthanc, '0099,1001', '0099,1001', ['zebra', 'lion', 'ant'])
    csv = orthanc.get('/sort-studies?fields=00991001', headers={'Accept': 'text/csv'}).text
    assert csv.splitlines()[0].endswith('"0099,1001"')
    assert orthanc.get('/paging/openapi.json').status_code == 200


def test_a_tag_of_the_patient_that_orthanc_does_not_know(start_orthanc: OrthancStarter) -> None:
    elements = [{'0099,1001': ('LO', value)} for value in ('zebra', 'lion')]
    orthanc = start(start_orthanc, {'Patient': ['0099,1001']}, *elements)
    assert_it_is_found_sorted_and_shown(orthanc, '0099,1001', '0099,1001', ['zebra', 'lion'])


def test_a_private_tag_that_is_declared_with_its_creator_has_no_name_and_its_own_vr(
    start_orthanc: OrthancStarter,
) -> None:
    elements = [{'0099,1002': ('DS', value)} for value in ('10.5', '9')]
    orthanc = start(start_orthanc, {'Study': ['WithCreator']}, *elements, Dictionary=DICTIONARY)
    assert_it_is_found_sorted_and_shown(orthanc, '0099,1002', '0099,1002', ['10.5', '9'])


def test_declared_tags_have_their_names(start_orthanc: OrthancStarter) -> None:
    elements = [
        {'0099,1101': ('DS', '10.5'), '0018,9999': ('DA', '20240301')},
        {'0099,1101': ('DS', '9'), '0018,9999': ('DA', '20240229')},
    ]
    orthanc = start(start_orthanc, {'Study': ['0099,1101', 'PublicDate']}, *elements, Dictionary=DICTIONARY)
    assert_it_is_found_sorted_and_shown(orthanc, '0099,1101', 'WithoutCreator', ['10.5', '9'])
    assert_it_is_found_sorted_and_shown(orthanc, '0018,9999', 'PublicDate', ['20240301', '20240229'])
    assert patients(orthanc, 'PublicDate=20240225-20240229') == ['P1']


def test_tags_whose_names_cannot_be_keywords_have_their_numbers(start_orthanc: OrthancStarter) -> None:
    elements = [{'0018,9998': ('LO', 'z1'), '0018,9997': ('LO', 'z2')}, {'0018,9998': ('LO', 'a1')}]
    orthanc = start(start_orthanc, {'Study': ['0018,9998', '0018,9997']}, *elements, Dictionary=DICTIONARY)
    assert_it_is_found_sorted_and_shown(orthanc, '0018,9998', '0018,9998', ['z1', 'a1'])
    assert patients(orthanc, '0018,9997=z2') == ['P0']


@pytest.mark.parametrize(
    ('tags', 'shared'),
    [
        (['0099,1001', '0099,1002', '0018,9999'], NAMELESS),
        (['6000,0022', '6002,0022'], 'OverlayDescription'),
        (['0099,0010', '0013,0026'], 'PrivateCreator'),
    ],
)
def test_of_tags_that_a_study_shows_by_one_name_nothing_is_claimed(
    start_orthanc: OrthancStarter, tags: list[str], shared: str
) -> None:
    orthanc = start(start_orthanc, {'Study': tags}, {tag: ('LO', tag) for tag in tags})
    assert shared in true_studies(orthanc)[0]['MainDicomTags']
    for tag in tags:
        digits = tag.replace(',', '')
        for query in (f'{tag}=x', f'{digits}=x', f'sort={digits}', f'fields={digits}'):
            answer = orthanc.get(f'/sort-studies?{query}')
            assert (answer.status_code, answer.json()['parameter']) == (400, tag)
            assert repr(shared) in answer.json()['detail']
        assert len([line for line in orthanc.log.splitlines() if f'the tag {tag} is left out' in line]) == 1


def test_a_sequence_is_on_the_page_and_no_filter(start_orthanc: OrthancStarter) -> None:
    item = Dataset()
    item.ReferencedSOPInstanceUID = '1.2.3'
    item.StudyDate = '20000101'
    orthanc = start(start_orthanc, {'Study': ['0008,1110']}, {'0008,1110': ('SQ', [item])})
    assert true_studies(orthanc)[0]['MainDicomTags']['ReferencedStudySequence']
    answer = orthanc.get('/sort-studies?0008,1110=x')
    assert (answer.status_code, 'it is a sequence' in answer.json()['detail']) == (400, True)
    orthanc.restart()
    orthanc.wait_ready()
    assert_pages_are_the_truth(orthanc)
    assert patients(orthanc, 'StudyDate=20240203') == ['P0']


def test_names_that_orthanc_resolves_to_other_tags_and_names_given_twice(start_orthanc: OrthancStarter) -> None:
    extra = ['StudyComments', 'PatientAge', 'PatientAge', '00101010', '0010,1010']
    orthanc = start(start_orthanc, {'Study': extra}, {'0010,1010': ('AS', '034Y'), '0013,0026': ('LO', 'x')})
    kept = orthanc.get_json('/system')['MainDicomTags']['Study']
    assert '0013,0026' in kept  # of the private dictionary, and not (0032,4000)
    assert patients(orthanc, 'PatientAge=034Y') == patients(orthanc, '0013,0026=x') == ['P0']


def test_of_a_tag_of_both_levels_the_patient_s_is_shown(start_orthanc: OrthancStarter, system: str) -> None:
    extra = {'Study': ['PatientComments'], 'Patient': ['PatientComments']}
    orthanc = start_orthanc({'ExtraMainDicomTags': extra})
    if system == 'sid':  # 1.12.7 stores nothing then: "Cannot run a cached statement"
        orthanc.upload(with_tags('P0', {'0010,4000': ('LT', 'a comment')}))
        assert_pages_are_the_truth(orthanc)
        assert patients(orthanc, 'PatientComments=a comment') == ['P0']
    assert orthanc.get('/sort-studies').status_code == 200
