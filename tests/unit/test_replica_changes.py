"""Changes that other Orthancs make to the same database: looks, and what they leave behind."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.changes.change_log import PART
from orthanc_paging.errors import OrthancFailure
from orthanc_paging.orthanc_api.protocol import Count
from orthanc_paging.reflector.relist_timetable import Timetable
from orthanc_paging.replicas.replica_changes import (
    IDLE_LOOK_SECONDS,
    IDLE_SECONDS,
    LOOK_SECONDS,
    MOST_LOOKS,
    ReplicaChanges,
)
from tests.support.fake_orthanc import FakeOrthanc, ids
from tests.unit.actions import Action, actions
from tests.unit.database import Follower, database_of
from tests.unit.studies import identifier


class Immediate(Timetable):
    """A timetable that has all studies compared as soon as that is wanted, and counts how often."""

    def __init__(self, follower: Follower) -> None:
        super().__init__(0, 1000)
        self.wanted = 0
        self._follower = follower

    def want(self) -> None:
        self.wanted += 1
        for study in {*self._follower.content(), *self._follower.database.state()}:
            self._follower.queue.study_changed(study)


class Room:
    """A database that others change too, what follows it, and a time that passes when a test says so."""

    def __init__(self, database: FakeOrthanc) -> None:
        self.database = database
        self.follower = Follower(database)
        self.clock = self.follower.clock
        self.timetable = Immediate(self.follower)
        self.replica_changes = ReplicaChanges(
            self.follower.log, self.follower.comparison, self.follower.worker, self.timetable, self.clock
        )
        self.share(is_shared=True)

    def share(self, is_shared: bool) -> None:
        """Have other Orthancs use the database, or none."""
        self.database.able = replace(self.database.able, is_shared=is_shared)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and look whenever a look is due."""
        end = self.clock.seconds + seconds
        while (due := self.clock.seconds + self.replica_changes.due_in()) <= end:
            self.clock.seconds = due
            self.replica_changes.step()
        self.clock.seconds = end

    def comparisons(self) -> int:
        """Return how often IDs were compared."""
        return self.database.calls.count('identifiers') // 2


def test_a_change_in_the_log_shows_at_the_next_look() -> None:
    room = Room(FakeOrthanc())
    room.pass_time(0)
    room.database.upload('a')
    room.pass_time(LOOK_SECONDS)
    assert room.follower.content() == room.database.state()
    room.database.change('a')
    room.pass_time(LOOK_SECONDS)
    assert room.follower.content() == room.database.state()
    assert room.comparisons() == 0


@pytest.mark.parametrize(
    'deletion', [lambda database: database.delete('a'), lambda database: database.delete_series('a', 0)]
)
def test_deletions_show_within_a_second_although_no_log_contains_them(deletion: Action) -> None:
    database = FakeOrthanc()
    for study in 'abc':
        database.upload(study)
        database.upload(study, series=1)
    room = Room(database)
    room.pass_time(1)
    deletion(database)
    room.pass_time(1)
    assert room.follower.content() == database.state()
    assert room.comparisons() == 1


def test_a_study_that_is_added_between_counting_and_reading_causes_no_comparison() -> None:
    room = Room(FakeOrthanc())
    room.pass_time(0)
    adding = iter('abc')

    def add(call: str) -> None:
        if call == 'count' and (study := next(adding, None)):
            later.append(study)
        elif call == 'changes' and later:
            room.database.upload(later.pop())

    later: list[str] = []
    room.database.before_call = add
    room.pass_time(5)
    assert room.follower.content().keys() == ids(*'abc')
    assert room.comparisons() == 0


def test_a_deletion_and_an_addition_between_two_looks_are_both_seen() -> None:
    room = Room(FakeOrthanc())
    room.database.upload('a')
    room.pass_time(1)
    room.database.delete('a')
    room.database.upload('b')
    room.pass_time(1)
    assert room.follower.content() == room.database.state()


def test_an_emptied_log_starts_a_comparison_of_all_studies() -> None:
    room = Room(FakeOrthanc())
    room.database.upload('a')
    room.pass_time(1)
    assert room.timetable.wanted == 0
    room.database.change('a')
    room.database.empty_log()
    room.pass_time(1)
    assert room.timetable.wanted == 1
    assert room.follower.content() == room.database.state()


class Miscounting(FakeOrthanc):
    """One whose statistics are wrong by so many studies."""

    error = 0

    def count(self) -> Count:
        counted = super().count()
        return Count(counted.studies + self.error, counted.series)


def miscounting(error: int, *studies: str) -> Miscounting:
    database = Miscounting()
    database.error = error
    for study in studies:
        database.upload(study)
    return database


def test_counts_that_differ_although_the_ids_agree_are_accepted_until_they_change() -> None:
    room = Room(miscounting(1, 'a'))
    room.pass_time(60)
    assert room.comparisons() == 2
    room.pass_time(60)
    assert room.comparisons() == 2
    room.database.delete('a')
    room.pass_time(1)
    assert room.follower.content() == {}


@pytest.mark.parametrize('lists_slowly', [False, True])
def test_a_study_that_cannot_be_fetched_causes_no_further_comparisons(lists_slowly: bool) -> None:
    database = FakeOrthanc()
    database.able = replace(database.able, lists_slowly=lists_slowly)
    database.upload('a')
    database.upload('odd')
    database.refused = ids('odd')
    room = Room(database)
    requested = room.replica_changes.requests.request()
    room.pass_time(1)
    assert requested.done()
    database.calls.clear()
    room.pass_time(60)
    assert room.comparisons() == 0
    database.refused.clear()
    room.pass_time(70)  # the retries are that far apart by now
    assert room.follower.content() == database.state()


def test_counts_that_agreed_again_are_no_longer_accepted() -> None:
    database = miscounting(-1, 'a', 'b')
    room = Room(database)
    room.pass_time(60)
    database.error = 0
    room.pass_time(1)
    database.error = -1
    database.change('a')
    before = room.comparisons()
    room.pass_time(60)
    assert room.comparisons() == before + 2


def test_a_study_that_is_added_during_a_comparison_does_not_hide_a_later_deletion() -> None:
    database = database_of(*'abcd')
    room = Room(database)
    room.pass_time(1)
    database.delete('d')

    def add(call: str) -> None:
        if call == 'identifiers':
            database.before_call = lambda _: None
            database.upload('e')

    database.before_call = add
    while room.comparisons() == 0:
        room.replica_changes.step()
    database.delete('a')
    room.pass_time(2)
    assert room.follower.content() == database.state()


@pytest.mark.parametrize('call', range(8))
def test_a_request_sees_a_deletion_whenever_something_is_added(call: int) -> None:
    database = FakeOrthanc()
    database.upload('a')
    room = Room(database)
    room.pass_time(1)
    database.calls.clear()

    def add(_: str) -> None:
        if len(database.calls) == call + 1:
            database.upload('b')

    database.before_call = add
    database.delete('a')
    requested = room.replica_changes.requests.request()
    while not requested.done():
        room.replica_changes.step()
    assert identifier('a') not in room.follower.content()


def test_a_request_is_done_when_the_index_has_what_was_committed_before() -> None:
    room = Room(FakeOrthanc())
    room.pass_time(0)
    room.database.upload('a')
    requested = room.replica_changes.requests.request()
    assert room.replica_changes.due_in() == 0
    room.replica_changes.step()
    assert requested.result(0) is None
    assert room.follower.content() == room.database.state()


def test_a_request_is_not_done_by_a_look_that_began_before_it() -> None:
    room = Room(FakeOrthanc())
    first = room.replica_changes.requests.request()
    requested: list[Future[None]] = []

    def request(call: str) -> None:
        if call == 'changes' and not requested:
            requested.append(room.replica_changes.requests.request())

    room.database.before_call = request
    room.replica_changes.step()
    assert first.done()
    assert not requested[0].done()
    assert room.replica_changes.due_in() == 0
    room.replica_changes.step()
    assert requested[0].done()


def test_a_request_waits_until_a_deletion_is_seen() -> None:
    room = Room(FakeOrthanc())
    room.database.upload('a')
    room.pass_time(1)
    room.database.delete('a')
    requested = room.replica_changes.requests.request()
    for _ in range(3):  # the second compares, as nothing is new; the third finds that the counts agree
        assert not requested.done()
        room.replica_changes.step()
    assert requested.done()
    assert room.follower.content() == {}


def test_a_request_survives_a_failure_of_orthanc() -> None:
    room = Room(FakeOrthanc())
    room.database.upload('a')
    requested = room.replica_changes.requests.request()

    def fail(_: str) -> None:
        raise OrthancFailure('busy')

    room.database.before_call = fail
    for _ in range(MOST_LOOKS + 1):
        with pytest.raises(OrthancFailure):
            room.replica_changes.step()
        assert room.replica_changes.due_in() == pytest.approx(LOOK_SECONDS)
    assert not requested.done()
    room.database.before_call = lambda _: None
    room.pass_time(LOOK_SECONDS)
    assert requested.done()
    assert room.follower.content() == room.database.state()


def test_at_the_end_all_requests_are_cancelled() -> None:
    room = Room(FakeOrthanc())
    room.database.upload('a')
    room.pass_time(1)
    room.database.delete('a')
    begun = room.replica_changes.requests.request()
    room.replica_changes.step()
    waiting = room.replica_changes.requests.request()
    room.replica_changes.requests.close()
    assert begun.cancelled()
    assert waiting.cancelled()
    assert room.replica_changes.requests.request().cancelled()


def test_if_the_database_is_not_shared_no_look_is_due() -> None:
    room = Room(FakeOrthanc())
    room.share(is_shared=False)
    assert room.replica_changes.due_in() == inf


def fail(_: FakeOrthanc) -> None:
    raise OrthancFailure('busy')


moments = st.lists(st.lists(st.one_of(actions, st.just(FakeOrthanc.empty_log)), max_size=3), max_size=8)
"""The changes to the database before each of some looks."""

calls = st.lists(
    st.one_of(st.none(), st.none(), actions, st.just(FakeOrthanc.empty_log), st.just(fail)), max_size=60
)
"""The changes to the database before it answers each of some calls."""


@given(moments, st.booleans())
def test_after_any_changes_between_looks_the_index_becomes_what_orthanc_has(
    moments: Sequence[Sequence[Action]], lists_slowly: bool
) -> None:
    room = Room(FakeOrthanc())
    room.database.able = replace(room.database.able, lists_slowly=lists_slowly)
    for at_once in moments:
        for act in at_once:
            act(room.database)
        room.replica_changes.step()
    room.pass_time(1)
    assert room.follower.content() == room.database.state()


@given(calls, st.booleans())
def test_after_any_changes_during_looks_a_request_makes_the_index_what_orthanc_has(
    calls: Sequence[Action | None], lists_slowly: bool
) -> None:
    room = Room(FakeOrthanc())
    room.database.able = replace(room.database.able, lists_slowly=lists_slowly)
    rest = iter(calls)

    def act(_: str) -> None:
        if action := next(rest, None):
            action(room.database)

    room.database.before_call = act
    while len(room.database.calls) < len(calls):
        try:
            room.replica_changes.step()
        except OrthancFailure:
            continue
    room.pass_time(2)
    requested = room.replica_changes.requests.request()
    room.pass_time(1)
    assert requested.done()
    assert room.follower.content() == room.database.state()


def test_if_nothing_is_new_for_long_looks_are_rarer_and_two_calls() -> None:
    room = Room(FakeOrthanc())
    room.database.upload('a')
    room.pass_time(IDLE_SECONDS + 1)
    room.database.calls.clear()
    room.replica_changes.step()
    assert room.replica_changes.due_in() == pytest.approx(IDLE_LOOK_SECONDS)
    assert room.database.calls == ['count', 'changes']
    room.database.upload('b')
    room.pass_time(IDLE_LOOK_SECONDS)
    assert room.follower.content() == room.database.state()
    room.replica_changes.step()
    assert room.replica_changes.due_in() == pytest.approx(LOOK_SECONDS)


def test_a_comparison_finds_differences_although_the_counts_agree_and_the_database_is_our_own() -> None:
    database = database_of(*'ab')
    room = Room(database)
    room.pass_time(1)
    room.share(is_shared=False)
    assert room.replica_changes.due_in() == inf
    database.delete('a')
    database.upload('c')
    database.empty_log()
    compared = room.replica_changes.comparisons.request()
    while room.replica_changes.due_in() < inf:
        room.clock.seconds += room.replica_changes.due_in()
        room.replica_changes.step()
    assert compared.result(0) is None
    assert room.comparisons() == 1
    assert room.follower.content() == database.state()


def test_a_comparison_comes_after_the_whole_log_was_read() -> None:
    database = FakeOrthanc()
    room = Room(database)
    room.share(is_shared=False)
    for number in range(PART):
        database.upload(str(number))
    compared = room.replica_changes.comparisons.request()
    while not compared.done():
        assert room.replica_changes.due_in() < inf
        room.clock.seconds += room.replica_changes.due_in()
        room.replica_changes.step()
    assert room.comparisons() == 1
    assert room.follower.content() == database.state()
