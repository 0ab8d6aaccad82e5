"""The views of an index against a plain list that is filtered and sorted anew each time."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from orthanc_paging.errors import NotInView
from orthanc_paging.index import views
from orthanc_paging.index.past import Past
from orthanc_paging.index.study_index import StudyIndex, upsert_of
from orthanc_paging.index.view import View
from orthanc_paging.queries.cursor import Cursor
from orthanc_paging.queries.parsers.parameters import ParameterParser
from orthanc_paging.queries.selection import ALL, Selection
from orthanc_paging.studies.study import ExpandedStudy, Study, computed_of, from_body, from_expanded, id_of
from tests.unit.attributes import SCHEMA
from tests.unit.studies import expanded, identifier, order_key

MOST_VIEWS = 3


@dataclass(frozen=True)
class Asked:
    """A selection, and what it means, said once more and naively."""

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
    told = str(study['MainDicomTags'].get('StudyDate', '')).replace('.', '')
    return '' if told == NO_DATE else told


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


ASKED = [
    Asked({}),
    Asked({'ModalitiesInStudy': 'CT\\SR'}, matches=lambda study: not {'CT', 'SR'}.isdisjoint(computed(study)[0])),
    Asked(
        {'sort': '-NumberOfStudyRelatedInstances'},
        key=lambda study: (-computed(study)[1], study['ID']),
    ),
    Asked({'sort': '-StudyDate'}, key=newest_first),
    Asked({'sort': 'StudyDescription,-StudyDate'}, key=by_description),
    Asked({'StudyDate': '20240102-'}, matches=lambda study: date(study) >= '20240102'),
    Asked(
        {'StudyDescription': 'a*', 'sort': '-StudyDate'},
        matches=lambda study: description(study).startswith('a'),
        key=newest_first,
    ),
    Asked({'q': 'B'}, matches=lambda study: 'b' in (description(study) + name(study)).lower()),
    Asked(
        {'StudyDescription': 'AB\\c', 'PatientName': 'MUL*'},
        matches=lambda study: description(study) in ('ab', 'c') and begins(study, 'mul'),
    ),
    Asked(
        {'StudyDescription': 'AB\\c', 'PatientName': 'MUL*', 'sort': '-StudyDate'},
        matches=lambda study: description(study) in ('ab', 'c') and begins(study, 'mul'),
        key=newest_first,
    ),
    Asked({'StudyDescription': '*B*'}, matches=lambda study: 'b' in description(study)),
    Asked({'PatientName': '*ull*'}, matches=lambda study: any('ull' in group for group in groups(study))),
    Asked({'PatientName': 'MUL*'}, matches=lambda study: begins(study, 'mul')),
    Asked({'PatientName': 'mul*\\doe'}, matches=lambda study: begins(study, 'mul') or 'doe' in groups(study)),
    Asked({'PatientName': 'mul^*'}, matches=lambda study: begins(study, 'mul^')),
    Asked({'PatientName': 'm*r^*'}, matches=lambda study: any('r^' in group for group in groups(study))),
    Asked({'PatientName': 'MULLER^zoe'}, matches=lambda study: 'muller^zoe' in groups(study)),
    Asked({'PatientName': 'mulder^f=DOE'}, matches=lambda study: {'doe', 'mulder^f'} <= set(groups(study))),
    Asked({'q': 'mul'}, matches=lambda study: 'mul' in name(study).lower().replace('ü', 'u')),
    Asked({'q': 'mul a'}, matches=lambda study: 'mul' in all_words(study) and 'a' in all_words(study)),
    Asked({'StudyDate': '-20240102'}, matches=lambda study: '' < date(study) <= '20240102'),
    Asked({'StudyDate': '20240102'}, matches=lambda study: date(study) == '20240102'),
    Asked(
        {'StudyDate': '20240101\\20240103', 'sort': '-StudyDate'},
        matches=lambda study: date(study) in ('20240101', '20240103'),
        key=newest_first,
    ),
    Asked(
        {'StudyDate': '20240102-20240301', 'PatientName': 'MUL*'},
        matches=lambda study: '20240102' <= date(study) <= '20240301' and begins(study, 'mul'),
    ),
    Asked(
        {'StudyDate': '20240102-20240301', 'NumberOfStudyRelatedSeries': '1'},
        matches=lambda study: '20240102' <= date(study) <= '20240301' and len(study['Series']) == 1,
    ),
    Asked({'StudyDate': '""'}, matches=lambda study: stored_date(study) == ''),
    Asked({'StudyDate': '""\\20240102'}, matches=lambda study: stored_date(study) in ('', '20240102')),
    Asked({'StudyDate': f'"{NO_DATE}"'}, matches=lambda study: stored_date(study) == NO_DATE),
    Asked(
        {'StudyDate': f'20240103\\"{NO_DATE}"', 'sort': '-StudyDate'},
        matches=lambda study: date(study) == '20240103' or stored_date(study) == NO_DATE,
        key=newest_first,
    ),
    Asked({'StudyDate': '"2024.01.03"'}, matches=lambda study: stored_date(study) == '2024.01.03'),
    Asked({'StudyDate': '2024-01'}, matches=lambda study: date(study)[:6] == '202401'),
    Asked({'PatientName': '^^'}, matches=lambda study: name(study) == ''),
    Asked({'PatientName': '"doe=MULDER^F"'}, matches=lambda study: name(study) == 'Doe=Mulder^F'),
    Asked(
        {'PatientName': '"Doe"\\mul*\\""'},
        matches=lambda study: begins(study, 'mul') or name(study) in ('', 'Doe\\MUL ^E^'),
    ),
    Asked({'StudyDescription': '"AB"\\c*'}, matches=lambda study: description(study) in ('ab', 'c')),
    Asked({'StudyDescription': '"a*"'}, matches=lambda _: False),
    Asked({'ModalitiesInStudy': '""'}, matches=lambda study: computed(study)[0] == []),
]

some_asked = st.sampled_from(ASKED)
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

    asked: Asked
    is_back: bool
    stayed: set[str]  # the studies that were there all the time, as they were
    seen: list[str] = field(default_factory=list)
    cursor: Cursor | None = None


class ViewsAgainstAList(RuleBasedStateMachine):
    """Any sequence of changes and questions; walks from page to page while the studies change."""

    def __init__(self) -> None:
        super().__init__()
        self.index = StudyIndex(MOST_VIEWS)
        self.index.arrange()
        self.model: dict[str, ExpandedStudy] = {}
        self.walks: list[Walk] = []
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr('orthanc_paging.index.search.STEP', 2)
        self.patch.setattr('orthanc_paging.index.search.ROWS_A_BLOCK', 2)
        self.patch.setattr('orthanc_paging.index.search.ROWS_A_LARGE_BLOCK', 5)
        self.patch.setattr('orthanc_paging.index.columns.ROWS_A_LARGE_BLOCK', 5)
        self.patch.setattr('orthanc_paging.index.views.FEW', 1)

    def teardown(self) -> None:
        self.patch.undo()

    @initialize(some=st.lists(studies, max_size=12), with_columns=st.booleans())
    def begin(self, some: list[ExpandedStudy], with_columns: bool) -> None:
        for study in some:
            self.upsert(study)
        if with_columns:
            self.index.begin_columns(SCHEMA)
            while not self.index.fill_columns():
                pass

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
            told, before = (sorted(modalities), instances), self.model[identifier(name)].get('Computed')
            self.model[identifier(name)]['Computed'] = told
            assert is_changed == (told != before)
            self._moved(identifier(name))

    @rule(name=st.integers(0, 12))
    def delete(self, name: int) -> None:
        self.index.delete(identifier(name))
        self.model.pop(identifier(name), None)
        self._moved(identifier(name))

    @rule()
    def begin_columns(self) -> None:
        self.index.begin_columns(SCHEMA)

    @rule()
    def fill_columns(self) -> None:
        self.index.fill_columns()

    @rule(asked=some_asked, offset=st.integers(0, 14), limit=st.none() | limits)
    def page(self, asked: Asked, offset: int, limit: int | None) -> None:
        page = self.index.page(offset, limit, asked.selection)
        expected = asked.of(self.model)
        assert (list(map(id_of, page.bodies)), page.total) == (expected[offset:][:limit], len(expected))

    @rule(asked=some_asked, changes=st.lists(studies | st.integers(0, 12), max_size=8))
    def page_of_a_view_that_is_built_meanwhile(self, asked: Asked, changes: list[ExpandedStudy | int]) -> None:
        """A change before and after each time that the build looks at some studies."""
        found, note = Past.found, Past.note

        def change() -> None:
            if changes:
                one = changes.pop()
                if isinstance(one, int):
                    self.delete(one)
                else:
                    self.upsert(one)

        def found_late(past: Past, study_ids: Sequence[str]) -> list[Study]:
            change()
            studies = found(past, study_ids)
            change()
            return studies

        def noted_before(past: Past, study_id: str, study: Study | None) -> None:
            assert self.index.get(study_id) is study
            note(past, study_id, study)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Past, 'found', found_late)
            patch.setattr(Past, 'note', noted_before)
            self.page(asked, 0, None)

    @rule(asked=some_asked)
    def count(self, asked: Asked) -> None:
        assert self.index.count_of(asked.selection) == len(asked.of(self.model))

    @rule(asked=some_asked, name=st.integers(0, 12), limit=limits)
    def around(self, asked: Asked, name: int, limit: int) -> None:
        expected = asked.of(self.model)
        if identifier(name) in expected:
            page = self.index.page(identifier(name), limit, asked.selection)
            assert identifier(name) in map(id_of, page.bodies)
            assert list(map(id_of, page.bodies)) == expected[page.start :][:limit]
        else:
            with pytest.raises(NotInView):
                self.index.page(identifier(name), limit, asked.selection)

    @rule(asked=some_asked, is_back=st.booleans())
    def begin_a_walk(self, asked: Asked, is_back: bool) -> None:
        walk = Walk(asked, is_back, set(asked.of(self.model)))
        if is_back:
            walk.cursor = Cursor(b'\xff' * 100, is_back=True)
        self.walks.append(walk)

    @rule(limit=limits)
    def go_on(self, limit: int) -> None:
        for walk in list(self.walks):
            selection = walk.asked.selection
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
        self.index.check()
        assert sum(1 for _ in self.index.views()) <= 1 + MOST_VIEWS

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


def test_what_changes_while_a_view_is_built_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    index = index_of(50)
    monkeypatch.setattr(views, 'FEW', 1)
    fill = views._Building.fill

    def fill_late(building: views._Building, studies: list[object]) -> None:
        index.upsert(upsert_of(expanded('new', '20240601')))
        index.upsert(upsert_of(expanded(0, '20250101')))
        index.delete(identifier(1))
        fill(building, studies)  # type: ignore[arg-type]
        index.delete(identifier('new'))
        index.upsert(upsert_of(expanded(2, '20250101')))

    monkeypatch.setattr(views._Building, 'fill', fill_late)
    index.page(0, 10, selection(sort='-StudyDate'))
    assert sum(1 for _ in index.views()) == 2
    index.check()


def test_requests_for_the_same_new_view_wait_for_one_build(monkeypatch: pytest.MonkeyPatch) -> None:
    index = index_of(50)
    fill, built, begun = views._Building.fill, [], threading.Event()

    def fill_slowly(building: views._Building, studies: list[object]) -> None:
        built.append(building)
        begun.wait(0.2)
        fill(building, studies)  # type: ignore[arg-type]

    monkeypatch.setattr(views._Building, 'fill', fill_slowly)
    asked = selection(sort='-StudyDate')
    threads = [threading.Thread(target=lambda: index.page(0, 10, asked)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 1


def test_a_build_that_fails_leaves_nothing_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    index = index_of(5)
    with monkeypatch.context() as patch:
        patch.setattr(views, 'run_of', lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            index.page(0, 10, selection(sort='-StudyDate'))
    assert index.page(0, 10, selection(sort='-StudyDate')).total == 5


def test_the_view_that_was_not_asked_for_longest_is_dropped_and_never_the_default_one() -> None:
    index = index_of(10, most_views=2)
    for sort in ('StudyDate', 'PatientName', 'StudyDate', 'StudyDescription'):
        index.page(0, 10, selection(sort=sort))
    assert [view.order for view in index.views()] == ['StudyDate', 'StudyDate', 'StudyDescription']


def test_all_views_together_hold_a_few_times_the_studies_whatever_a_client_asks_for() -> None:
    index = index_of(10, most_views=1000)
    dropped = []
    for number in range(100):
        keyword = ['StudyDate', 'StudyDescription', 'PatientName', 'PatientID'][number % 4]
        for asked in (
            selection(sort=f'{keyword},StudyTime', StudyDescription=f'*\\{number}'),
            selection(sort='-' * (number % 2) + keyword, PatientName=f'M*\\{number}'),
        ):
            index.page(0, 10, asked)
            assert sum(view.studies for view in index.views()) <= (1 + views.ALL_STUDIES_TIMES) * 10
            dropped.append(sum(map(len, index._views._dropped)))
    assert 0 < max(dropped) <= 10
    index.tidy()
    assert not index._views._dropped
    index.check()


def test_a_view_of_which_no_study_changed_keeps_its_version() -> None:
    index = index_of(10)
    asked = selection(StudyDate='20240101')
    version = index.page(0, 1, asked).version
    index.upsert(upsert_of(expanded('other', '20240201')))
    assert index.page(0, 1, asked).version == version
    index.upsert(upsert_of(expanded('one of them', '20240101')))
    assert index.page(0, 1, asked).version != version


def test_where_nothing_is_asked_the_default_view_answers() -> None:
    index = index_of(3)
    assert index.page(0, None, ALL).bodies == index.bodies()


def test_columns_that_hold_more_of_former_values_than_of_studies_are_made_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr('orthanc_paging.index.search.SPARE_ROWS', 0)
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


def test_what_is_put_in_one_after_the_other_is_found_as_what_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('orthanc_paging.index.search.ROWS_A_BLOCK', 3)
    monkeypatch.setattr('orthanc_paging.index.columns.ROWS_A_LARGE_BLOCK', 10)
    index = index_of(0, most_views=1)  # so that each question is a first one
    index.begin_columns(SCHEMA)
    assert index.fill_columns()
    for number in range(50):
        index.upsert(upsert_of(expanded(number, text=f'text-{number:02}')))
        assert index.page(0, None, selection(StudyDescription=f'TEXT-{number:02}')).total == 1
        assert index.page(0, None, selection(StudyDescription='text-1*')).total == min(max(number - 9, 0), 10)
        assert index.page(0, None, selection(q='ext-2')).total == min(max(number - 19, 0), 10)


def test_a_view_that_is_dissolved_has_no_study(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('orthanc_paging.index.view.A_STEP', 3)
    view = View(ALL)
    for number in range(10):
        study = from_expanded(expanded(number))
        view.insert(study, ALL.order.key(study))
    assert len(view) == 10
    view.dissolve()
    assert (len(view), view.slice(0, None)) == (0, [])
