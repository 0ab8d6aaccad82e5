"""Traces of deletions in the log of changes: one Orthanc leaves them, another follows them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.replicas import traces
from orthanc_paging.replicas.shared_database import LOOK_SECONDS
from orthanc_paging.replicas.traces import MOST
from tests.support.fake_orthanc import FakeOrthanc
from tests.unit.database import Follower
from tests.unit.studies import identifier
from tests.unit.test_shared_database import Room

NAMES = [str(number) for number in range(12)]


@pytest.fixture(autouse=True, scope='module')
def _few_studies_are_many() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(traces, 'LARGE', 1)
        yield


def slow_database(series: int = 1) -> FakeOrthanc:
    """A database of which Orthanc lists the IDs slowly."""
    database = FakeOrthanc()
    database.able = replace(database.able, lists_slowly=True)
    for name in NAMES:
        for number in range(series):
            database.upload(name, number)
    return database


def up_to_date(database: FakeOrthanc) -> Room:
    """What follows the database, and has all that is in it."""
    room = Room(database)
    room.pass_time(LOOK_SECONDS)
    database.calls.clear()
    return room


def delete(database: FakeOrthanc, here: Follower, *names: str) -> None:
    """Do what an Orthanc does that deletes these at once."""
    for name in names:
        database.delete(name)
        here.applier.drop(identifier(name))
    here.traces.leave([identifier(name) for name in names], ())


@given(st.sets(st.sampled_from(NAMES), min_size=1, max_size=MOST))
def test_some_deletions_are_found_by_their_traces_whichever_they_are(deleted: set[str]) -> None:
    database = slow_database()
    here, there = up_to_date(database).follower, up_to_date(database)
    delete(database, here, *deleted)
    there.pass_time(LOOK_SECONDS + 0.1)
    assert there.follower.held() == database.state()
    assert 'identifiers' not in database.calls


@pytest.mark.parametrize('place', [0, 5, -1])
def test_a_trace_is_on_the_study_before_the_deleted_one_and_before_the_first_comes_the_last(place: int) -> None:
    database = slow_database()
    here = up_to_date(database).follower
    in_order = sorted(NAMES, key=identifier)
    delete(database, here, in_order[place])
    assert database.log[-1].resource_id == identifier(in_order[place - 1])


def test_a_deleted_series_is_told_by_a_trace_on_its_study() -> None:
    database = slow_database(series=2)
    here, there = up_to_date(database).follower, up_to_date(database)
    database.delete_series('3', 1)
    here.traces.leave([], {identifier('3')})
    there.pass_time(LOOK_SECONDS)
    assert there.follower.held() == database.state()
    assert 'identifiers' not in database.calls


def test_a_trace_that_comes_a_moment_after_the_deletion_is_waited_for() -> None:
    database = slow_database()
    here, there = up_to_date(database).follower, up_to_date(database)
    database.delete('3')
    there.pass_time(LOOK_SECONDS + 0.1)
    here.applier.drop(identifier('3'))
    here.traces.leave([identifier('3')], ())
    there.pass_time(0.1)
    assert there.follower.held() == database.state()
    assert 'identifiers' not in database.calls


def test_of_many_deletions_no_trace_is_left_and_ids_are_compared() -> None:
    database = slow_database()
    here, there = up_to_date(database).follower, up_to_date(database)
    delete(database, here, *NAMES[: MOST + 1])
    assert 'write_to_log' not in database.calls
    there.pass_time(LOOK_SECONDS + 1)
    assert there.follower.held() == database.state()
    assert 'identifiers' in database.calls


def test_the_last_study_leaves_no_trace_as_there_is_none_to_leave_it_on() -> None:
    database = FakeOrthanc()
    database.able = replace(database.able, lists_slowly=True)
    database.upload('a')
    here, there = up_to_date(database).follower, up_to_date(database)
    delete(database, here, 'a')
    there.pass_time(LOOK_SECONDS + 1)
    assert there.follower.held() == {}


def test_where_there_are_few_studies_only_a_series_leaves_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, 'LARGE', len(NAMES))
    database = slow_database()
    here = up_to_date(database).follower
    delete(database, here, '3')
    assert 'write_to_log' not in database.calls
    here.traces.leave([], {identifier('4')})
    assert 'write_to_log' in database.calls


def test_where_orthanc_lists_by_arrival_a_study_leaves_a_trace_too() -> None:
    database = slow_database()
    database.able = replace(database.able, lists_slowly=False, lists_by_arrival=True)
    here, there = up_to_date(database).follower, up_to_date(database)
    delete(database, here, '3')
    there.pass_time(LOOK_SECONDS + 1)
    assert there.follower.held() == database.state()
    assert 'identifiers' not in database.calls


@pytest.mark.parametrize('database', [FakeOrthanc(), slow_database()], ids=['lists fast', 'checks revisions'])
def test_no_trace_is_left_where_ids_are_listed_fast_or_metadata_cannot_be_set(database: FakeOrthanc) -> None:
    database.able = replace(database.able, checks_revisions=database.able.lists_slowly)
    here = up_to_date(database).follower
    delete(database, here, '3')
    assert 'write_to_log' not in database.calls


def test_metadata_that_somebody_set_long_ago_are_no_trace() -> None:
    database = slow_database()
    there = up_to_date(database)
    database.change('3')
    there.pass_time(10)
    assert there.follower.log.touched_lately() == []
