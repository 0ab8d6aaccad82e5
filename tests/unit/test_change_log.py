"""Following Orthanc's change log: which studies are queued, and when the log has a gap."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.changes import change_log
from orthanc_paging.changes.change_log import ANCHORS, LATE_COMMIT_SECONDS, LATE_NUMBERS, PART
from orthanc_paging.errors import OrthancFailure
from orthanc_paging.orthanc_api.protocol import Entry
from tests.support.fake_orthanc import CHANGES, FakeOrthanc, ids
from tests.unit.database import Follower, database_of
from tests.unit.studies import identifier


def follower_of(database: FakeOrthanc) -> Follower:
    """Return one that knows all that is in the database by now, and reads on in its log, which is shared."""
    database.able = replace(database.able, is_shared=True)
    follower = Follower(database)
    for study in database.state():
        follower.queue.study_changed(study)
    follower.apply_all()
    follower.log.begin_at_end()
    database.calls.clear()
    return follower


def read_studies(follower: Follower) -> set[str]:
    """Read to the end of the log; return all queued studies. Each call reads further."""
    position = -1
    while not follower.log.read_on():
        assert position < follower.log.position
        position = follower.log.position
    return set(follower.queue.studies())


def new_studies(*numbers: int) -> list[Entry]:
    return [Entry(number, 'NewStudy', 'Study', identifier(number), str(number)) for number in numbers]


def test_a_new_study_is_queued() -> None:
    database = FakeOrthanc()
    follower = follower_of(database)
    database.upload('a')
    assert read_studies(follower) == ids('a')


def test_a_study_is_queued_for_an_entry_of_it_of_its_series_and_of_its_instances() -> None:
    database = database_of(*'abcd')
    follower = follower_of(database)
    database.change('a')
    database.upload('b', series=1)
    database.upload('c', instance=1)
    assert read_studies(follower) == ids('a', 'b', 'c')


def test_the_study_of_an_overwritten_instance_is_queued() -> None:
    database = FakeOrthanc()
    database.upload('a')
    follower = follower_of(database)
    database.upload('a')
    assert read_studies(follower) == ids('a')


def test_an_entry_that_was_read_is_not_queued_again() -> None:
    database = FakeOrthanc()
    follower = follower_of(database)
    database.upload('a')
    read_studies(follower)
    follower.apply_all()
    assert read_studies(follower) == set()


def test_many_instances_of_a_series_take_one_call() -> None:
    database = FakeOrthanc()
    database.upload('a')
    follower = follower_of(database)
    for instance in range(1, 50):
        database.upload('a', instance=instance)
    assert read_studies(follower) == ids('a')
    assert database.calls == ['changes', 'series']


def test_a_series_of_the_index_takes_no_call() -> None:
    database = FakeOrthanc()
    database.upload('a')
    follower = follower_of(database)
    database.write_entry('NewSeries', 'Series', identifier('a/0'))
    assert read_studies(follower) == ids('a')
    assert database.calls == ['changes']


def test_entries_of_deleted_series_and_instances_are_skipped() -> None:
    database = FakeOrthanc()
    follower = follower_of(database)
    database.write_entry('NewInstance', 'Instance', identifier('gone'))
    database.write_entry('NewSeries', 'Series', identifier('gone too'))
    assert read_studies(follower) == set()
    assert follower.log.position == 2


def test_after_a_failure_of_orthanc_the_same_is_read_again() -> None:
    database = FakeOrthanc()
    database.upload('a')
    follower = follower_of(database)
    database.upload('b')
    database.upload('a', instance=1)

    def refuse(call: str) -> None:
        if call == 'series':
            raise OrthancFailure('busy')

    database.before_call = refuse
    with pytest.raises(OrthancFailure):
        follower.log.read_on()
    database.before_call = lambda _: None
    assert read_studies(follower) == ids('a', 'b')


def test_a_lower_number_that_appears_after_a_higher_one_is_read() -> None:
    database = FakeOrthanc()
    follower = follower_of(database)
    one, late, three = new_studies(1, 2, 3)
    database.log = [one, three]
    assert read_studies(follower) == {identifier(1), identifier(3)}
    follower.apply_all()
    database.log = [one, late, three]
    assert read_studies(follower) == {identifier(2)}


def test_a_number_that_does_not_appear_is_awaited_for_some_seconds() -> None:
    database = FakeOrthanc()
    follower = follower_of(database)
    one, late, three = new_studies(1, 2, 3)
    database.log = [one, three]
    read_studies(follower)
    follower.apply_all()
    follower.clock.seconds += LATE_COMMIT_SECONDS
    database.log = [one, late, three]
    assert read_studies(follower) == set()


orders = st.lists(st.integers(0, LATE_NUMBERS // 2), min_size=1, max_size=150)
"""Of each number, how many higher ones may appear before it."""


@given(orders, st.integers(1, 40))
def test_in_whatever_order_numbers_appear_all_are_read(lateness: list[int], at_a_time: int) -> None:
    database = FakeOrthanc()
    follower = follower_of(database)
    entries = new_studies(*range(1, len(lateness) + 1))
    appearing = sorted(entries, key=lambda entry: entry.number + lateness[entry.number - 1])
    for at in range(0, len(appearing), at_a_time):
        database.log = sorted(appearing[: at + at_a_time])
        read_studies(follower)
    assert set(follower.queue.studies()) == {entry.resource_id for entry in entries}


@given(st.lists(st.sampled_from([1, 2, 3, 50, 1000]), max_size=6), st.integers(LATE_NUMBERS + 1, 2 * LATE_NUMBERS))
def test_however_many_numbers_are_missing_each_call_goes_on(steps: list[int], part: int) -> None:
    database = FakeOrthanc()
    follower = follower_of(database)
    steps *= 50
    database.log = new_studies(*accumulate(steps))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(change_log, 'PART', part)
        assert read_studies(follower) == {entry.resource_id for entry in database.log}
    assert follower.log.position == sum(steps)


def test_a_long_log_is_read_in_parts() -> None:
    database = FakeOrthanc()
    follower = follower_of(database)
    database.log = new_studies(*range(2, 5 * PART, 2))
    assert len(read_studies(follower)) == 5 * PART // 2 - 1
    assert database.calls == ['changes'] * 3


def test_a_log_that_was_read_completely_has_no_gap() -> None:
    database = FakeOrthanc()
    follower = Follower(database)
    assert not follower.log.has_a_gap()
    for study in 'abc':
        database.upload(study)
        assert not follower.log.has_a_gap()
        read_studies(follower)
        assert not follower.log.has_a_gap()
        assert follower.log.position == database.last_number


def test_deletions_leave_no_gap_if_something_older_is_there() -> None:
    database = FakeOrthanc()
    database.upload('old')
    follower = follower_of(database)
    database.upload('a')
    read_studies(follower)
    database.delete('a')
    assert not follower.log.has_a_gap()
    database.upload('b')
    database.delete('b')
    database.upload('c')
    assert not follower.log.has_a_gap()


def test_a_log_that_was_emptied_before_all_was_read_has_a_gap_once() -> None:
    database = FakeOrthanc()
    database.upload('a')
    follower = follower_of(database)
    database.upload('b')
    database.empty_log()
    assert follower.log.has_a_gap()
    assert not follower.log.has_a_gap()
    database.upload('c')
    assert not follower.log.has_a_gap()
    assert read_studies(follower) == ids('c')


def test_a_log_that_was_emptied_and_filled_again_has_a_gap_once() -> None:
    database = FakeOrthanc()
    database.upload('a')
    follower = follower_of(database)
    database.upload('b')
    database.empty_log()
    database.upload('c')
    assert follower.log.has_a_gap()
    assert read_studies(follower) == ids('c')
    assert not follower.log.has_a_gap()


def test_a_log_that_was_emptied_just_before_it_was_read_has_a_gap_after_that() -> None:
    database = FakeOrthanc()
    database.upload('a')
    follower = follower_of(database)
    database.upload('b')
    database.empty_log()
    database.upload('c')
    assert read_studies(follower) == ids('c')
    assert follower.log.has_a_gap()


def test_a_log_that_was_emptied_when_all_was_read_has_no_gap() -> None:
    database = FakeOrthanc()
    database.upload('a')
    follower = follower_of(database)
    database.empty_log()
    assert not follower.log.has_a_gap()
    database.upload('b')
    assert not follower.log.has_a_gap()


@pytest.mark.parametrize('studies', ['', 'x'], ids=['empty', 'short'])
def test_another_log_that_ends_before_the_position_has_a_gap_and_is_followed_from_its_end(studies: str) -> None:
    database = database_of(*'abc')
    follower = follower_of(database)
    database.become(database_of(*studies))
    assert follower.log.has_a_gap()
    assert not follower.log.has_a_gap()
    assert read_studies(follower) == set()
    database.upload('y')
    assert read_studies(follower) == ids('y')


def test_the_landmarks_are_entries_from_all_over_the_log_and_the_last_ones_that_were_read() -> None:
    database = FakeOrthanc()
    database.log = new_studies(*range(1, 1001))
    follower = Follower(database)
    read_studies(follower)
    landmarks = follower.log.landmarks()
    numbers = [entry.number for entry in landmarks]
    assert numbers == sorted(set(numbers))
    assert set(landmarks) <= set(database.log)
    assert numbers[-ANCHORS:] == list(range(991, 1001))
    assert numbers[:-ANCHORS] == [991 * part // 10 + 1 for part in range(10)]


def test_each_entry_of_a_short_or_empty_log_is_a_landmark_once() -> None:
    database = FakeOrthanc()
    follower = Follower(database)
    assert follower.log.landmarks() == []
    database.upload('a')
    read_studies(follower)
    assert follower.log.landmarks() == database.log


def test_no_landmark_is_newer_than_what_was_read() -> None:
    database = FakeOrthanc()
    database.upload('a')
    follower = follower_of(database)
    read = database.log[-1]
    for _ in range(50):
        database.change('a')
    assert max(follower.log.landmarks()) == read


def counting(database: FakeOrthanc, is_in_order: bool = True) -> Follower:
    """Return one that counts deliveries, in a process that started after what is in the log by now."""
    database.able = replace(database.able, numbers_in_order=is_in_order)
    follower = Follower(database)
    follower.log.begin_at_end()
    return follower


def deliver(follower: Follower, *entries: Entry) -> None:
    for entry in entries:
        follower.delivered.record(CHANGES[entry.kind], entry.resource_id)


def test_an_entry_is_delivered_when_as_many_changes_were() -> None:
    database = FakeOrthanc()
    database.upload('before')
    follower = counting(database)
    assert follower.log.is_delivered(database.log[-1], 0)
    database.upload('a')
    *before, last = database.log[-3:]
    deliver(follower, *before)
    assert not follower.log.is_delivered(last, 0)
    deliver(follower, last)
    assert follower.log.is_delivered(last, 0)


def test_an_overwritten_study_is_delivered_when_its_second_arrival_is() -> None:
    database = FakeOrthanc()
    follower = counting(database)
    database.upload('a')
    first = database.log[:]
    deliver(follower, *first)
    database.delete('a')
    database.upload('a')
    second = database.log[:]
    assert [entry.resource_id for entry in first] == [entry.resource_id for entry in second]
    assert not follower.log.is_delivered(second[-1], 0)
    deliver(follower, *second)
    assert follower.log.is_delivered(second[-1], 0)


def test_an_empty_log_is_delivered() -> None:
    assert counting(FakeOrthanc()).log.is_delivered(None, 0)


def test_without_an_order_nothing_counts_as_delivered() -> None:
    database = FakeOrthanc()
    assert not Follower(database).log.is_delivered(None, 0)
    database.upload('a')
    assert not counting(database, is_in_order=False).log.is_delivered(database.log[-1], 0)


def test_entries_of_the_second_in_which_the_process_started_count_as_its_own() -> None:
    database = FakeOrthanc()
    database.log = [
        Entry(number, 'NewStudy', 'Study', identifier(number), f'20261130T1200{number:02}')
        for number in range(1, 5)
    ]
    follower = Follower(database, started=datetime(2026, 11, 30, 12, 0, 3, 900_000, UTC).timestamp())
    follower.log.begin_at_end()
    assert follower.log.is_delivered(database.log[1], 0)
    assert not follower.log.is_delivered(database.log[2], 0)
    deliver(follower, database.log[2])
    assert follower.log.is_delivered(database.log[2], 0)


def test_a_look_goes_as_far_as_changes_were_delivered_and_no_further() -> None:
    database = FakeOrthanc()
    follower = counting(database)
    follower.log.look()
    assert follower.log.position == 0
    database.upload('a')
    follower.log.look()
    assert (follower.log.position, list(follower.log.anchors)) == (0, [])
    deliver(follower, *database.log[:2])
    follower.log.look()
    assert (follower.log.position, list(follower.log.anchors)) == (2, [database.log[1]])
    deliver(follower, database.log[2])
    follower.log.look()
    assert (follower.log.position, follower.log.anchors[-1]) == (database.last_number, database.log[-1])


def test_an_entry_that_was_delivered_is_not_read_again() -> None:
    database = FakeOrthanc()
    follower = counting(database)
    database.upload('a')
    deliver(follower, *database.log)
    database.upload('b')
    assert read_studies(follower) == ids('b')


def test_numbers_that_the_log_skips_are_accepted_when_nothing_happens_between_two_looks() -> None:
    database = FakeOrthanc()
    follower = counting(database)
    database.last_number += 3
    database.upload('a')
    last = database.log[-1]
    deliver(follower, *database.log)
    follower.log.look()
    assert not follower.log.is_delivered(last, 0)
    follower.log.look()
    assert follower.log.is_delivered(last, 0)
    database.upload('b')
    assert not follower.log.is_delivered(database.log[-1], 0)


@pytest.mark.parametrize('happens', ['delivery', 'commit', 'another'])
def test_numbers_are_not_skipped_while_deliveries_may_be_on_their_way(happens: str) -> None:
    database = FakeOrthanc()
    follower = counting(database)
    database.upload('a')
    deliver(follower, *database.log[:2])
    if happens == 'another':  # the last delivery is of another resource than the last entry
        follower.log.look()
    for _ in range(3):
        follower.log.look()
        if happens == 'delivery':
            follower.delivered.record(CHANGES['UpdatedMetadata'], identifier('b'))
            database.last_number += 1
            database.log[-1] = database.log[-1]._replace(number=database.last_number)
        if happens == 'commit':
            database.change('a')
    assert not follower.log.is_delivered(database.log[-1], 0)


def test_deleted_entries_at_the_end_of_the_log_are_accepted_if_nothing_was_delivered_yet() -> None:
    database = FakeOrthanc()
    database.upload('a')
    database.upload('b')
    database.delete('b')
    follower = counting(database)
    for _ in range(2):
        follower.log.look()
    database.change('a')
    assert not follower.log.is_delivered(database.log[-1], 0)
    deliver(follower, database.log[-1])
    assert follower.log.is_delivered(database.log[-1], 0)


def test_a_look_back_changes_nothing() -> None:
    database = FakeOrthanc()
    database.upload('a')
    database.upload('b')
    follower = follower_of(database)
    database.delete('b')
    follower.log.look()
    assert follower.log.position == database.last_number
