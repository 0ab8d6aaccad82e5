"""Comparing counts and IDs with Orthanc: which studies are queued."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.errors import OrthancFailure
from orthanc_paging.replicas import bisection
from tests.support.fake_orthanc import FakeOrthanc, ids
from tests.unit.database import Follower
from tests.unit.studies import identifier

Contents = dict[str, int]
"""The studies of a database, and how many series each has."""


def database_of(contents: Contents) -> FakeOrthanc:
    database = FakeOrthanc()
    for study, series in contents.items():
        for number in range(series):
            database.upload(study, number)
    return database


def compared(before: Contents, now: Contents) -> tuple[Follower, FakeOrthanc]:
    """Return what follows a database that had some studies, and was compared with it when it has others."""
    database = database_of(before)
    follower = Follower(database)
    follower.comparison.compare()
    follower.apply_all()
    assert follower.content() == database.state()
    database.become(database_of(now))
    follower.comparison.compare()
    return follower, database


def test_if_both_have_the_same_the_counts_agree_and_nothing_is_queued() -> None:
    follower, _ = compared({'a': 1, 'b': 2}, {'b': 2, 'a': 1})
    assert follower.comparison.agrees()
    assert len(follower.queue) == 0


def test_each_study_that_only_one_side_has_is_queued() -> None:
    follower, _ = compared({'same': 1, 'gone': 1}, {'same': 1, 'new': 1})
    assert set(follower.queue.studies()) == ids('gone', 'new')


@pytest.mark.parametrize('now', [1, 3], ids=['fewer', 'more'])
def test_each_study_with_other_series_is_queued(now: int) -> None:
    follower, _ = compared({'same': 2, 'a': 2}, {'same': 2, 'a': now})
    assert not follower.comparison.agrees()
    assert set(follower.queue.studies()) == ids('a')


def test_counts_may_agree_although_ids_do_not() -> None:
    follower, _ = compared({'a': 1}, {'b': 1})
    assert follower.comparison.agrees()
    assert set(follower.queue.studies()) == ids('a', 'b')


all_contents = st.dictionaries(st.sampled_from('abcdef'), st.integers(1, 3))


@given(all_contents, all_contents)
def test_when_the_queue_was_applied_counts_and_ids_are_those_of_orthanc(before: Contents, now: Contents) -> None:
    follower, database = compared(before, now)
    follower.apply_all()
    assert follower.content().keys() == database.state().keys()
    assert follower.comparison.agrees()
    follower.comparison.compare()
    assert len(follower.queue) == 0


@given(all_contents, all_contents, st.integers(1, 3))
def test_after_a_failure_of_orthanc_the_next_comparison_finds_everything(
    before: Contents, now: Contents, failing: int
) -> None:
    database = database_of(before)
    follower = Follower(database)
    follower.comparison.compare()
    follower.apply_all()
    database.become(database_of(now))

    def fail(_: str) -> None:
        if len(database.calls) == failing:
            raise OrthancFailure('busy')

    database.before_call = fail
    try:
        follower.comparison.compare()
    except OrthancFailure:
        follower.comparison.compare()
    database.before_call = lambda _: None
    follower.apply_all()
    assert follower.content().keys() == database.state().keys()
    assert follower.comparison.agrees()


def test_a_study_that_cannot_be_kept_counts_on_both_sides() -> None:
    follower, _ = compared({'a': 1}, {'a': 1, 'odd': 2})
    follower.applier.put({'ID': identifier('odd'), 'Series': ['x', 'y']})
    assert follower.comparison.agrees()


def test_a_study_that_cannot_be_kept_is_queued_when_it_is_gone() -> None:
    follower, _ = compared({'a': 1}, {'a': 1})
    follower.applier.put({'ID': identifier('odd'), 'Series': ['x', 'y']})
    assert not follower.comparison.agrees()
    follower.comparison.compare()
    follower.apply_all()
    assert follower.comparison.agrees()


def test_a_series_that_is_deleted_during_the_comparison_is_skipped() -> None:
    database = database_of({'a': 1})
    follower = Follower(database)

    def delete(call: str) -> None:
        if call == 'series':
            database.delete('a')

    database.before_call = delete
    follower.comparison.compare()
    follower.apply_all()
    assert follower.content() == database.state() == {}


some_contents = st.dictionaries(st.integers(0, 40).map(str), st.integers(1, 3), max_size=30)


@given(some_contents, st.sets(st.integers(0, 40).map(str)), st.booleans(), st.sampled_from([1, 2, 5, 100]))
def test_if_orthanc_lists_slowly_missing_studies_are_found_step_by_step(
    contents: Contents, others: set[str], were_added: bool, around: int
) -> None:
    fewer = {study: series for study, series in contents.items() if study not in others}
    database = database_of(fewer if were_added else contents)
    follower = Follower(database)
    follower.comparison.compare()
    follower.apply_all()
    database.become(database_of(contents if were_added else fewer))
    database.able = replace(database.able, lists_slowly=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bisection, 'AROUND', around)
        while follower.comparison.compare():
            follower.apply_all()
    assert follower.comparison.agrees()
    assert follower.content().keys() == database.state().keys()


def followed_slowly(contents: Contents) -> tuple[Follower, FakeOrthanc]:
    """Return what follows a database that lists slowly, and has all that is in it."""
    database = database_of(contents)
    follower = Follower(database)
    follower.comparison.compare()
    follower.apply_all()
    database.able = replace(database.able, lists_slowly=True)
    return follower, database


def test_if_orthanc_lists_slowly_one_deletion_is_found_by_halving() -> None:
    follower, database = followed_slowly({str(number): 1 for number in range(1000)})
    database.delete('500')
    database.calls.clear()
    assert follower.comparison.compare()
    assert set(follower.queue.studies()) == ids('500')
    assert database.calls.count('identifiers') <= 6


def test_if_orthanc_lists_slowly_one_deleted_series_is_found_by_halving() -> None:
    follower, database = followed_slowly({str(number): 2 for number in range(500)})
    database.delete_series('50', 1)
    database.calls.clear()
    assert follower.comparison.compare()
    assert set(follower.queue.studies()) == ids('50')
    assert database.calls.count('identifiers') <= 6
