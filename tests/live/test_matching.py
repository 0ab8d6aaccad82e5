"""Filters, facets and orders on values as archives have them: odd, missing, and in other scripts."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.conftest import OrthancStarter
from tests.support.dicom import instance, study_id
from tests.support.orthanc import Orthanc
from tests.support.truth import assert_computed_tags_are_the_truth, assert_pages_are_the_truth, true_studies

pytestmark = pytest.mark.each_version

LABELS_SINCE = (1, 12, 0)
EXTRA_TAGS_SINCE = (1, 11, 0)
FRENCH = 'DUBOIS^JEAN PAUL=デュボワ^ジャン＝ポール=でゅぼわ^じゃん'

STUDIES: list[dict[str, str | None]] = [
    {'PatientName': FRENCH, 'StudyDate': '20240131', 'StudyTime': '103000.123', 'AccessionNumber': 'A2'},
    {'PatientName': '^^^^', 'StudyDate': '00000000', 'StudyTime': '1030', 'AccessionNumber': 'A10'},
    {'PatientName': None, 'StudyDate': None, 'AccessionNumber': ''},
    {'PatientName': 'DOE^JANE', 'StudyDate': '20240102', 'StudyDescription': 'Chest', 'AccessionNumber': 'A9'},
    {
        'PatientName': 'DOE^JANE=X',
        'StudyDate': '2024.01.02',
        'StudyDescription': 'CHEST',
        'AccessionNumber': '"B"',
    },
    {'PatientName': 'أحمد^محمد', 'StudyDate': 'soon', 'StudyDescription': 'a*b', 'AccessionNumber': '*'},
    {'PatientName': 'やまだ^たろう', 'StudyDate': '20231231', 'StudyDescription': 'axb', 'AccessionNumber': 'x'},
]
FIELDS = [
    'PatientName',
    'PatientID',
    'PatientSex',
    'StudyDate',
    'StudyTime',
    'StudyDescription',
    'AccessionNumber',
]
FIELDS += ['StudyInstanceUID', 'ReferringPhysicianName', 'LastUpdate', 'Labels']
FIELDS += ['ModalitiesInStudy', 'NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedInstances']


@pytest.fixture
def seven(orthanc: Orthanc) -> Orthanc:
    """An Orthanc with a study of each of seven patients, P0 to P6. Two of them have a label."""
    for number, tags in enumerate(STUDIES):
        modality = 'CT' if number % 2 else 'MR'
        orthanc.upload(
            instance(f'P{number}', 'S', 'A', '1', Modality=modality, PatientSex='OFM'[number % 3], **tags)
        )
    if orthanc.version >= LABELS_SINCE:
        for number in (3, 4):
            orthanc.put(f'/studies/{study_id(f"P{number}", "S")}/labels/label-{number}')
    assert_pages_are_the_truth(orthanc)
    assert_computed_tags_are_the_truth(orthanc)
    return orthanc


def found(orthanc: Orthanc, **parameters: str) -> list[int]:
    """The numbers of the studies that a request finds, sorted unless it sorts them."""
    query = '&'.join(f'{quote(name)}={quote(value)}' for name, value in parameters.items())
    numbers = [number_of(study) for study in orthanc.get_json(f'/sort-studies?{query}')]
    return numbers if 'sort' in parameters else sorted(numbers)


def number_of(study: dict[str, Any]) -> int:
    return int(study['PatientMainDicomTags']['PatientID'].removeprefix('P'))


def test_each_value_of_a_facet_finds_in_quotes_the_studies_that_it_is_counted_for(seven: Orthanc) -> None:
    for field in FIELDS:
        facet = seven.get_json(f'/paging/facets?field={field}')['Values']
        assert facet or field in ('ReferringPhysicianName', 'Labels'), field
        for value in facet:
            in_quotes = found(seven, **{field: f'"{value["Value"]}"'})
            assert len(in_quotes) == value['Count'], (field, value)
        missing = found(seven, **{field: '""'})
        named = {number for value in facet for number in found(seven, **{field: f'"{value["Value"]}"'})}
        assert missing == sorted(set(range(len(STUDIES))) - named), field


def test_a_missing_value_is_found_and_a_name_without_components_is_one(seven: Orthanc) -> None:
    assert found(seven, PatientName='""') == found(seven, PatientName='^^^^') == [1, 2]
    assert found(seven, AccessionNumber='""') == [2]
    assert found(seven, StudyDate='""') == [2]
    assert found(seven, StudyDate='""\\20240131') == [0, 2]
    names = [value['Value'] for value in seven.get_json('/paging/facets?field=PatientName')['Values']]
    assert '^^^^' not in names
    assert found(seven, sort='PatientName')[:2] in ([1, 2], [2, 1])


def test_a_literal_value_has_no_wildcards_and_is_whole(seven: Orthanc) -> None:
    assert found(seven, StudyDescription='a*b') == [5, 6]
    assert found(seven, StudyDescription='"a*b"') == [5]
    assert found(seven, AccessionNumber='"*"') == [5]
    assert found(seven, AccessionNumber='""B""') == [4]
    assert found(seven, PatientName='DOE^JANE') == [3, 4]
    assert found(seven, PatientName='"doe^jane"') == [3]
    assert found(seven, StudyDescription='"chest"') == [3, 4]


def test_dates_are_found_as_they_are_stored_and_as_iso_writes_them(seven: Orthanc) -> None:
    assert found(seven, StudyDate='00000000') == found(seven, StudyDate='"00000000"') == [1]
    assert found(seven, StudyDate='"soon"') == [5]
    assert found(seven, StudyDate='2024-01-02') == [3, 4]
    assert found(seven, StudyDate='"20240102"') == [3]
    assert found(seven, StudyDate='2024') == found(seven, StudyDate='2024-01') == [0, 3, 4]
    assert found(seven, StudyDate='2023-12-31-2024-01-02') == [3, 4, 6]
    assert found(seven, StudyTime='1030') == [0, 1]


def test_the_last_update_is_found_as_the_json_has_it(seven: Orthanc) -> None:
    for study in true_studies(seven):
        last = study['LastUpdate']
        assert number_of(study) in found(seven, LastUpdate=last)
        assert found(seven, LastUpdate=last) == found(seven, LastUpdate=f'"{last}"')
        iso = f'{last[:4]}-{last[4:6]}-{last[6:11]}:{last[11:13]}:{last[13:15]}Z'
        assert found(seven, LastUpdate=iso) == found(seven, LastUpdate=last)
        assert number_of(study) in found(seven, LastUpdate=f'{last}-')
        assert number_of(study) in found(seven, LastUpdate=f'{last}-{iso}')


def test_studies_without_any_label_are_found(seven: Orthanc) -> None:
    labelled = [3, 4] if seven.version >= LABELS_SINCE else []
    everything = list(range(len(STUDIES)))
    without = [number for number in everything if number not in labelled]
    assert found(seven, **{'label!': ''}) == found(seven, label='""') == without
    assert [number_of(study) for study in seven.get_json('/sort-studies?label!&sort=PatientID')] == without
    assert found(seven, **{'label!': '""'}) == labelled
    assert found(seven, **{'label!': 'label-3\\label-4'}) == without
    assert found(seven, label='') == everything


def test_only_the_last_of_repeated_parameters_counts(seven: Orthanc) -> None:
    page = seven.get_json('/sort-studies?PatientID=P0&PatientID=P3')
    assert [number_of(study) for study in page] == [3]
    assert found(seven, PatientID='P0\\P3') == [0, 3]


@pytest.mark.parametrize(
    ('name', 'number'),
    [
        ('でゅぼわ*', 0),
        ('デュボワ*', 0),
        (FRENCH, 0),
        ('احمد*', 5),
        ('أَحْمَد^*', 5),
        ('ヤマダ^タロウ', 6),
        ('ﾔﾏﾀﾞ*', 6),
    ],
)
def test_names_are_found_in_their_scripts(seven: Orthanc, name: str, number: int) -> None:
    assert found(seven, PatientName=name) == [number]


def test_identifiers_are_sorted_by_their_numbers_and_keys_may_be_tags(seven: Orthanc) -> None:
    assert found(seven, sort='AccessionNumber', PatientID='P0\\P1\\P3') == [0, 3, 1]
    assert found(seven, sort='-0008,0050,0010,0020', PatientID='P0\\P1\\P3') == [1, 3, 0]
    page = seven.get_json('/sort-studies?fields=0008,0050,PatientID&PatientID=P1')
    assert page == [{'ID': study_id('P1', 'S'), 'AccessionNumber': 'A10', 'PatientID': 'P1'}]


def test_ages_are_sorted_by_how_long_they_are(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({'ExtraMainDicomTags': {'Study': ['PatientAge']}})
    if orthanc.version < EXTRA_TAGS_SINCE:
        return
    ages = ['001Y', '010D', 'x', '001M', '002W']
    for number, age in enumerate(ages):
        orthanc.upload(instance(f'P{number}', 'S', 'A', '1', PatientAge=age))
    assert_pages_are_the_truth(orthanc)
    assert [ages[number] for number in found(orthanc, sort='PatientAge')] == ['010D', '002W', '001M', '001Y', 'x']


def test_modalities_are_sorted_by_all_of_them(orthanc: Orthanc) -> None:
    modalities = [['MR'], ['CT', 'SR'], ['CT']]
    for number, some in enumerate(modalities):
        for modality in some:
            orthanc.upload(instance(f'P{number}', 'S', modality, '1', Modality=modality))
    assert_pages_are_the_truth(orthanc)
    assert_computed_tags_are_the_truth(orthanc)
    assert found(orthanc, sort='ModalitiesInStudy') == [2, 1, 0]


def test_a_value_with_a_line_feed_shares_nothing_with_two_filters(orthanc: Orthanc) -> None:
    for number in range(3):
        orthanc.upload(instance('b', f'S{number}', 'A', '1', AccessionNumber='x'))
    assert_pages_are_the_truth(orthanc)
    one, two = 'AccessionNumber=x%0APatientID=b', 'AccessionNumber=x&PatientID=b'
    for _ in range(2):
        assert orthanc.get_json(f'/sort-studies?{one}&limit=1') == []
        page = orthanc.get(f'/sort-studies?{two}&limit=1')
        assert len(page.json()) == 1
        for route in ('count', 'facets'):
            field = '&field=PatientID' if route == 'facets' else ''
            assert orthanc.get_json(f'/paging/{route}?{one}{field}') != orthanc.get_json(
                f'/paging/{route}?{two}{field}'
            )
        cursor = page.headers['Link'].split('cursor=')[1].split('>')[0]
        assert orthanc.get(f'/sort-studies?{two}&limit=1&cursor={cursor}').status_code == 200
        assert orthanc.get(f'/sort-studies?{one}&limit=1&cursor={cursor}').status_code == 400


def test_csv_has_a_byte_order_mark_on_request(seven: Orthanc) -> None:
    query = '/sort-studies?fields=PatientName&PatientID=P0'
    plain, marked = (seven.get(f'{query}{more}', {'Accept': 'text/csv'}) for more in ('', '&bom=1'))
    assert marked.content == b'\xef\xbb\xbf' + plain.content
    assert marked.headers['ETag'] != plain.headers['ETag']
    assert seven.get_json(f'{query}&bom=1') == seven.get_json(query)
    assert seven.get(f'{query}&bom=yes').status_code == 400
