"""Pages: their entity tags, their links, and when a body is made."""

import re
import subprocess
import sys
from collections.abc import Sequence
from typing import NoReturn
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.faces import pages
from orthanc_paging.http import etags
from orthanc_paging.http.answer import JSON, Answer
from orthanc_paging.http.etags import DIGEST_BYTES, LONGEST_REMEMBERED, ETags
from orthanc_paging.http.representation import CSV, DICOM_JSON
from orthanc_paging.index.store import upsert_of
from orthanc_paging.studies.study import ExpandedStudy
from tests.support.systems import CHECKOUT
from tests.unit.serving import OLDEST, body_of, get, index_of, pages_of, sent_by
from tests.unit.studies import expanded, expanded_studies

TEN = [expanded(number, f'202401{number + 10}', text=f'study {number}') for number in range(10)]
FORMS = [
    ({}, {}),
    ({'fields': 'PatientID,StudyDate'}, {}),
    ({'fields': 'PatientID,ModalitiesInStudy'}, {}),
    ({}, {'accept': CSV.split(';')[0]}),
    ({}, {'accept': DICOM_JSON}),
]
"""The parameters and headers for each form of a page."""

TAG_OF_A_PROCESS = """
from tests.unit.serving import get, index_of, pages_of
from tests.unit.test_pages import FORMS, TEN, etag_of

pages = pages_of(index_of({studies}))
for parameters, headers in FORMS:
    print(etag_of(get(pages, {{'limit': '5', **parameters}}, headers)))
"""


def etag_of(answer: Answer) -> str:
    """The entity tag of an answer."""
    return dict(answer.headers)['ETag']


def links_of(answer: Answer) -> dict[str, str]:
    """The references of the header Link, by their relation."""
    return {relation: to for to, relation in re.findall(r'<([^>]*)>; rel="(\w+)"', dict(answer.headers)['Link'])}


def refuse(*_: object) -> NoReturn:
    raise AssertionError('the body is made')


@pytest.mark.parametrize(('parameters', 'headers'), FORMS)
@pytest.mark.parametrize('place', [{}, {'offset': '3'}, {'cursor': ''}, {'sort': '-StudyDate'}])
def test_a_304_makes_no_body(
    monkeypatch: pytest.MonkeyPatch, parameters: dict[str, str], headers: dict[str, str], place: dict[str, str]
) -> None:
    route = pages_of(index_of(TEN))
    request = {'limit': '4', **place, **parameters}
    tag = etag_of(get(pages_of(index_of(TEN)), request, headers))  # of another, as `route` keeps its pages
    monkeypatch.setattr(pages, '_body', refuse)
    monkeypatch.setattr(pages, '_formed', refuse)
    answer = get(route, request, {**headers, 'if-none-match': tag})
    assert (answer.status, answer.body) == (304, b'')
    assert dict(answer.headers)['X-Total-Count'] == '10'
    assert 'Link' in dict(answer.headers)
    with pytest.raises(AssertionError, match='the body is made'):
        get(route, request, {**headers, 'if-none-match': '"other"'})


def test_equal_content_has_one_tag_in_every_process() -> None:
    def tags_with(seed: str, studies: str) -> list[str]:
        code = TAG_OF_A_PROCESS.format(studies=studies)
        command = [sys.executable, '-c', code]
        environment = {'PYTHONHASHSEED': seed, 'PYTHONDONTWRITEBYTECODE': '1'}
        ran = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True)
        return ran.stdout.split()

    here = [etag_of(get(pages_of(index_of(TEN)), {'limit': '5', **form}, headers)) for form, headers in FORMS]
    assert tags_with('1', 'TEN') == tags_with('2', 'reversed(TEN)') == here
    assert len(set(here)) == len(FORMS)  # a tag is of one form


def test_a_tag_has_at_least_64_bits() -> None:
    assert re.fullmatch(r'W/"[0-9a-f]{16,}"', etag_of(get(pages_of(index_of(TEN)), {'limit': '5'})))


@given(st.lists(expanded_studies, max_size=6), st.lists(expanded_studies, max_size=6), st.sampled_from(FORMS))
def test_tags_are_equal_if_the_bodies_are(
    some: Sequence[dict[str, object]],
    others: Sequence[dict[str, object]],
    form: tuple[dict[str, str], dict[str, str]],
) -> None:
    parameters, headers = form
    one, other = (get(pages_of(index_of(studies)), parameters, headers) for studies in (some, others))
    if etag_of(one) == etag_of(other):
        assert body_of(one) == body_of(other)
    if not parameters and not headers and body_of(one) == body_of(other):
        assert etag_of(one) == etag_of(other)


def test_a_tag_changes_when_computed_tags_become_known_and_the_form_has_them() -> None:
    index = index_of(TEN)
    route = pages_of(index)
    before = [etag_of(get(route, form, headers)) for form, headers in FORMS]
    index.complete(TEN[0]['ID'], 'CT 3')
    after = [etag_of(get(route, form, headers)) for form, headers in FORMS]
    assert [one != other for one, other in zip(before, after, strict=True)] == [False, False, True, True, True]


def test_a_page_with_fields_is_another_content_than_one_with_more_or_renamed_ones() -> None:
    route = pages_of(index_of(TEN))
    tags = {
        etag_of(get(route, {'fields': fields}))
        for fields in ('PatientID', 'StudyID', 'PatientID,StudyID', 'Labels')
    }
    assert len(tags) == 4


@pytest.mark.parametrize('studies', [LONGEST_REMEMBERED, LONGEST_REMEMBERED + 1])
def test_a_long_page_has_a_tag_of_its_content_too(studies: int) -> None:
    many = [expanded(number) for number in range(studies)]
    changed = [*many[:-1], {**many[-1], 'IsStable': False}]
    tags = [etag_of(get(pages_of(index_of(of)), {})) for of in (many, [*reversed(many)], changed)]
    assert tags[0] == tags[1] != tags[2]


CHANGES = st.lists(st.tuples(expanded_studies, st.integers(0, 8), st.integers(0, 8)), max_size=20)


@given(CHANGES)
def test_a_page_by_place_has_the_tag_of_its_bodies_whatever_was_there_before(
    changes: list[tuple[ExpandedStudy, int, int]],
) -> None:
    index = index_of([])
    kept = ETags()
    for study, start, number in changes:
        if not index.upsert(upsert_of(study)):
            index.delete(study['ID'])
        bodies = index.page(start, number).bodies
        assert kept.of_place(start, bodies) == kept.of(b'', bodies) == ETags().of_place(start, bodies)


def test_digests_are_forgotten_after_many_changes_and_when_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(etags, 'MOST_CHANGES', 3)
    tags = ETags()
    body = bytes([1]) * 1000

    def is_remembered() -> bool:
        return sys.getrefcount(body) > unknown

    unknown = sys.getrefcount(body)
    first = tags.of_place(5, [body])
    assert is_remembered()
    tags.forget_some(3)
    assert is_remembered()
    tags.forget_some(4)
    assert not is_remembered()
    assert tags.of(b'', [body]) == first
    assert is_remembered()
    monkeypatch.setattr(etags, 'MOST_KNOWN', 2)
    tags.of(b'', [b'%d' % number for number in range(3)])
    tags.forget_some(4)
    assert not is_remembered()


def test_a_digest_is_long_enough_for_bodies_of_an_attacker() -> None:
    assert DIGEST_BYTES * 8 >= 64


ADDRESSES = [
    'http://localhost:8042/sort-studies',
    'http://localhost:8042/sort-studies/',
    'https://hospital.example/pacs/orthanc/sort-studies',
    'https://hospital.example/pacs/orthanc/sort-studies/',
]
"""The addresses of a page: Orthanc ignores a slash at the end, and a proxy may put a prefix first."""


@pytest.mark.parametrize('address', ADDRESSES)
@pytest.mark.parametrize(
    'place', [{'offset': '3'}, {'around': TEN[4]['ID']}, {'offset': '5', 'sort': '-StudyDate'}]
)
@pytest.mark.parametrize('other', [{}, {'PatientID': 'P'}, {'_': 'a/b?c#d//e'}])
def test_every_link_leads_to_the_path_of_the_request(
    address: str, place: dict[str, str], other: dict[str, str]
) -> None:
    links = links_of(get(pages_of(index_of(TEN)), {'limit': '2', **place, **other}))
    assert links.keys() == {'first', 'prev', 'next', 'last'}
    for reference in links.values():
        joined = urlsplit(urljoin(f'{address}?limit=2&offset=3', reference))
        assert joined._replace(query='').geturl() == address
        assert 'limit=2' in joined.query.split('&')


def test_a_name_is_decoded_once() -> None:
    route = pages_of(index_of(TEN))
    assert sent_by(route, {'%50atientID': 'P', 'limit': '1'}, dialect=OLDEST).status == 200
    for name in ('%2550atientID', 'Patient%2BID'):
        assert sent_by(route, {name: 'P', 'limit': '1'}, dialect=OLDEST).status == 400


def test_of_two_names_that_are_one_the_last_counts_whichever_was_requested_first() -> None:
    route = pages_of(index_of(TEN))
    totals = [
        sent_by(route, dict(items), dialect=OLDEST).values_of('X-Total-Count')
        for items in ([('PatientID', 'P'), ('%50atientID', 'none')], [('%50atientID', 'none'), ('PatientID', 'P')])
        * 2
    ]
    assert totals == [['0'], ['10'], ['0'], ['10']]


def test_a_kept_page_is_of_its_own_parameters_alone() -> None:
    route = pages_of(index_of([expanded('a', text='x'), expanded('b', text='y')]))
    requests = [{'_': 'a&limit=1'}, {'_': 'a', 'limit': '1'}, {'_': 'a%26limit%3D1'}, {'_': 'a', 'limit': '2'}]
    sizes = [sent_by(route, one, dialect=OLDEST).body.count(b'"ID"') for one in requests * 2]
    assert sizes == [2, 1, 2, 2] * 2


def test_json_is_the_form_if_nothing_else_is_requested() -> None:
    assert get(pages_of(index_of(TEN)), {}).media_type == JSON
