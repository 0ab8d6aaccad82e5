"""The index, against a plain list that is sorted anew for every request."""

import json
from collections.abc import Callable, Iterable

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from orthanc_paging.figures import Figures
from orthanc_paging.index.layout import STUDIES_A_STEP
from orthanc_paging.index.store import upsert_of
from orthanc_paging.index.study_index import StudyIndex
from orthanc_paging.studies.study import Body, ExpandedStudy
from tests.unit.attributes import SCHEMA
from tests.unit.checks import check, views_of
from tests.unit.studies import expanded, expanded_studies, identifier, order_key


def parsed(bodies: Iterable[Body]) -> list[ExpandedStudy]:
    return [json.loads(body) for body in bodies]


def filled(*studies: ExpandedStudy) -> StudyIndex:
    index = StudyIndex()
    for study in studies:
        index.load(upsert_of(study))
    index.arrange()
    return index


def test_pages_are_slices_by_date_a_missing_one_first_and_ties_by_id() -> None:
    late, early, undated = expanded('a', '20240102'), expanded('b', '20240101'), expanded('c', None)
    twins = sorted([expanded('d', '20231231'), expanded('e', '20231231')], key=order_key)
    index = filled(late, early, undated, *twins)
    assert parsed(index.page(0, None).bodies) == [undated, *twins, early, late]
    assert parsed(index.page(3, 1).bodies) == [early]
    assert parsed(index.page(4, 10).bodies) == [late]
    assert index.page(5, 10).bodies == []


def test_an_upsert_replaces_the_study_with_the_same_id() -> None:
    index = filled(expanded('a', '20240101'), expanded('b', '20240102'))
    assert index.upsert(upsert_of(expanded('a', '20240103')))
    assert [study['MainDicomTags']['StudyDate'] for study in parsed(index.page(0, None).bodies)] == [
        '20240102',
        '20240103',
    ]


def test_an_upsert_keeps_the_computed_tags() -> None:
    index = filled(expanded('a'), expanded('b'))
    assert index.incomplete() == [identifier('a'), identifier('b')]
    assert index.complete(identifier('a'), 'CT 1')
    assert not index.complete(identifier('a'), 'CT 1')
    assert not index.complete(identifier('gone'), 'CT 1')
    index.upsert(upsert_of(expanded('a', '20240103')))
    study = index.get(identifier('a'))
    assert study is not None
    assert (study.computed, study.date) == ('CT 1', '20240103')
    assert index.incomplete() == [identifier('b')]


def test_changes_counts_what_changes_something() -> None:
    index = filled(expanded('a'))
    changes: list[Callable[[], bool]] = [
        lambda: index.upsert(upsert_of(expanded('b'))),
        lambda: index.complete(identifier('b'), 'CT 1'),
        lambda: index.upsert(upsert_of(expanded('b', '20240101'))),
        lambda: index.delete(identifier('b')),
    ]
    for change in changes:
        before = index.changes
        assert change()
        assert index.changes == before + 1
    last = index.changes
    assert not index.upsert(upsert_of(expanded('a')))
    assert not index.complete(identifier('b'), 'CT 1')
    assert not index.delete(identifier('b'))
    assert index.changes == last


def test_a_body_gives_its_study_even_if_that_has_changed_or_is_deleted() -> None:
    index = filled(expanded('a', '20240101'), expanded('b'))
    [body, _] = index.bodies()
    index.complete(identifier('a'), 'CT 1')
    assert index.study_of(body) is index.get(identifier('a'))
    index.upsert(upsert_of(expanded('a', '20240103')))
    assert (index.study_of(body).date, index.study_of(body).computed) == ('20240101', 'CT 1')
    index.delete(identifier('a'))
    assert (index.study_of(body).date, index.study_of(body).computed) == ('20240101', '')


def test_an_equal_upsert_changes_nothing() -> None:
    index = filled(expanded('a'))
    version = index.version
    assert not index.upsert(upsert_of(expanded('a')))
    assert index.version == version


def test_the_version_changes_with_the_content() -> None:
    index = filled()
    versions = [index.version]
    assert index.upsert(upsert_of(expanded('a')))
    versions.append(index.version)
    assert index.delete(identifier('a'))
    versions.append(index.version)
    assert len(set(versions)) == 3


def test_a_series_gives_its_study_while_it_belongs_to_it() -> None:
    index = filled(expanded('a', series=2))
    assert index.study_of_series(identifier('a/1')) == identifier('a')
    index.upsert(upsert_of(expanded('a', series=1)))
    assert index.study_of_series(identifier('a/1')) is None
    assert index.study_of_series(identifier('a/0')) == identifier('a')
    index.delete(identifier('a'))
    assert index.study_of_series(identifier('a/0')) is None


def test_a_study_that_is_loaded_twice_is_there_once_as_loaded_last() -> None:
    index = filled(expanded('a', '20240101', series=2), expanded('a', '20240102', series=1))
    check(index)
    assert parsed(index.page(0, None).bodies) == [expanded('a', '20240102', series=1)]


def test_more_studies_than_are_sorted_at_a_time_are_in_order() -> None:
    studies = [expanded(name, str(20240101 + name % 28)) for name in range(2 * STUDIES_A_STEP + 1)]
    index = filled(*studies)
    check(index)
    assert parsed(index.page(0, None).bodies) == sorted(studies, key=order_key)


def test_a_page_may_be_changed_by_its_caller() -> None:
    index = filled(expanded('a'), expanded('b'))
    index.page(0, None).bodies.clear()
    assert len(index.page(0, None).bodies) == 2


def figures_of(index: StudyIndex) -> Figures:
    figures = Figures()
    index.measure(figures)
    return figures


def test_the_figures_follow_the_content() -> None:
    index = filled(expanded('a'))
    assert figures_of(index).body_bytes == len(index.page(0, None).bodies[0])
    assert (memory := figures_of(index).memory) > figures_of(index).body_bytes
    index.begin_columns(SCHEMA)
    assert index.fill_columns()
    assert figures_of(index).memory > memory
    assert [(view.order, view.studies) for view in views_of(index)] == [('StudyDate', 1)]
    index.delete(identifier('a'))
    assert (len(index), figures_of(index).body_bytes) == (0, 0)
    assert figures_of(index).memory < memory


@given(st.lists(expanded_studies), st.integers(0, 30), st.none() | st.integers(1, 30))
def test_loaded_studies_are_served_sorted(studies: list[ExpandedStudy], offset: int, limit: int | None) -> None:
    index = filled(*studies)
    check(index)
    model = sorted({study['ID']: study for study in studies}.values(), key=order_key)
    assert parsed(index.page(offset, limit).bodies) == model[offset:][:limit]
    loaded_in_order = filled(*model)
    check(loaded_in_order)
    assert loaded_in_order.bodies() == index.bodies()


class IndexAgainstAList(RuleBasedStateMachine):
    """Any sequence of loading, upserts, deletions and pages."""

    def __init__(self) -> None:
        super().__init__()
        self.index = StudyIndex()
        self.model: dict[str, ExpandedStudy] = {}
        self.arranged = False

    @precondition(lambda self: not self.arranged)
    @rule(study=expanded_studies)
    def load(self, study: ExpandedStudy) -> None:
        self.index.load(upsert_of(study))
        self.model[study['ID']] = study

    @precondition(lambda self: not self.arranged)
    @rule()
    def arrange(self) -> None:
        self.index.arrange()
        self.arranged = True

    @precondition(lambda self: self.arranged)
    @rule(study=expanded_studies)
    def upsert(self, study: ExpandedStudy) -> None:
        version = self.index.version
        differs = self.model.get(study['ID']) != study
        assert self.index.upsert(upsert_of(study)) == differs
        assert (self.index.version != version) == differs
        self.model[study['ID']] = study

    @precondition(lambda self: self.arranged)
    @rule(name=st.integers(0, 20))
    def delete(self, name: int) -> None:
        known = self.model.pop(identifier(name), None) is not None
        assert self.index.delete(identifier(name)) == known

    @precondition(lambda self: self.arranged)
    @rule(offset=st.integers(0, 25), limit=st.none() | st.integers(1, 25))
    def page(self, offset: int, limit: int | None) -> None:
        page = self.index.page(offset, limit)
        assert page.total == len(self.model)
        assert parsed(page.bodies) == sorted(self.model.values(), key=order_key)[offset:][:limit]

    @invariant()
    def parts_agree(self) -> None:
        assert len(self.index) == len(self.model)
        if self.arranged:
            check(self.index)


TestIndexAgainstAList = IndexAgainstAList.TestCase
