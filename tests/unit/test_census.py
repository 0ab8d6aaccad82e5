"""Comparing numbers and IDs with Orthanc's: which studies are noted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.errors import OrthancFailure
from tests.unit.database import Database, Follower, ids
from tests.unit.studies import identifier

Contents = dict[str, int]
"""The studies of a database, and how many series each has."""


def database_of(contents: Contents) -> Database:
    database = Database()
    for study, series in contents.items():
        for number in range(series):
            database.upload(study, number)
    return database


def compared(held: Contents, there: Contents) -> tuple[Follower, Database]:
    """What follows a database that had some studies, and was compared with it when it has others."""
    database = database_of(held)
    follower = Follower(database)
    follower.census.compare()
    follower.apply()
    assert follower.held() == database.state()
    database.become(database_of(there))
    follower.census.compare()
    return follower, database


def test_where_the_same_is_in_both_the_numbers_agree_and_nothing_is_noted() -> None:
    follower, _ = compared({'a': 1, 'b': 2}, {'b': 2, 'a': 1})
    assert follower.census.agrees()
    assert len(follower.pending) == 0


def test_each_study_that_is_in_one_alone_is_noted() -> None:
    follower, _ = compared({'same': 1, 'gone': 1}, {'same': 1, 'new': 1})
    assert set(follower.pending.studies()) == ids('gone', 'new')


@pytest.mark.parametrize('there', [1, 3], ids=['fewer', 'more'])
def test_each_study_that_has_other_series_is_noted(there: int) -> None:
    follower, _ = compared({'same': 2, 'a': 2}, {'same': 2, 'a': there})
    assert not follower.census.agrees()
    assert set(follower.pending.studies()) == ids('a')


def test_numbers_may_agree_where_ids_do_not() -> None:
    follower, _ = compared({'a': 1}, {'b': 1})
    assert follower.census.agrees()
    assert set(follower.pending.studies()) == ids('a', 'b')


all_contents = st.dictionaries(st.sampled_from('abcdef'), st.integers(1, 3))


@given(all_contents, all_contents)
def test_when_what_is_noted_was_applied_numbers_and_ids_are_orthancs(held: Contents, there: Contents) -> None:
    follower, database = compared(held, there)
    follower.apply()
    assert follower.held().keys() == database.state().keys()
    assert follower.census.agrees()
    follower.census.compare()
    assert len(follower.pending) == 0


@given(all_contents, all_contents, st.integers(1, 3))
def test_where_orthanc_does_not_answer_the_next_comparison_makes_up_for_it(
    held: Contents, there: Contents, failing: int
) -> None:
    database = database_of(held)
    follower = Follower(database)
    follower.census.compare()
    follower.apply()
    database.become(database_of(there))

    def fail(_: str) -> None:
        if len(database.calls) == failing:
            raise OrthancFailure('busy')

    database.before_call = fail
    try:
        follower.census.compare()
    except OrthancFailure:
        follower.census.compare()
    database.before_call = lambda _: None
    follower.apply()
    assert follower.held().keys() == database.state().keys()
    assert follower.census.agrees()


def test_a_study_that_cannot_be_kept_counts_in_both() -> None:
    follower, _ = compared({'a': 1}, {'a': 1, 'odd': 2})
    follower.applier.put({'ID': identifier('odd'), 'Series': ['x', 'y']})
    assert follower.census.agrees()


def test_a_series_that_is_deleted_while_its_ids_are_read_is_passed_over() -> None:
    database = database_of({'a': 1})
    follower = Follower(database)

    def delete(call: str) -> None:
        if call == 'series':
            database.delete('a')

    database.before_call = delete
    follower.census.compare()
    follower.apply()
    assert follower.held() == database.state() == {}
