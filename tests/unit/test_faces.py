"""Each route over an index in memory: its statuses, its headers and its documents."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from orthanc_paging.faces import pages as pages_module
from orthanc_paging.faces.count import StudyCount
from orthanc_paging.faces.facets import LARGEST_KEPT, Facets
from orthanc_paging.faces.openapi import OpenApi
from orthanc_paging.faces.pages import Pages
from orthanc_paging.faces.relist import Relist
from orthanc_paging.faces.status import Status
from orthanc_paging.figures import Gauges
from orthanc_paging.http.face import Face
from orthanc_paging.queries.selection import Selection
from orthanc_paging.reflector.relist import Found
from orthanc_paging.studies.study import Study
from tests.support.fake_output import FakeOutput
from tests.unit.serving import OLDEST, body_of, get, index_of, readiness_of, sent_by
from tests.unit.studies import expanded

if TYPE_CHECKING:
    from orthanc_paging.reflector.relist import Relister

TEN = [expanded(number, f'202401{number + 10}', text=f'study {number % 3}') for number in range(10)]
NO_CACHE = 'private, no-cache'


def document_of(sent: FakeOutput) -> object:
    """Return the JSON document of a 200."""
    assert (sent.status, sent.values_of('Content-Type')) == (200, ['application/json'])
    return json.loads(sent.body)


def problem_of(face: Face, parameters: Mapping[str, str], headers: Mapping[str, str] | None = None) -> FakeOutput:
    """Return what is sent for a request that is refused."""
    sent = sent_by(face, parameters, headers, dialect=OLDEST)
    assert sent.values_of('Content-Type') == ['application/problem+json']
    assert json.loads(sent.body)['status'] == sent.status
    return sent


def test_count_is_the_number_of_studies_that_match() -> None:
    count = StudyCount(index_of(TEN), readiness_of())
    sent = sent_by(count, {'StudyDescription': 'study 0'})
    assert document_of(sent) == {'Count': 4}
    assert sent.values_of('Cache-Control') == [NO_CACHE]
    assert sent.values_of('Vary') == sent.values_of('ETag') == []
    assert document_of(sent_by(count)) == {'Count': 10}


@pytest.mark.parametrize(
    'parameters', [{'StudyDat': '2024'}, {'StudyDate': 'soon'}, {'limit': '5'}, {'sort': 'StudyDate'}]
)
def test_count_takes_filters_alone(parameters: dict[str, str]) -> None:
    assert problem_of(StudyCount(index_of(TEN), readiness_of()), parameters).status == 400


def test_facets_are_the_most_frequent_values_with_their_numbers() -> None:
    sent = sent_by(Facets(index_of(TEN), readiness_of()), {'field': 'StudyDescription', 'limit': '2'})
    assert document_of(sent) == {
        'Field': 'StudyDescription',
        'Values': [{'Value': 'study 0', 'Count': 4}, {'Value': 'study 1', 'Count': 3}],
        'Total': 3,
    }
    assert sent.values_of('Cache-Control') == [NO_CACHE]


def test_facets_of_a_filter_and_by_a_part_of_a_date() -> None:
    facets = Facets(index_of(TEN), readiness_of())
    by_month = {'field': 'StudyDate', 'by': 'month', 'StudyDescription': 'study 2'}
    assert document_of(sent_by(facets, by_month)) == {
        'Field': 'StudyDate',
        'Values': [{'Value': '202401', 'Count': 3}],
        'Total': 1,
    }


@pytest.mark.parametrize(
    'parameters',
    [
        {},
        {'field': 'Nothing'},
        {'field': 'StudyDate', 'by': 'week'},
        {'field': 'StudyDescription', 'by': 'year'},
        {'field': 'label', 'by': 'year'},
        {'field': 'StudyDate', 'limit': 'few'},
        {'field': 'StudyDate', 'offset': '1'},
    ],
)
def test_facets_refuse_parameters_without_meaning(parameters: dict[str, str]) -> None:
    assert problem_of(Facets(index_of(TEN), readiness_of()), parameters).status == 400


def test_facets_are_counted_once_until_a_study_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    index = index_of(TEN)
    counted: list[Selection] = []
    studies_of = index.studies_of

    def count(selection: Selection) -> Iterator[Study]:
        counted.append(selection)
        return studies_of(selection)

    monkeypatch.setattr(index, 'studies_of', count)
    facets = Facets(index, readiness_of())
    [tag] = sent_by(facets, {'field': 'StudyDate'}).values_of('ETag')
    known = sent_by(facets, {'field': 'StudyDate'}, {'if-none-match': tag})
    assert (known.status, known.body, known.values_of('ETag')) == (304, b'', [tag])
    assert len(counted) == 1
    index.delete(TEN[0]['ID'])
    assert sent_by(facets, {'field': 'StudyDate'}, {'if-none-match': tag}).status == 200
    assert len(counted) == 2


def test_large_facets_are_not_kept() -> None:
    many = [expanded(number, text=f'{number} {"x" * 1000}') for number in range(80)]
    facets = Facets(index_of(many), readiness_of())
    answer = get(facets, {'field': 'StudyDescription'})
    assert len(body_of(answer)) > LARGEST_KEPT
    assert get(facets, {'field': 'StudyDescription'}) is not answer
    small = {'field': 'StudyDescription', 'limit': '1'}
    assert get(facets, small) is get(facets, small)


def test_kept_facets_are_of_their_own_field_part_limit_and_filter_alone() -> None:
    facets = Facets(index_of(TEN), readiness_of())
    requests = [
        {'field': 'StudyDate'},
        {'field': 'StudyDate', 'by': 'year'},
        {'field': 'StudyDate', 'by': 'month'},
        {'field': 'StudyDate', 'limit': '1'},
        {'field': 'StudyDescription'},
        {'field': 'StudyDate', 'StudyDescription': 'study 0'},
    ]
    bodies = [body_of(get(facets, request)) for request in requests * 2]
    assert bodies[: len(requests)] == bodies[len(requests) :]
    assert len(set(bodies)) == len(requests)


@pytest.mark.parametrize(
    ('parameters', 'headers', 'status'),
    [
        ({'limit': 'many'}, {}, 400),
        ({'offset': '-1'}, {}, 400),
        ({'offset': '0', 'cursor': ''}, {}, 400),
        ({'cursor': 'nonsense'}, {}, 400),
        ({'around': 'unknown'}, {}, 400),
        ({'sort': 'Nothing'}, {}, 400),
        ({'bom': '2'}, {}, 400),
        ({'Nothing': ''}, {}, 400),
        ({}, {'accept': 'image/png'}, 406),
    ],
)
def test_pages_refuse_parameters_without_meaning(
    parameters: dict[str, str], headers: dict[str, str], status: int
) -> None:
    sent = problem_of(Pages(index_of(TEN), readiness_of()), parameters, headers)
    assert sent.status == status
    assert sent.values_of('Vary') == ['Accept, Accept-Encoding']


def test_a_largest_limit_makes_a_limit_necessary() -> None:
    pages = Pages(index_of(TEN), readiness_of(max_limit=5))
    statuses = [sent_by(pages, parameters).status for parameters in ({}, {'limit': '6'}, {'limit': '5'})]
    assert statuses == [400, 400, 200]


def test_a_page_has_its_headers() -> None:
    pages = Pages(index_of(TEN), readiness_of())
    sent = sent_by(pages, {'limit': '4', 'offset': '4'})
    assert [name for name, _ in sent.headers] == [
        'Vary',
        'X-Total-Count',
        'ETag',
        'Cache-Control',
        'Link',
        'Content-Type',
    ]
    assert sent.values_of('Link') == [
        '<?limit=4&offset=0>; rel="first", <?limit=4&offset=0>; rel="prev", '
        '<?limit=4&offset=8>; rel="next", <?limit=4&offset=8>; rel="last"'
    ]
    assert sent_by(pages, {'limit': '4', 'around': TEN[5]['ID']}).values_of('X-Offset') == ['3']
    assert sent_by(pages).values_of('Link') == []


def test_a_page_within_the_first_studies_is_kept_until_one_changes() -> None:
    index = index_of(TEN)
    pages = Pages(index, readiness_of())
    kept = get(pages, {'limit': '5'})
    assert get(pages, {'limit': '5'}) is kept
    assert get(pages, {'limit': '6'}) is not kept
    index.delete(TEN[9]['ID'])
    assert dict(get(pages, {'limit': '5'}).headers)['X-Total-Count'] == '9'


@pytest.mark.parametrize(
    ('parameters', 'headers'),
    [({'sort': 'StudyTime'}, {}), ({'fields': 'StudyDate'}, {}), ({}, {'accept': 'text/csv'})],
)
def test_a_page_of_another_order_or_form_is_not_kept(parameters: dict[str, str], headers: dict[str, str]) -> None:
    pages = Pages(index_of(TEN), readiness_of())
    assert get(pages, parameters, headers) is not get(pages, parameters, headers)


def test_a_page_beyond_the_first_studies_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_module, 'KEPT_STUDIES', 5)
    pages = Pages(index_of(TEN), readiness_of())
    for offset, is_kept in (('3', True), ('4', False)):
        parameters = {'limit': '2', 'offset': offset}
        assert (get(pages, parameters) is get(pages, parameters)) == is_kept


def test_a_long_page_is_sent_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_module, 'STUDIES_A_CHUNK', 3)
    pages = Pages(index_of(TEN), readiness_of())
    for headers in ({}, {'accept': 'text/csv'}):
        for parameters, is_streamed in (({'limit': '3'}, False), ({'limit': '4'}, True), ({}, True)):
            sent = sent_by(pages, parameters, headers)
            assert sent.is_streamed == is_streamed
            old = sent_by(pages, parameters, headers, dialect=OLDEST)
            assert (old.body, old.is_streamed) == (sent.body, False)
    assert [study['ID'] for study in json.loads(sent_by(pages).body)] == [study['ID'] for study in TEN]


def test_the_description_names_the_routes_and_the_largest_limit() -> None:
    document = document_of(sent_by(OpenApi(readiness_of(max_limit=50))))
    assert isinstance(document, dict)
    assert {'/sort-studies', '/paging/count', '/paging/facets'} <= document['paths'].keys()
    [limit] = [one for one in document['paths']['/sort-studies']['get']['parameters'] if one['name'] == 'limit']
    assert limit['schema']['maximum'] == 50


def test_the_status_is_served_before_the_index_is_ready() -> None:
    document = document_of(sent_by(Status(Gauges([]))))
    assert isinstance(document, dict)
    assert (document['State'], document['Studies']) == ('starting', 0)


def relist_of(result: Future[Found]) -> Relist:
    return Relist(cast('Relister', SimpleNamespace(request=lambda: result)))


def test_a_relist_is_answered_with_what_it_found() -> None:
    result: Future[Found] = Future()
    result.set_result(Found(10, 1.23456, ('a',), ('b', 'c')))
    sent = sent_by(relist_of(result), method='POST')
    figures = {'Studies': 10, 'Seconds': 1.235}
    assert document_of(sent) == {**figures, 'Added': ['a'], 'Changed': ['b', 'c'], 'Deleted': []}
    assert sent_by(relist_of(result), method='GET').values_of('Allow') == ['POST']


def test_a_relist_that_orthanc_ends_is_a_503() -> None:
    result: Future[Found] = Future()
    result.cancel()
    sent = sent_by(relist_of(result), method='POST')
    assert (sent.status, sent.values_of('Retry-After')) == (503, [])
