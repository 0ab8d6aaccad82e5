"""Every answer obeys the scope of its request, and two scopes share nothing that is kept.

Two users see the studies of one label each, a third one sees all. The oracle is an index that contains only the
studies of a user, and that nobody else reads.
"""

import json
import re
from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.errors import NotInView
from orthanc_paging.faces.count import StudyCount
from orthanc_paging.faces.facets import Facets
from orthanc_paging.faces.pages import Pages
from orthanc_paging.faces.scope import scope_of
from orthanc_paging.http.face import Face
from orthanc_paging.http.request import Request
from orthanc_paging.index.study_index import StudyIndex
from orthanc_paging.queries.label_conditions import any_label_condition
from orthanc_paging.queries.parsers.parameters import ParameterParser
from orthanc_paging.queries.scope import EVERYTHING, Scope
from orthanc_paging.queries.selection import ALL
from orthanc_paging.studies.study import ExpandedStudy
from tests.support.fake_output import FakeOutput
from tests.unit.attributes import SCHEMA
from tests.unit.checks import check, views_of
from tests.unit.serving import index_of, readiness_of, sent_by
from tests.unit.studies import expanded, identifier


def label_scope(label: str) -> Scope:
    """Return the scope of a user who may see the studies that have a label."""
    condition = any_label_condition('label', label)
    assert condition is not None
    return Scope((condition,))


SCOPES = {'anna': label_scope('a'), 'berta': label_scope('b'), 'all': EVERYTHING}
LABELS = {'anna': {'a'}, 'berta': {'b'}, 'all': {'a', 'b', ''}}


def scope_of_user(request: Request) -> Scope:
    return SCOPES[request.header('user')]


def study(number: int, label: str, date: str = '20240131') -> ExpandedStudy:
    """Return a study that has a label, or none."""
    return {**expanded(number, date, text=f'{label}{number % 3}'), 'Labels': [label] if label else []}


STUDIES = [study(number, 'ab'[number % 2], f'202401{number + 10}') for number in range(10)]


def faces_of(index: StudyIndex) -> dict[str, Face]:
    readiness = readiness_of(scope_of_user)
    faces: dict[str, Face] = {'pages': Pages(index, readiness), 'count': StudyCount(index, readiness)}
    return {**faces, 'facets': Facets(index, readiness)}


def visible(user: str, studies: Sequence[ExpandedStudy]) -> list[ExpandedStudy]:
    return [one for one in studies if {*one['Labels']} & LABELS[user] or user == 'all']


def content_of(sent: FakeOutput) -> tuple[object, ...]:
    """Return all of an answer but the references of its links: a cursor is of its scope."""
    links = [re.findall('rel="(.*?)"', link) for link in sent.values_of('Link')]
    return sent.status, sent.body, links, *(sent.values_of(name) for name in ('X-Total-Count', 'X-Offset', 'ETag'))


FORMS: list[tuple[str, dict[str, str], dict[str, str]]] = [
    ('pages', {}, {}),
    ('pages', {'limit': '2'}, {}),
    ('pages', {'limit': '2', 'offset': '1'}, {}),
    ('pages', {'limit': '2', 'cursor': ''}, {}),
    ('pages', {'limit': '3', 'around': identifier(4)}, {}),
    ('pages', {'sort': '-StudyDescription', 'limit': '3'}, {}),
    ('pages', {'q': 'a1'}, {}),
    ('pages', {'label': 'a'}, {}),
    ('pages', {'fields': 'StudyDescription'}, {}),
    ('pages', {}, {'accept': 'text/csv'}),
    ('pages', {'StudyDate': '20240101-20240112'}, {'accept': 'application/dicom+json'}),
    ('count', {}, {}),
    ('count', {'StudyDescription': '*1'}, {}),
    ('facets', {'field': 'StudyDescription'}, {}),
    ('facets', {'field': 'label', 'StudyDate': '20240101-20240112'}, {}),
    ('facets', {'field': 'StudyDate', 'by': 'month'}, {}),
]
"""Requests: a face, parameters and headers."""

WITH_ETAGS = [form for form in FORMS if form[0] != 'count' and 'around' not in form[1]]
"""Those that each user may send, and whose answers have an ETag."""

requests = st.lists(st.tuples(st.sampled_from(sorted(SCOPES)), st.sampled_from(FORMS)), max_size=12)
studies = st.lists(
    st.builds(
        study, st.integers(0, 8), st.sampled_from(['a', 'b', '']), st.sampled_from(['20240111', '20240112'])
    ),
    unique_by=lambda one: one['ID'],
    max_size=8,
)


@given(studies, requests)
def test_an_answer_is_that_of_an_index_with_the_visible_studies_alone(
    studies: list[ExpandedStudy],
    requests: list[tuple[str, tuple[str, dict[str, str], dict[str, str]]]],
) -> None:
    shared = faces_of(index_of(studies))
    for user, (face, parameters, headers) in requests:
        alone = faces_of(index_of(visible(user, studies)))
        found, expected = (
            sent_by(faces[face], parameters, {**headers, 'user': of})
            for faces, of in ((shared, user), (alone, 'all'))
        )
        assert content_of(found) == content_of(expected)


@pytest.mark.parametrize(('face', 'parameters', 'headers'), FORMS)
def test_two_scopes_never_share_a_kept_answer(
    face: str, parameters: dict[str, str], headers: dict[str, str]
) -> None:
    shared = faces_of(index_of(STUDIES))
    for user in ('anna', 'berta', 'all') * 2:
        alone = faces_of(index_of(visible(user, STUDIES)))
        found = sent_by(shared[face], parameters, {**headers, 'user': user})
        assert content_of(found) == content_of(sent_by(alone[face], parameters, {**headers, 'user': 'all'}))


def test_two_scopes_never_share_a_view() -> None:
    index = index_of(STUDIES)
    pages = faces_of(index)['pages']
    for user in SCOPES:
        sent_by(pages, {'sort': 'StudyDescription'}, {'user': user})
    views = sorted((view.conditions, view.studies) for view in views_of(index))
    assert views == [(0, 10), (0, 10), (1, 5), (1, 5)]
    check(index)


def test_a_selection_within_a_scope_is_none_of_a_client_with_the_same_condition() -> None:
    own = ParameterParser(SCHEMA, scope=label_scope('a')).selection({})
    requested = ParameterParser(SCHEMA).selection({'label': 'a'})
    assert own.filter == requested.filter
    assert own.key != requested.key
    assert own.digest != requested.digest


@pytest.mark.parametrize('sort', [{}, {'sort': '-StudyDate'}])
def test_a_cursor_of_another_scope_is_refused(sort: dict[str, str]) -> None:
    pages = faces_of(index_of(STUDIES))['pages']
    [link] = sent_by(pages, {'limit': '2', 'cursor': '', **sort}, {'user': 'anna'}).values_of('Link')
    [cursor] = re.findall('cursor=([^>]*)>; rel="next"', link)
    statuses = [
        sent_by(pages, {'limit': '2', 'cursor': cursor, **sort}, {'user': user}).status
        for user in ('anna', 'berta', 'all')
    ]
    assert statuses == [200, 400, 400]


def test_around_a_study_outside_of_the_scope_is_as_around_one_that_is_unknown() -> None:
    index = index_of(STUDIES)
    pages = faces_of(index)['pages']
    outside, unknown = STUDIES[1]['ID'], identifier('unknown')
    problems = [sent_by(pages, {'limit': '3', 'around': one}, {'user': 'anna'}) for one in (outside, unknown)]
    assert [sent.status for sent in problems] == [400, 400]
    assert problems[0].body.replace(outside.encode(), unknown.encode()) == problems[1].body
    assert problems[0].headers == problems[1].headers
    assert sent_by(pages, {'limit': '3', 'around': outside}, {'user': 'berta'}).status == 200
    with pytest.raises(NotInView):
        index.page(outside, 3, ALL.within(SCOPES['anna']))


@pytest.mark.parametrize(('face', 'parameters', 'headers'), WITH_ETAGS)
def test_the_etag_of_another_scope_gives_no_304_if_the_content_differs(
    face: str, parameters: dict[str, str], headers: dict[str, str]
) -> None:
    faces = faces_of(index_of(STUDIES))
    sent = {user: sent_by(faces[face], parameters, {**headers, 'user': user}) for user in SCOPES}
    for user, other in permutations(SCOPES, 2):
        [tag] = sent[other].values_of('ETag')
        status = sent_by(faces[face], parameters, {**headers, 'user': user, 'if-none-match': tag}).status
        assert status == (304 if sent[user].body == sent[other].body else 200)


def test_totals_and_facets_obey_the_scope() -> None:
    faces = faces_of(index_of(STUDIES))
    for user, total, labels in (('anna', 5, ['a']), ('berta', 5, ['b']), ('all', 10, ['a', 'b'])):
        count = json.loads(sent_by(faces['count'], {}, {'user': user}).body)
        facets = json.loads(sent_by(faces['facets'], {'field': 'label'}, {'user': user}).body)
        assert count == {'Count': total}
        assert [value['Value'] for value in facets['Values']] == labels
        assert sent_by(faces['pages'], {'limit': '1'}, {'user': user}).values_of('X-Total-Count') == [str(total)]


def test_a_view_obeys_its_scope_when_studies_change() -> None:
    index = index_of(STUDIES)
    selection = ALL.within(SCOPES['anna'])
    assert index.count_of(selection) == 5
    index.delete(STUDIES[0]['ID'])
    index.delete(STUDIES[1]['ID'])
    assert index.count_of(selection) == 4
    check(index)


def test_everything_costs_nothing() -> None:
    assert scope_of(Request('GET', '/sort-studies')) is EVERYTHING
    assert ALL.within(EVERYTHING) is ALL
    assert ParameterParser(SCHEMA).selection({}) is ALL
    assert ParameterParser(SCHEMA).parse({'limit': '5'}).selection is ALL


def test_a_scope_is_equal_to_one_of_the_same_conditions() -> None:
    assert label_scope('a') == label_scope('a')
    assert len({label_scope('a'), label_scope('a'), label_scope('b'), EVERYTHING}) == 3
