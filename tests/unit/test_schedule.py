"""When tasks run, and that one that fails delays no other."""

from math import inf

import pytest

from orthanc_paging.errors import OrthancFailure
from orthanc_paging.reflector.schedule import RETRY_SECONDS, Attempts, Periodic, Schedule, Task
from tests.support.clock import Clock
from tests.support.fake_orthanc import FakeOrthanc


class Failing(Task):
    """A task that is always due, and that Orthanc does not answer."""

    steps = 0

    def due_in(self) -> float:
        return 0.0

    def step(self) -> None:
        self.steps += 1
        raise OrthancFailure('busy')


def test_a_periodic_task_runs_at_once_and_then_every_so_often() -> None:
    clock, calls = Clock(), list[float]()
    task = Periodic(5, lambda: calls.append(clock.seconds), clock)
    schedule = Schedule([task], Attempts(FakeOrthanc()), clock)
    for _ in range(12):
        schedule.run()
        clock.seconds += 1
    assert calls == [1000, 1005, 1010]
    assert schedule.due_in() == 3


def test_a_task_that_fails_delays_no_other_and_is_tried_again_a_second_later() -> None:
    clock, calls = Clock(), list[float]()
    failing, orthanc = Failing(), FakeOrthanc()
    attempts = Attempts(orthanc)
    schedule = Schedule([failing, Periodic(0.25, lambda: calls.append(clock.seconds), clock)], attempts, clock)
    for _ in range(4):
        schedule.run()
        clock.seconds += RETRY_SECONDS / 4
    assert failing.steps == 1
    assert len(calls) == 4
    assert orthanc.logged == ['Orthanc did not answer, trying again: busy']
    schedule.run()
    assert failing.steps == 2


def test_an_unexpected_error_leaves_the_schedule() -> None:
    def fail() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        Schedule([Periodic(1, fail)], Attempts(FakeOrthanc())).run()


def test_nothing_is_ever_due_if_there_is_nothing_to_do() -> None:
    assert Schedule([Task()], Attempts(FakeOrthanc())).due_in() == inf
    assert Schedule([], Attempts(FakeOrthanc())).due_in() == inf
