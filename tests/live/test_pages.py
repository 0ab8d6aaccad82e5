"""`GET /sort-studies` of a real Orthanc: pages, headers, and what is refused."""

import re
from urllib.parse import quote, urljoin

import httpx
import pytest

from tests.conftest import OrthancStarter
from tests.support.dicom import instance
from tests.support.metrics import metrics_of
from tests.support.orthanc import Orthanc
from tests.support.systems import CHECKOUT
from tests.support.truth import assert_computed_tags_are_the_truth, assert_pages_are_the_truth, true_studies
from tests.support.waiting import wait_until

DATES = ['20240103', None, '20240101', '20240102', '20240102', '20240102', '19991231']


def upload_studies(orthanc: Orthanc, dates: list[str | None]) -> None:
    for number, date in enumerate(dates):
        orthanc.upload(instance(f'P{number}', f'S{number}', 'A', '1', StudyDate=date))
    assert_pages_are_the_truth(orthanc)


@pytest.fixture
def seven(orthanc: Orthanc) -> Orthanc:
    """An Orthanc with seven studies, three of one date, one without."""
    upload_studies(orthanc, DATES)
    # Whatever else changes would change the bodies, and with them the ETags that are compared.
    wait_until(lambda: all(study['IsStable'] for study in true_studies(orthanc)), 'stable studies')
    assert_pages_are_the_truth(orthanc)
    return orthanc


def references(answer: httpx.Response) -> dict[str, str]:
    """The references of the header Link, by their relation, as they stand there."""
    found = re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers.get('Link', ''))
    return {relation: reference for reference, relation in found}


def links(answer: httpx.Response) -> dict[str, str]:
    """The addresses of the header Link, by their relation, resolved as a browser does."""
    return {relation: urljoin(str(answer.request.url), to) for relation, to in references(answer).items()}


def test_the_calls_of_the_orthanc_book_work_as_written_there(seven: Orthanc) -> None:
    truth = true_studies(seven)
    assert seven.get_json('/sort-studies') == truth
    assert seven.get_json('/sort-studies?offset=2&limit=2') == truth[2:4]
    assert [study['MainDicomTags'].get('StudyDate') for study in truth] == [
        None, '19991231', '20240101', '20240102', '20240102', '20240102', '20240103',
    ]  # fmt: skip


@pytest.mark.parametrize(
    'query', ['limit=0', 'offset=0', 'offset=3', 'offset=6&limit=5', 'limit=7', 'offset=0&limit=1']
)
def test_a_page_is_a_slice_of_the_truth(seven: Orthanc, query: str) -> None:
    parameters = dict(part.split('=') for part in query.split('&'))
    offset, limit = int(parameters.get('offset', 0)), int(parameters.get('limit', 0)) or None
    assert seven.get_json(f'/sort-studies?{query}') == true_studies(seven)[offset:][:limit]


@pytest.mark.parametrize('query', ['offset=7', 'offset=7&limit=2', f'offset={10**18 - 1}&limit={10**18 - 1}'])
def test_past_the_end_there_is_an_empty_page(seven: Orthanc, query: str) -> None:
    answer = seven.get(f'/sort-studies?{query}')
    assert (answer.status_code, answer.json(), answer.headers['X-Total-Count']) == (200, [], '7')


def test_an_empty_orthanc_has_an_empty_page(orthanc: Orthanc) -> None:
    answer = orthanc.get('/sort-studies?limit=5')
    assert (answer.status_code, answer.text, answer.headers['X-Total-Count']) == (200, '[]', '0')
    assert set(links(answer)) == {'first', 'last'}


@pytest.mark.parametrize('method', ['POST', 'PUT', 'DELETE'])
@pytest.mark.parametrize('path', ['/sort-studies', '/paging/status'])
def test_other_methods_are_refused(orthanc: Orthanc, method: str, path: str) -> None:
    answer = orthanc.request(method, path, content=b'' if method == 'DELETE' else b'x')
    assert (answer.status_code, answer.headers['Allow']) == (405, 'GET')


@pytest.mark.parametrize(
    ('query', 'parameter', 'value'),
    [
        ('offset=-1', 'offset', '-1'),
        ('limit=abc', 'limit', 'abc'),
        ('limit=1.5', 'limit', '1.5'),
        ('limit=1_000', 'limit', '1_000'),
        (f'limit={quote("١٢")}', 'limit', '١٢'),
        ('offset=', 'offset', ''),
        ('offset', 'offset', ''),
        ('limit=%20%2B5', 'limit', ' +5'),
        ('limit=5&StudyDat=20240101', 'StudyDat', '20240101'),
        (f'{quote("größe")}=1', 'größe', '1'),
        ('offset=2;limit=2', 'offset', '2;limit=2'),
        (f'limit={"9" * 5000}', 'limit', '9' * 100 + '…'),
    ],
)
def test_bad_input_is_refused(orthanc: Orthanc, query: str, parameter: str, value: str) -> None:
    answer = orthanc.get(f'/sort-studies?{query}')
    problem = answer.json()
    assert answer.status_code == problem['status'] == 400
    assert (problem['type'], problem['title']) == ('about:blank', 'Bad Request')
    assert (problem['parameter'], problem['value']) == (parameter, value)
    assert problem['expected']
    assert repr(parameter) in problem['detail']


def test_a_problem_has_one_content_type(orthanc: Orthanc) -> None:
    answer = orthanc.get('/sort-studies?limit=abc')
    # From 1.12 on Orthanc adds a text/plain of its own, and two would be no valid answer.
    expected = 'application/problem+json' if orthanc.version < (1, 12) else 'text/plain'
    assert answer.headers.get_list('Content-Type') == [expected]


HOSTILE = [
    *('limit=%00', 'offset=%', '%', '&&&', '=', '=5', 'limit=5&limit=-5', '%0d%0aX-Evil:1=2'),
    *("'%22<script>", 'limit=%F0%9F%98%80', 'offset=1%26limit=1'),
]


@pytest.mark.parametrize('query', HOSTILE)
def test_nothing_that_a_client_sends_makes_a_500(orthanc: Orthanc, query: str) -> None:
    assert orthanc.get(f'/sort-studies?{query}').status_code in {200, 400}


def test_no_input_of_a_client_can_add_a_header(seven: Orthanc) -> None:
    answer = seven.get('/sort-studies?limit=2&_=a%0d%0aX-Evil:%201')
    assert 'X-Evil' not in answer.headers
    assert answer.status_code == 200


def test_parameters_that_begin_with_an_underscore_are_ignored_and_kept_in_links(seven: Orthanc) -> None:
    answer = seven.get('/sort-studies?limit=2&_=17%2000&_é=ü')
    assert answer.json() == true_studies(seven)[:2]
    assert dict(httpx.URL(links(answer)['next']).params) == {'limit': '2', 'offset': '2', '_': '17 00', '_é': 'ü'}


def test_links_lead_through_all_studies_and_back(seven: Orthanc) -> None:
    truth = true_studies(seven)
    answer = seven.get('/sort-studies?limit=3')
    pages = [answer]
    while 'next' in links(answer):
        answer = seven.get(links(answer)['next'].removeprefix(seven.url))
        pages.append(answer)
    assert [study for page in pages for study in page.json()] == truth
    assert [page.headers['X-Total-Count'] for page in pages] == ['7', '7', '7']
    assert links(pages[0])['last'] == links(pages[1])['next'] == str(pages[2].request.url)
    assert links(pages[2])['prev'] == links(pages[0])['next']
    assert 'prev' not in links(pages[0])
    assert seven.get(links(pages[2])['first'].removeprefix(seven.url)).json() == truth[:3]


def test_from_past_the_end_a_link_leads_back_to_the_last_page(seven: Orthanc) -> None:
    answer = seven.get('/sort-studies?offset=50&limit=3')
    assert links(answer)['prev'] == links(answer)['last']
    assert seven.get(links(answer)['prev'].removeprefix(seven.url)).json() == true_studies(seven)[6:]


@pytest.mark.parametrize('prefix', ['', '/pacs/orthanc'])
@pytest.mark.parametrize('slash', ['', '/', '//'])
@pytest.mark.parametrize(
    'query', ['limit=2&offset=3', 'limit=2&sort=-StudyDate&offset=3', 'limit=2&PatientID=P*&cursor=']
)
def test_each_link_leads_to_a_page_from_whatever_address(
    seven: Orthanc, prefix: str, slash: str, query: str
) -> None:
    path = f'/sort-studies{slash}'
    answer = seven.get(f'{path}?{query}')
    assert answer.status_code == 200
    requested = f'https://proxy.example{prefix}{path}?{query}'
    for relation, reference in references(answer).items():
        joined = urljoin(requested, reference)
        assert joined.startswith(f'https://proxy.example{prefix}{path}?'), relation
        page = seven.get(joined.removeprefix(f'https://proxy.example{prefix}'))
        assert (page.status_code, page.headers['X-Total-Count']) == (200, '7'), relation


def test_a_page_of_all_needs_no_links(seven: Orthanc) -> None:
    assert 'Link' not in seven.get('/sort-studies').headers


def test_a_page_that_a_client_has_is_not_sent_again(seven: Orthanc) -> None:
    first = seven.get('/sort-studies?limit=3')
    etag = first.headers['ETag']
    assert first.headers['Cache-Control'] == 'private, no-cache'
    for tags in (etag, etag.removeprefix('W/'), f'"other", {etag}', '*'):
        again = seven.get('/sort-studies?limit=3', headers={'If-None-Match': tags})
        assert (again.status_code, again.content, again.headers['ETag']) == (304, b'', etag)
        assert again.headers['X-Total-Count'] == '7'
    assert seven.get('/sort-studies?limit=3', headers={'If-None-Match': '"other"'}).status_code == 200


FORMS = [
    ('limit=3', 'application/json'),
    ('limit=3&offset=2', 'application/json'),
    ('limit=3&sort=-PatientID&StudyDate=20240101-', 'application/json'),
    ('limit=3&fields=PatientID,StudyDate', 'application/json'),
    ('limit=3&fields=PatientID,ModalitiesInStudy', 'application/json'),
    ('limit=3', 'text/csv'),
    ('limit=3', 'application/dicom+json'),
]
"""Queries and media types: each form of a page, kept and not."""


def test_an_etag_is_valid_after_a_restart(seven: Orthanc) -> None:
    assert_computed_tags_are_the_truth(seven)
    before = [seven.get(f'/sort-studies?{query}', headers={'Accept': accept}) for query, accept in FORMS]
    facets = seven.get('/paging/facets?field=PatientID').headers['ETag']
    seven.restart()
    seven.wait_ready()
    assert_computed_tags_are_the_truth(seven)
    for (query, accept), answer in zip(FORMS, before, strict=True):
        again = seven.get(
            f'/sort-studies?{query}', headers={'Accept': accept, 'If-None-Match': answer.headers['ETag']}
        )
        assert (again.status_code, again.headers['X-Total-Count']) == (304, answer.headers['X-Total-Count'])
    tags = {answer.headers['ETag'] for answer in before}
    assert len(tags) == len(FORMS)
    assert seven.get('/paging/facets?field=PatientID', headers={'If-None-Match': facets}).status_code == 304


def test_an_etag_is_of_one_form(seven: Orthanc) -> None:
    json = seven.get('/sort-studies?limit=3').headers['ETag']
    for accept in ('text/csv', 'application/dicom+json'):
        answer = seven.get('/sort-studies?limit=3', headers={'Accept': accept, 'If-None-Match': json})
        assert answer.status_code == 200


def test_every_answer_of_a_page_varies_by_the_forms_that_a_client_takes(seven: Orthanc) -> None:
    compresses = seven.version < (1, 12, 2)
    expected = 'Accept, Accept-Encoding' if compresses else 'Accept'
    tag = seven.get('/sort-studies?limit=3').headers['ETag']
    answers = [
        seven.get('/sort-studies?limit=3'),
        seven.get('/sort-studies?limit=3&fields=PatientID', headers={'Accept': 'text/csv'}),
        seven.get('/sort-studies?limit=3', headers={'If-None-Match': tag}),
        seven.get('/sort-studies?limit=x'),
        seven.get('/sort-studies', headers={'Accept': 'image/png'}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 304, 400, 406]
    assert [answer.headers.get_list('Vary') for answer in answers] == [[expected]] * len(answers)


def test_an_ampersand_in_a_value_is_written_full_width(orthanc: Orthanc) -> None:
    orthanc.upload(instance('P', 'S', 'A', '1', StudyDescription='CT Head&Neck'))
    orthanc.upload(instance('Q', 'S', 'A', '1', StudyDescription='CT Head'))
    assert_pages_are_the_truth(orthanc)
    for query in (
        'StudyDescription=*head%EF%BC%86neck*',
        'q=head%EF%BC%86neck',
        'StudyDescription=CT+Head%EF%BC%86Neck',
    ):
        answer = orthanc.get(f'/sort-studies?{query}&limit=1')
        assert [study['PatientMainDicomTags']['PatientID'] for study in answer.json()] == ['P']
        assert answer.headers['X-Total-Count'] == '1'
        assert orthanc.get(links(answer)['last'].removeprefix(orthanc.url)).json() == answer.json()


def test_if_orthanc_ends_a_value_at_an_ampersand_the_problem_says_what_to_write(orthanc: Orthanc) -> None:
    orthanc.upload(instance('P', 'S', 'A', '1', StudyDescription='CT Head&Neck'))
    assert_pages_are_the_truth(orthanc)
    for path in ('/sort-studies', '/paging/count'):
        answer = orthanc.get(f'{path}?StudyDescription=*Head%26Neck*')
        if orthanc.version < (1, 13):
            assert answer.json() in ([*true_studies(orthanc)], {'Count': 1})
        else:
            problem = answer.json()
            assert (answer.status_code, problem['parameter']) == (400, 'Neck*')
            assert '%EF%BC%86' in problem['detail']
    hint = '%EF%BC%86' in orthanc.get('/sort-studies?Nonsense=1').json()['detail']
    assert hint == (orthanc.version >= (1, 13))


def test_names_of_parameters_are_decoded_once(seven: Orthanc) -> None:
    assert seven.get('/sort-studies?%50atientID=P1').headers['X-Total-Count'] == '1'
    answer = seven.get('/sort-studies?%2550atientID=P1')
    assert (answer.status_code, answer.json()['parameter']) == (400, '%50atientID')


def test_an_etag_is_of_the_pages_content(seven: Orthanc) -> None:
    first, last = (seven.get(f'/sort-studies?offset={offset}&limit=3').headers['ETag'] for offset in (0, 4))
    assert first != last
    assert seven.get('/sort-studies?limit=3&offset=0&_=1').headers['ETag'] == first
    seven.upload(instance('new', 'new', 'A', '1', StudyDate='20991231'))
    wait_until(lambda: seven.get('/sort-studies?limit=1').headers['X-Total-Count'] == '8', 'the new study')
    assert seven.get('/sort-studies?limit=3').headers['ETag'] == first
    seven.upload(instance('old', 'old', 'A', '1', StudyDate='19000101'))
    wait_until(lambda: seven.get('/sort-studies?limit=1').headers['X-Total-Count'] == '9', 'the new study')
    assert seven.get('/sort-studies?limit=3').headers['ETag'] != first


def test_a_largest_limit_is_kept(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({'Paging': {'MaxLimit': 3}})
    assert orthanc.get('/sort-studies?limit=3').status_code == 200
    for query in ('limit=4', 'limit=0', '', 'offset=2'):
        answer = orthanc.get(f'/sort-studies?{query}')
        assert (answer.status_code, answer.json()['parameter']) == (400, 'limit')
        assert answer.json()['expected'] == 'a whole number from 1 to 3'


def test_a_long_answer_is_sent_in_chunks_if_the_python_plugin_can(orthanc: Orthanc) -> None:
    for number in range(600):
        orthanc.upload(instance(f'P{number % 5}', f'S{number}', 'A', '1', StudyDate=str(20240101 + number % 28)))
    assert_pages_are_the_truth(orthanc, deadline=30)
    answer = orthanc.get('/sort-studies')
    assert len(answer.json()) == 600
    assert ('Content-Length' in answer.headers) == (orthanc.version < (1, 12))
    assert answer.headers['X-Total-Count'] == '600'


def test_the_status_says_what_the_index_contains(seven: Orthanc) -> None:
    status = seven.get_json('/paging/status')
    system = seven.get_json('/system')
    assert (status['State'], status['Studies'], status['Pending'], status['LeftOut']) == ('ready', 7, 0, 0)
    assert status['Progress'] == {'Listed': 7, 'Total': 7}
    assert status['Views'] == [{'Order': 'StudyDate', 'Conditions': 0, 'Studies': 7}]
    assert status['Versions']['Orthanc'] == system['Version']
    assert status['Versions']['PythonPlugin'] == seven.get_json('/plugins/python')['Version']
    assert status['SecondsSinceLastChange'] < 60
    served = len(seven.get('/sort-studies').content) - len('[]') - len(',') * 6
    assert status['Memory']['JsonBytes'] == served
    assert status['Memory']['Bytes'] > served


def test_each_figure_of_the_status_is_in_the_reference(orthanc: Orthanc) -> None:
    reference = (CHECKOUT / 'orthanc_paging' / 'faces' / 'README.md').read_text()
    for name, figure in orthanc.get_json('/paging/status').items():
        assert f'| `{name}` |' in reference
        for part in figure if isinstance(figure, dict) else []:
            assert f'`{part}`' in reference


def test_the_figures_are_metrics_of_orthanc(seven: Orthanc) -> None:
    def published() -> dict[str, float]:
        """Return the metrics if they are those of the status: a study may be fetched again a moment later."""
        status, metrics = seven.get_json('/paging/status'), metrics_of(seven)
        names = {
            'applied_changes_total': 'Applied',
            'fetched_studies_total': 'Fetched',
            'pending_changes': 'Pending',
        }
        are_same = all(metrics.get(f'orthanc_paging_{metric}') == status[name] for metric, name in names.items())
        return metrics if are_same and status['Fetched'] >= 7 else {}

    metrics = wait_until(published, 'the metrics')
    assert (
        metrics['orthanc_paging_ready'],
        metrics['orthanc_paging_studies'],
        metrics['orthanc_count_studies'],
    ) == (
        1,
        7,
        7,
    )
    assert metrics['orthanc_paging_pending_changes'] == 0
    assert 0 < metrics['orthanc_paging_event_lag_seconds'] < 5
    assert 0 < metrics['orthanc_paging_relist_age_seconds'] < 60
    assert metrics['orthanc_paging_relist_repaired_studies_total'] == 0
