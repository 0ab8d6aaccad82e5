"""The views of an index against a plain list that is filtered and sorted anew each time."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from orthanc_paging.errors import NotInView
from orthanc_paging.index.building import Building, Candidates, Past
from orthanc_paging.index.sorted_bodies import SortedBodies
from orthanc_paging.index.store import upsert_of
from orthanc_paging.index.study_index import StudyIndex
from orthanc_paging.index.views import MOST_TIMES
from orthanc_paging.queries.cursor import Cursor
from orthanc_paging.queries.parsers.parameters import ParameterParser
from orthanc_paging.queries.selection import ALL, Selection
from orthanc_paging.studies.study import ExpandedStudy, Study, computed_of, from_body, id_of
from tests.unit.attributes import SCHEMA
from tests.unit.checks import check, views_of
from tests.unit.index_machine import IndexMachine
from tests.unit.small_steps import take_small_steps
from tests.unit.studies import expanded, identifier, order_key

Action = Callable[[], object]


@dataclass(frozen=True)
class Case:
    """A selection, and its meaning, written a second time and naively."""

    parameters: dict[str, str]
    matches: Callable[[ExpandedStudy], bool] = lambda _: True
    key: Callable[[ExpandedStudy], tuple[object, ...]] = order_key

    @property
    def selection(self) -> Selection:
        return ParameterParser(SCHEMA).parse(self.parameters).selection

    def of(self, studies: dict[str, ExpandedStudy]) -> list[str]:
        return [study['ID'] for study in sorted(filter(self.matches, studies.values()), key=self.key)]


NAMES = {
    'Müller^Zoë': ['muller^zoe'],
    'Doe=Mulder^F': ['doe', 'mulder^f'],
    'Doe\\MUL ^E^': ['doe', 'mul^e'],
    'A=B=C=Mull': ['a', 'b', 'c'],
    'Smull': ['smull'],
    '': [],
}
"""Names, and what they match by: at most three component groups of each value."""

NO_DATE = '20240231'


def description(study: ExpandedStudy) -> str:
    return str(study['MainDicomTags']['StudyDescription'])


def name(study: ExpandedStudy) -> str:
    return str(study['PatientMainDicomTags']['PatientName'])


def groups(study: ExpandedStudy) -> list[str]:
    return NAMES[name(study)]


def date(study: ExpandedStudy) -> str:
    written = str(study['MainDicomTags'].get('StudyDate', '')).replace('.', '')
    return '' if written == NO_DATE else written


def stored_date(study: ExpandedStudy) -> str:
    return str(study['MainDicomTags'].get('StudyDate', ''))


def newest_first(study: ExpandedStudy) -> tuple[object, ...]:
    is_no_date = study['MainDicomTags'].get('StudyDate') == NO_DATE
    return not is_no_date, -int(date(study) or 0), study['ID']


def by_description(study: ExpandedStudy) -> tuple[object, ...]:
    return description(study), newest_first(study)


def computed(study: ExpandedStudy) -> tuple[list[str], int]:
    """The modalities of a study of the model, and the number of its instances; none and 0 until it has them."""
    found: tuple[list[str], int] = study.get('Computed', ([], 0))
    return found


def begins(study: ExpandedStudy, head: str) -> bool:
    return any(group.startswith(head) for group in groups(study))


def all_words(study: ExpandedStudy) -> str:
    return f'{description(study)} p {name(study)}'.lower().replace('ü', 'u')


def named(study: ExpandedStudy, name: str) -> ExpandedStudy:
    return {**study, 'PatientMainDicomTags': {'PatientID': 'P', 'PatientName': name}}


CASES = [
    Case({}),
    Case({'ModalitiesInStudy': 'CT\\SR'}, matches=lambda study: not {'CT', 'SR'}.isdisjoint(computed(study)[0])),
    Case(
        {'sort': '-NumberOfStudyRelatedInstances'},
        key=lambda study: (-computed(study)[1], study['ID']),
    ),
    Case({'sort': '-StudyDate'}, key=newest_first),
    Case({'sort': 'StudyDescription,-StudyDate'}, key=by_description),
    Case({'StudyDate': '20240102-'}, matches=lambda study: date(study) >= '20240102'),
    Case(
        {'StudyDescription': 'a*', 'sort': '-StudyDate'},
        matches=lambda study: description(study).startswith('a'),
        key=newest_first,
    ),
    Case({'q': 'B'}, matches=lambda study: 'b' in (description(study) + name(study)).lower()),
    Case(
        {'StudyDescription': 'AB\\c', 'PatientName': 'MUL*'},
        matches=lambda study: description(study) in ('ab', 'c') and begins(study, 'mul'),
    ),
    Case(
        {'StudyDescription': 'AB\\c', 'PatientName': 'MUL*', 'sort': '-StudyDate'},
        matches=lambda study: description(study) in ('ab', 'c') and begins(study, 'mul'),
        key=newest_first,
    ),
    Case({'StudyDescription': '*B*'}, matches=lambda study: 'b' in description(study)),
    Case({'PatientName': '*ull*'}, matches=lambda study: any('ull' in group for group in groups(study))),
    Case({'PatientName': 'MUL*'}, matches=lambda study: begins(study, 'mul')),
    Case({'PatientName': 'mul*\\doe'}, matches=lambda study: begins(study, 'mul') or 'doe' in groups(study)),
    Case({'PatientName': 'mul^*'}, matches=lambda study: begins(study, 'mul^')),
    Case({'PatientName': 'm*r^*'}, matches=lambda study: any('r^' in group for group in groups(study))),
    Case({'PatientName': 'MULLER^zoe'}, matches=lambda study: 'muller^zoe' in groups(study)),
    Case({'PatientName': 'mulder^f=DOE'}, matches=lambda study: {'doe', 'mulder^f'} <= set(groups(study))),
    Case({'q': 'mul'}, matches=lambda study: 'mul' in name(study).lower().replace('ü', 'u')),
    Case({'q': 'mul a'}, matches=lambda study: 'mul' in all_words(study) and 'a' in all_words(study)),
    Case({'StudyDate': '-20240102'}, matches=lambda study: '' < date(study) <= '20240102'),
    Case({'StudyDate': '20240102'}, matches=lambda study: date(study) == '20240102'),
    Case(
        {'StudyDate': '20240101\\20240103', 'sort': '-StudyDate'},
        matches=lambda study: date(study) in ('20240101', '20240103'),
        key=newest_first,
    ),
    Case(
        {'StudyDate': '20240102-20240301', 'PatientName': 'MUL*'},
        matches=lambda study: '20240102' <= date(study) <= '20240301' and begins(study, 'mul'),
    ),
    Case(
        {'StudyDate': '20240102-20240301', 'NumberOfStudyRelatedSeries': '1'},
        matches=lambda study: '20240102' <= date(study) <= '20240301' and len(study['Series']) == 1,
    ),
    Case({'StudyDate': '""'}, matches=lambda study: stored_date(study) == ''),
    Case({'StudyDate': '""\\20240102'}, matches=lambda study: stored_date(study) in ('', '20240102')),
    Case({'StudyDate': f'"{NO_DATE}"'}, matches=lambda study: stored_date(study) == NO_DATE),
    Case(
        {'StudyDate': f'20240103\\"{NO_DATE}"', 'sort': '-StudyDate'},
        matches=lambda study: date(study) == '20240103' or stored_date(study) == NO_DATE,
        key=newest_first,
    ),
    Case({'StudyDate': '"2024.01.03"'}, matches=lambda study: stored_date(study) == '2024.01.03'),
    Case({'StudyDate': '2024-01'}, matches=lambda study: date(study)[:6] == '202401'),
    Case({'PatientName': '^^'}, matches=lambda study: name(study) == ''),
    Case({'PatientName': '"doe=MULDER^F"'}, matches=lambda study: name(study) == 'Doe=Mulder^F'),
    Case(
        {'PatientName': '"Doe"\\mul*\\""'},
        matches=lambda study: begins(study, 'mul') or name(study) in ('', 'Doe\\MUL ^E^'),
    ),
    Case({'StudyDescription': '"AB"\\c*'}, matches=lambda study: description(study) in ('ab', 'c')),
    Case({'StudyDescription': '"a*"'}, matches=lambda _: False),
    Case({'ModalitiesInStudy': '""'}, matches=lambda study: computed(study)[0] == []),
]

some_case = st.sampled_from(CASES)
limits = st.integers(1, 4)
studies = st.builds(
    named,
    st.builds(
        expanded,
        st.integers(0, 12),
        st.sampled_from([None, '20240101', '20240102', '2024.01.03', NO_DATE]),
        st.integers(0, 2),
        st.sampled_from(['a', 'ab', 'b', 'c']),
    ),
    st.sampled_from(list(NAMES)),
)


@dataclass
class Walk:
    """Somebody who goes through the pages of a selection by cursors."""

    case: Case
    is_back: bool
    stayed: set[str]  # the studies that were there all the time, as they were
    seen: list[str] = field(default_factory=list)
    cursor: Cursor | None = None


class ViewsAgainstAList(IndexMachine):
    """Any sequence of changes and requests; walks from page to page while the studies change."""

    MOST_VIEWS = 3

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, ExpandedStudy] = {}
        self.walks: list[Walk] = []

    @initialize(some=st.lists(studies, max_size=12), with_columns=st.booleans())
    def begin(self, some: list[ExpandedStudy], with_columns: bool) -> None:
        self.load(some, with_columns)

    @rule(study=studies)
    def upsert(self, study: ExpandedStudy) -> None:
        before = self.model.get(study['ID'], {})
        self.index.upsert(upsert_of(study))
        kept = {'Computed': before['Computed']} if 'Computed' in before else {}
        self.model[study['ID']] = {**study, **kept}
        if self.model[study['ID']] != before:
            self._moved(study['ID'])

    @rule(
        name=st.integers(0, 12),
        modalities=st.sets(st.sampled_from(['CT', 'MR', 'SR'])),
        instances=st.integers(1, 12),
    )
    def complete(self, name: int, modalities: set[str], instances: int) -> None:
        is_changed = self.index.complete(identifier(name), computed_of(modalities, instances))
        if identifier(name) in self.model:
            now, before = (sorted(modalities), instances), self.model[identifier(name)].get('Computed')
            self.model[identifier(name)]['Computed'] = now
            assert is_changed == (now != before)
            self._moved(identifier(name))

    @rule(name=st.integers(0, 12))
    def delete(self, name: int) -> None:
        self.index.delete(identifier(name))
        self.model.pop(identifier(name), None)
        self._moved(identifier(name))

    @rule(case=some_case, offset=st.integers(0, 14), limit=st.none() | limits)
    def page(self, case: Case, offset: int, limit: int | None) -> None:
        page = self.index.page(offset, limit, case.selection)
        expected = case.of(self.model)
        assert (list(map(id_of, page.bodies)), page.total) == (expected[offset:][:limit], len(expected))

    @rule(case=some_case, changes=st.lists(studies | st.integers(0, 12), max_size=8))
    def page_of_a_view_that_is_built_meanwhile(self, case: Case, changes: list[ExpandedStudy | int]) -> None:
        """A change before and after each time that the build looks at some studies."""
        find, record = Past.find, Past.record

        def change() -> None:
            if changes:
                one = changes.pop()
                if isinstance(one, int):
                    self.delete(one)
                else:
                    self.upsert(one)

        def find_late(past: Past, study_ids: Sequence[str]) -> list[Study]:
            change()
            studies = find(past, study_ids)
            change()
            return studies

        def record_before(past: Past, study_id: str, study: Study | None) -> None:
            assert self.index.get(study_id) is study
            record(past, study_id, study)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Past, 'find', find_late)
            patch.setattr(Past, 'record', record_before)
            self.page(case, 0, None)

    @rule(case=some_case)
    def count(self, case: Case) -> None:
        assert self.index.count_of(case.selection) == len(case.of(self.model))

    @rule(case=some_case, name=st.integers(0, 12), limit=limits)
    def around(self, case: Case, name: int, limit: int) -> None:
        expected = case.of(self.model)
        if identifier(name) in expected:
            page = self.index.page(identifier(name), limit, case.selection)
            assert identifier(name) in map(id_of, page.bodies)
            assert list(map(id_of, page.bodies)) == expected[page.start :][:limit]
        else:
            with pytest.raises(NotInView):
                self.index.page(identifier(name), limit, case.selection)

    @rule(case=some_case, is_back=st.booleans())
    def begin_a_walk(self, case: Case, is_back: bool) -> None:
        walk = Walk(case, is_back, set(case.of(self.model)))
        if is_back:
            walk.cursor = Cursor(b'\xff' * 100, is_back=True)
        self.walks.append(walk)

    @rule(limit=limits)
    def go_on(self, limit: int) -> None:
        for walk in list(self.walks):
            selection = walk.case.selection
            page = self.index.page(walk.cursor or 0, limit, selection)
            ids = list(map(id_of, page.bodies))
            if ids:
                walk.seen += ids
                body = page.bodies[0 if walk.is_back else -1]
                key = (
                    page.ends[0 if walk.is_back else -1] if page.ends else selection.order.key(from_body(body)[0])
                )
                walk.cursor = Cursor(key, walk.is_back)
            else:
                assert all(walk.seen.count(study) == 1 for study in walk.stayed)
                self.walks.remove(walk)

    @invariant()
    def parts_agree(self) -> None:
        check(self.index)
        assert sum(1 for _ in views_of(self.index)) <= 1 + self.MOST_VIEWS

    def _moved(self, study: str) -> None:
        for walk in self.walks:
            walk.stayed.discard(study)


TestViewsAgainstAList = ViewsAgainstAList.TestCase
TestViewsAgainstAList.settings = settings(max_examples=300)


def index_of(count: int, most_views: int = 32) -> StudyIndex:
    index = StudyIndex(most_views)
    for number in range(count):
        index.load(upsert_of(expanded(number, f'2024{number % 12 + 1:02}01', text=str(number))))
    index.arrange()
    return index


def selection(**parameters: str) -> Selection:
    return ParameterParser(SCHEMA).parse(parameters).selection


def during_fill(monkeypatch: pytest.MonkeyPatch, before: Action, after: Action = lambda: None) -> None:
    """Let something happen before and after each filling of a view that is being built."""
    fill = Building.fill

    def fill_between(building: Building, candidates: Candidates) -> None:
        before()
        fill(building, candidates)
        after()

    monkeypatch.setattr(Building, 'fill', fill_between)


def test_a_new_view_has_the_changes_that_were_made_while_it_was_built(monkeypatch: pytest.MonkeyPatch) -> None:
    index = index_of(50)
    take_small_steps(monkeypatch)

    def change_before() -> None:
        index.upsert(upsert_of(expanded('new', '20240601')))
        index.upsert(upsert_of(expanded(0, '20250101')))
        index.delete(identifier(1))

    def change_after() -> None:
        index.delete(identifier('new'))
        index.upsert(upsert_of(expanded(2, '20250101')))

    during_fill(monkeypatch, change_before, change_after)
    index.page(0, 10, selection(sort='-StudyDate'))
    assert sum(1 for _ in views_of(index)) == 2
    check(index)


def test_requests_for_the_same_new_view_wait_for_one_build(monkeypatch: pytest.MonkeyPatch) -> None:
    index = index_of(50)
    waiting, builds = threading.Semaphore(0), []

    class CountedWaits(threading.Condition):
        def wait(self, timeout: float | None = None) -> bool:
            waiting.release()
            return super().wait(timeout)

    def build_when_three_wait() -> None:
        builds.append(threading.current_thread())
        for _ in range(3):
            assert waiting.acquire(timeout=10)

    monkeypatch.setattr(index._views, '_has_finished', CountedWaits(index._lock))
    during_fill(monkeypatch, build_when_three_wait)
    totals: list[int] = []
    by_date = selection(sort='-StudyDate')
    threads = [threading.Thread(target=lambda: totals.append(index.page(0, 10, by_date).total)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(builds) == 1
    assert totals == [50] * 4


@pytest.mark.parametrize('part', ['orthanc_paging.index.building.run_of', 'orthanc_paging.index.search._in_steps'])
def test_a_build_that_fails_leaves_nothing_and_is_tried_again(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    index = index_of(5)
    with monkeypatch.context() as patch:
        patch.setattr(part, lambda *_: 1 / 0)
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                index.page(0, 10, selection(sort='-StudyDate'))
    assert index.page(0, 10, selection(sort='-StudyDate')).total == 5


def test_a_view_that_is_being_built_when_the_index_is_filled_anew_starts_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = index_of(5)
    builds: list[None] = []

    def fill_anew() -> None:
        builds.append(None)
        if len(builds) == 1:
            index.clear()
            for number in range(3, 10):
                index.load(upsert_of(expanded(number)))
            index.arrange()

    during_fill(monkeypatch, fill_anew)
    assert index.page(0, 10, selection(sort='-StudyDate')).total == 7
    assert len(builds) == 2
    check(index)


def test_a_cleared_index_has_no_view_but_the_empty_default_one() -> None:
    index = index_of(5)
    index.page(0, 10, selection(sort='-StudyDate'))
    index.clear()
    assert [(view.order, view.studies) for view in views_of(index)] == [('StudyDate', 0)]
    assert index.page(0, 10, selection(sort='-StudyDate')).total == 0
    check(index)


def test_the_least_recently_used_view_is_dropped_and_never_the_default_one() -> None:
    index = index_of(10, most_views=2)
    for sort in ('StudyDate', 'PatientName', 'StudyDate', 'StudyDescription'):
        index.page(0, 10, selection(sort=sort))
    assert [view.order for view in views_of(index)] == ['StudyDate', 'StudyDate', 'StudyDescription']


def test_all_views_together_have_a_few_times_the_studies_of_the_index() -> None:
    index = index_of(10, most_views=1000)
    dropped = []
    for number in range(100):
        keyword = ['StudyDate', 'StudyDescription', 'PatientName', 'PatientID'][number % 4]
        for one in (
            selection(sort=f'{keyword},StudyTime', StudyDescription=f'*\\{number}'),
            selection(sort='-' * (number % 2) + keyword, PatientName=f'M*\\{number}'),
        ):
            index.page(0, 10, one)
            assert sum(view.studies for view in views_of(index)) <= (1 + MOST_TIMES) * 10
            dropped.append(sum(map(len, index._views._dropped)))
    assert 0 < max(dropped) <= 30
    index.tidy()
    assert not index._views._dropped
    check(index)


def test_each_dropped_view_is_freed_once_although_two_threads_tidy(monkeypatch: pytest.MonkeyPatch) -> None:
    index = index_of(10, most_views=1)
    index.tidy()
    freed, dissolve = [], SortedBodies.dissolve

    def dissolve_while_another_tidies(bodies: SortedBodies) -> None:
        freed.append(bodies)
        other = threading.Thread(target=index.tidy)
        other.start()
        other.join()
        dissolve(bodies)

    monkeypatch.setattr(SortedBodies, 'dissolve', dissolve_while_another_tidies)
    for sort in ('PatientID', 'PatientName', 'StudyTime', 'StudyDescription'):
        index.page(0, 10, selection(sort=sort, PatientName='nobody'))
    index.tidy()
    assert len(freed) == len(set(freed)) == 3


def test_a_view_of_which_no_study_changed_keeps_its_version() -> None:
    index = index_of(10)
    of_a_day = selection(StudyDate='20240101')
    version = index.page(0, 1, of_a_day).version
    index.upsert(upsert_of(expanded('other', '20240201')))
    assert index.page(0, 1, of_a_day).version == version
    index.upsert(upsert_of(expanded('one of them', '20240101')))
    assert index.page(0, 1, of_a_day).version != version


def test_a_request_without_parameters_gets_the_default_view() -> None:
    index = index_of(3)
    assert index.page(0, None, ALL).bodies == index.bodies()


def test_columns_with_more_former_values_than_studies_are_filled_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('orthanc_paging.index.columns.SPARE_ROWS', 0)
    index = index_of(3)
    index.begin_columns(SCHEMA)
    assert index.fill_columns()
    assert not index.renew_columns()
    for number in range(4):
        index.upsert(upsert_of(expanded(0, text=f'changed {number}')))
    assert index.renew_columns()
    assert index.page(0, None, selection(StudyDescription='changed*')).total == 1
    assert index.fill_columns()
    assert not index.renew_columns()
    assert index.page(0, None, selection(StudyDescription='CHANGED 3')).total == 1


def test_studies_that_are_added_one_by_one_are_found_like_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    take_small_steps(monkeypatch)
    index = index_of(0, most_views=1)  # so that each request builds its view
    index.begin_columns(SCHEMA)
    assert index.fill_columns()
    for number in range(50):
        index.upsert(upsert_of(expanded(number, text=f'text-{number:02}')))
        assert index.page(0, None, selection(StudyDescription=f'TEXT-{number:02}')).total == 1
        assert index.page(0, None, selection(StudyDescription='text-1*')).total == min(max(number - 9, 0), 10)
        assert index.page(0, None, selection(q='ext-2')).total == min(max(number - 19, 0), 10)
