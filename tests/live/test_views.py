"""Sorted and filtered pages of a real Orthanc, against its own JSON of each study, and against its own search."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urljoin

import pytest

from tests.support.dicom import instance, resource_id
from tests.support.orthanc import Orthanc
from tests.support.truth import Study, assert_pages_are_the_truth, true_studies

STUDIES: list[dict[str, str]] = [
    {
        'PatientName': 'DOE^JANE',
        'StudyDate': '20240101',
        'StudyDescription': 'CT of the head',
        'AccessionNumber': 'A1',
    },
    {
        'PatientName': 'DOE^JOHN',
        'StudyDate': '20240102',
        'StudyDescription': 'MR of the knee',
        'AccessionNumber': 'A2',
    },
    {
        'PatientName': 'DOES^ADAM',
        'StudyDate': '20240102',
        'StudyDescription': 'ct of the knee',
        'AccessionNumber': 'A3',
    },
    {'PatientName': 'MÜLLER^ZOË', 'StudyDate': '20231231', 'StudyDescription': 'US', 'AccessionNumber': 'B1'},
    {'PatientName': 'Hong^Gildong=洪^吉洞=홍^길동', 'StudyDate': '20220630', 'StudyDescription': 'XA'},
    {'PatientName': 'NOBODY', 'StudyDescription': ''},
]


@pytest.fixture
def six(orthanc: Orthanc) -> Orthanc:
    """An Orthanc with a study of each of six patients."""
    for number, tags in enumerate(STUDIES):
        orthanc.upload(instance(f'P{number}', f'S{number}', 'A', '1', **{'StudyDate': None, **tags}))
    assert_pages_are_the_truth(orthanc)
    return orthanc


def numbers(studies: list[Study]) -> list[int]:
    """Return which of the six they are."""
    return [int(study['PatientMainDicomTags']['PatientID'].removeprefix('P')) for study in studies]


def found_by(orthanc: Orthanc, **parameters: str) -> list[int]:
    """Return the numbers of the studies on a page, after a comparison of each with `GET /studies/{id}`."""
    query = '&'.join(f'{quote(name)}={quote(value)}' for name, value in parameters.items())
    page: list[Study] = orthanc.get_json(f'/sort-studies?{query}')
    truth = {study['ID']: study for study in true_studies(orthanc)}
    assert all(truth[study['ID']] == study for study in page)
    assert orthanc.get_json(f'/paging/count?{_filters(parameters)}') == {'Count': len(page)}
    return numbers(page)


def _filters(parameters: dict[str, str]) -> str:
    return '&'.join(f'{quote(name)}={quote(value)}' for name, value in parameters.items() if name != 'sort')


def test_studies_are_sorted_by_any_attribute_and_direction(six: Orthanc) -> None:
    assert found_by(six, sort='-StudyDate,PatientName') == [1, 2, 0, 3, 4, 5]
    assert found_by(six, sort='PatientName') == [0, 1, 2, 4, 3, 5]
    assert found_by(six, sort='-00080050') == [
        3,
        2,
        1,
        0,
        *sorted([4, 5], key=lambda n: resource_id(f'P{n}', f'S{n}')),
    ]
    assert found_by(six, sort='StudyDescription')[1:3] == [0, 2]


def test_studies_are_found_by_attributes_and_words(six: Orthanc) -> None:
    assert found_by(six, sort='PatientID', PatientName='doe*') == [0, 1, 2]
    assert found_by(six, PatientName='muller^zoe') == found_by(six, PatientName='Müller*') == [3]
    assert found_by(six, PatientName='洪*') == found_by(six, PatientName='홍^길동') == [4]
    assert found_by(six, sort='PatientID', StudyDate='20231231-20240101') == [0, 3]
    assert found_by(six, AccessionNumber='A1\\B1', sort='-PatientID') == [3, 0]
    assert found_by(six, q='knee doe', sort='PatientID') == [1, 2]
    assert found_by(six, StudyDescription='CT*', StudyDate='20240102') == [2]
    assert found_by(six, PatientID='nobody') == []


def test_a_change_shows_in_each_view(six: Orthanc) -> None:
    assert found_by(six, StudyDescription='changed') == []
    assert found_by(six, sort='-StudyDescription')[0] == 4
    six.upload(instance('P0', 'S0', 'A', '1', **{**STUDIES[0], 'StudyDescription': 'changed'}))
    six.upload(instance('P6', 'S6', 'A', '1', StudyDate='20300101', StudyDescription='zz'))
    six.delete(f'/studies/{resource_id("P4", "S4")}')
    assert_pages_are_the_truth(six)
    assert found_by(six, sort='-StudyDescription')[0] == 6
    assert found_by(six, sort='-StudyDate')[0] == 6
    assert 4 not in found_by(six, sort='-StudyDate')


def test_labels_are_found_and_left_out(six: Orthanc) -> None:
    if six.version < (1, 12, 0):
        assert found_by(six, label='urgent') == []
        return
    six.put(f'/studies/{resource_id("P1", "S1")}/labels/urgent', content=b'')
    six.put(f'/studies/{resource_id("P2", "S2")}/labels/done', content=b'')
    assert_pages_are_the_truth(six)
    assert found_by(six, label='urgent') == [1]
    assert found_by(six, label='urgent\\done', sort='PatientID') == [1, 2]
    assert found_by(six, sort='PatientID', **{'label!': 'urgent\\done'}) == [0, 3, 4, 5]


def pages(orthanc: Orthanc, address: str, relation: str, between: Callable[[], object]) -> list[int]:
    """The studies of a page and of all that follow by a relation of the header Link."""
    found: list[int] = []
    while address:
        answer = orthanc.get(address)
        assert answer.status_code == 200, answer.text
        page: list[Any] = answer.json()
        found += numbers(page if relation == 'next' else page[::-1])
        relations = {name: link for link, name in re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers['Link'])}
        address = urljoin(address, relations[relation]) if relation in relations else ''
        between()
    return found


@pytest.mark.parametrize('query', ['sort=-StudyDate', 'PatientName=*O*&sort=PatientName'])
def test_cursors_go_through_all_and_back_while_studies_come_and_go(six: Orthanc, query: str) -> None:
    extra = iter(range(100, 200))

    def come_and_go() -> None:
        number = next(extra)
        for date in ('19990101', '20231231', '20300101'):
            six.upload(instance(f'P{number}', f'S{date}', 'A', '1', StudyDate=date, PatientName='FOO'))
        six.delete(f'/patients/{resource_id(f"P{number - 1}")}')
        assert_pages_are_the_truth(six)

    wanted = sorted(numbers(six.get_json(f'/sort-studies?{query}')))
    for relation, place in [('next', 'cursor='), ('prev', 'offset=1000')]:
        start = f'/sort-studies?{query}&limit=2&{place}'
        found = [number for number in pages(six, start, relation, come_and_go) if number < 100]
        assert sorted(found) == wanted


def test_a_cursor_is_valid_after_a_restart_and_is_refused_by_another_order(six: Orthanc) -> None:
    answer = six.get('/sort-studies?sort=-StudyDate&limit=2')
    [link] = re.findall(r'<([^>]*)>; rel="next"', answer.headers['Link'])
    [cursor] = re.findall('cursor=([^&]*)', link)
    six.restart()
    six.wait_ready()
    assert numbers(six.get_json(urljoin('/sort-studies', link))) == found_by(six, sort='-StudyDate')[2:4]
    refused = six.get(f'/sort-studies?sort=StudyDate&limit=2&cursor={cursor}')
    assert (refused.status_code, refused.json()['parameter']) == (400, 'cursor')


def test_a_page_is_opened_around_a_study(six: Orthanc) -> None:
    study = resource_id('P0', 'S0')
    order = 'sort=-StudyDate,PatientName'
    page = six.get(f'/sort-studies?{order}&limit=3&around={study}')
    assert numbers(page.json()) == [2, 0, 3]
    assert page.json() == six.get_json(f'/sort-studies?{order}&limit=3&offset={page.headers["X-Offset"]}')
    after = six.get(urljoin('/sort-studies', page.links['next']['url']))
    assert after.json() == six.get_json(f'/sort-studies?{order}&limit=3&offset={after.headers["X-Offset"]}')
    refused = six.get(f'/sort-studies?PatientName=MU*&around={study}')
    assert (refused.status_code, refused.json()['parameter']) == (400, 'around')


@pytest.mark.parametrize(
    ('query', 'parameter'),
    [
        ('PatientNam=DOE', 'PatientNam'),
        ('StudyDate=20240230', 'StudyDate'),
        ('sort=Nonsense', 'sort'),
        ('cursor=xyz', 'cursor'),
        ('offset=1&cursor=', 'cursor'),
    ],
)
def test_a_senseless_parameter_is_refused_by_name(orthanc: Orthanc, query: str, parameter: str) -> None:
    answer = orthanc.get(f'/sort-studies?{query}')
    assert (answer.status_code, answer.json()['parameter']) == (400, parameter)


SEARCHES: list[dict[str, str]] = [
    {'PatientName': 'DOE*'},
    {'PatientName': '*DOE^J*'},
    {'StudyDate': '20240101-20240102'},
    {'StudyDate': '-20231231'},
    {'AccessionNumber': 'A?'},
    {'PatientID': 'P1\\P3'},
    {'StudyDescription': '*KNEE*', 'StudyDate': '20240102-'},
]


@pytest.mark.parametrize('search', SEARCHES, ids=lambda search: '&'.join(search))
def test_inside_ascii_the_same_studies_are_found_as_by_orthanc(six: Orthanc, search: dict[str, str]) -> None:
    found = six.post_json('/tools/find', {'Level': 'Study', 'Expand': True, 'Query': search})
    assert sorted(found_by(six, **search)) == sorted(numbers(found))


def test_facets_are_the_values_among_the_matches_with_their_numbers(six: Orthanc) -> None:
    assert six.get_json('/paging/facets?field=StudyDate&by=year') == {
        'Field': 'StudyDate',
        'Values': [{'Value': '2024', 'Count': 3}, {'Value': '2022', 'Count': 1}, {'Value': '2023', 'Count': 1}],
        'Total': 3,
    }
    found = six.get_json('/paging/facets?field=AccessionNumber&limit=1&PatientName=doe*')
    assert found == {'Field': 'AccessionNumber', 'Values': [{'Value': 'A1', 'Count': 1}], 'Total': 3}
    assert six.get_json('/paging/facets?field=label')['Total'] == 0


@pytest.mark.parametrize(
    ('query', 'parameter'),
    [
        ('', 'field'),
        ('field=StudyDat', 'field'),
        ('field=StudyDate&by=day', 'by'),
        ('field=PatientID&by=year', 'by'),
    ],
)
def test_a_facet_that_makes_no_sense_is_refused_by_name(orthanc: Orthanc, query: str, parameter: str) -> None:
    answer = orthanc.get(f'/paging/facets?{query}')
    assert (answer.status_code, answer.json()['parameter']) == (400, parameter)


def test_a_page_is_sent_in_the_requested_form(six: Orthanc) -> None:
    query = '/sort-studies?PatientName=doe*&sort=PatientName&limit=2&fields=PatientName,StudyDate'
    flat = six.get(query)
    assert flat.json() == [
        {'ID': resource_id('P0', 'S0'), 'PatientName': 'DOE^JANE', 'StudyDate': '20240101'},
        {'ID': resource_id('P1', 'S1'), 'PatientName': 'DOE^JOHN', 'StudyDate': '20240102'},
    ]
    table = six.get(query, {'Accept': 'text/csv'})
    assert table.headers['Content-Type'] == 'text/csv; charset=utf-8'
    assert table.text.splitlines()[0] == 'ID,PatientName,StudyDate'
    assert len(table.text.splitlines()) == 3
    dicom = six.get(query, {'Accept': 'application/dicom+json'})
    assert dicom.headers['Content-Type'] == 'application/dicom+json'
    assert dicom.json()[0]['00100010'] == {'vr': 'PN', 'Value': [{'Alphabetic': 'DOE^JANE'}]}
    assert len({answer.headers['ETag'] for answer in (flat, table, dicom)}) == 3
    assert {answer.headers['X-Total-Count'] for answer in (flat, table, dicom)} == {'3'}
    assert six.get(query, {'Accept': 'image/png'}).status_code == 406


def test_without_fields_all_that_orthanc_says_is_in_each_form(six: Orthanc) -> None:
    names = six.get('/sort-studies', {'Accept': 'text/csv'}).text.splitlines()[0].split(',')
    expanded = true_studies(six)[1]
    assert {*expanded['MainDicomTags'], *expanded['PatientMainDicomTags'], 'ID', 'LastUpdate'} <= set(names)
    everything = six.get('/sort-studies?offset=1&limit=1', {'Accept': 'application/dicom+json'}).json()[0]
    assert everything['0020000D']['Value'] == [expanded['MainDicomTags']['StudyInstanceUID']]
