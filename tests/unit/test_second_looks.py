"""Studies that are fetched again a moment after an event."""

from math import inf
from threading import Event, Thread

from orthanc_paging.changes.second_looks import LOOK_SECONDS, MOST_BRIEF, MOST_REPEATS, Reporting, SecondLooks


class Room:
    """Second looks, a clock, and whether a callback is running."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.is_reporting = False
        self.looks = SecondLooks(lambda: self.seconds, lambda: self.is_reporting)

    def later(self, seconds: float = LOOK_SECONDS) -> list[str]:
        """Return what is due so many seconds later."""
        self.seconds += seconds
        return self.looks.take()


def test_a_study_is_due_some_time_after_its_last_event() -> None:
    room = Room()
    room.looks.expect('a')
    assert room.looks.seconds_to_next() == LOOK_SECONDS
    assert room.later(LOOK_SECONDS / 2) == []
    room.looks.expect('a')
    assert room.later(LOOK_SECONDS / 2) == []
    assert room.later(LOOK_SECONDS / 2) == ['a']
    assert room.later() == []
    assert room.looks.seconds_to_next() == inf


def test_many_ordinary_changes_leave_the_last_ones_and_all_that_are_stable() -> None:
    room = Room()
    room.looks.expect('stable')
    for number in range(MOST_BRIEF + 5):
        room.looks.expect_briefly(str(number))
    assert room.later() == ['stable', *(str(number) for number in range(5, MOST_BRIEF + 5))]


def test_an_ordinary_change_does_not_make_a_stable_study_less_sure() -> None:
    room = Room()
    room.looks.expect('stable')
    room.looks.expect_briefly('stable')
    for number in range(MOST_BRIEF):
        room.looks.expect_briefly(str(number))
    assert 'stable' in room.later()


def test_a_deleted_study_is_not_looked_at() -> None:
    room = Room()
    room.looks.expect('a')
    room.looks.expect_briefly('b')
    room.looks.forget('a')
    room.looks.forget('b')
    assert room.later() == []


def test_while_the_callback_runs_the_look_is_repeated_and_once_after_it() -> None:
    room = Room()
    room.is_reporting = True
    room.looks.expect('a')
    assert [room.later() for _ in range(3)] == [['a']] * 3
    room.is_reporting = False
    assert room.later() == ['a']
    assert room.later() == []


def test_the_look_is_not_repeated_for_ever() -> None:
    room = Room()
    room.is_reporting = True
    room.looks.expect('a')
    assert sum(len(room.later()) for _ in range(2 * MOST_REPEATS)) == MOST_REPEATS + 1


def test_the_callback_of_another_event_is_not_that_of_this_one() -> None:
    room = Room()
    room.looks.expect('a')
    room.looks.expect('b')
    room.is_reporting = True
    assert room.later() == ['a', 'b']
    assert room.later() == ['b']


def test_when_the_next_event_comes_the_callbacks_of_the_one_before_have_returned() -> None:
    room = Room()
    room.looks.expect('a')
    assert room.later() == ['a']
    room.looks.expect('b')
    assert sorted(room.later()) == ['a', 'b']


def test_a_study_that_may_be_changing_waits_for_a_look() -> None:
    room = Room()
    room.looks.expect('a')
    room.later()
    assert room.looks.waiting() == []
    room.is_reporting = True
    assert room.looks.waiting() == ['a']


def test_a_callback_is_seen_to_run_until_its_thread_has_left_python() -> None:
    reporting, begun, over = Reporting(), Event(), Event()
    assert not reporting.is_running()

    def callback() -> None:
        reporting.begin()
        begun.set()
        over.wait(10)

    thread = Thread(target=callback)
    thread.start()
    begun.wait(10)
    assert reporting.is_running()
    over.set()
    thread.join()
    assert not reporting.is_running()
