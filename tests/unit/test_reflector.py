"""The life of the worker's thread: starting, watching, failing, stopping."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from orthanc_paging.errors import CannotStart, Ended, NotReady, OrthancFailure
from orthanc_paging.figures import Figures
from orthanc_paging.reflector import schedule
from orthanc_paging.reflector.listing import ColdStart
from orthanc_paging.reflector.reflector import Reflector
from orthanc_paging.reflector.schedule import Attempts, Periodic, Schedule, Task
from tests.support.waiting import wait_until
from tests.unit.database import Follower, database_of
from tests.unit.studies import identifier


class NoSnapshot:
    """A start that cannot be used."""

    state = 'loading'
    is_done = False
    total = 0

    def step(self) -> None:
        raise CannotStart


@dataclass
class Recorder(Task):
    """A task that records what happens to it."""

    steps: int = 0
    is_begun: bool = False
    is_ended: bool = False
    on_step: Callable[[], object] = lambda: None
    due: float = 0.01
    figures: Figures = field(default_factory=Figures)

    def begin(self) -> None:
        self.is_begun = True

    def due_in(self) -> float:
        return self.due

    def step(self) -> None:
        self.steps += 1
        self.on_step()

    def end(self) -> None:
        self.is_ended = True

    __hash__ = object.__hash__


class Room:
    """A reflector over a fake Orthanc with some studies."""

    def __init__(self, *studies: str) -> None:
        self.database = database_of(*studies)
        self.follower = Follower(self.database)
        self.task = Recorder(due=0.0)
        self.metrics: list[str] = []
        attempts = Attempts(self.database)
        cold = ColdStart(self.database, self.follower.index, self.follower.applier, self.follower.log)
        watching = Schedule([self.task], attempts)
        always = Schedule([Periodic(0.0, lambda: self.metrics.append(self.reflector.state))], attempts)
        self.reflector = Reflector(attempts, [NoSnapshot(), cold], self.follower.worker, watching, always)

    def start(self) -> None:
        self.reflector.start()
        wait_until(lambda: self.reflector.state in ('ready', 'failed'), 'that')

    def fail(self, error: Exception) -> None:
        """Have the next step of the task raise an error, once."""

        def raise_once() -> None:
            self.task.on_step = lambda: None
            raise error

        self.task.on_step = raise_once


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setattr(schedule, 'RETRY_SECONDS', 0.01)
    room = Room('a', 'b')
    yield room
    room.reflector.stop()


def test_if_the_first_start_cannot_be_used_the_second_one_fills_the_index(room: Room) -> None:
    with pytest.raises(NotReady):
        room.reflector.check_ready()
    room.start()
    room.reflector.check_ready()
    assert room.follower.content() == room.database.state()
    assert room.task.is_begun
    figures = Figures()
    room.reflector.measure(figures)
    assert (figures.state, figures.is_warm, figures.listed_total) == ('ready', False, 2)


def test_the_tasks_that_always_run_do_so_while_studies_are_listed(room: Room) -> None:
    room.start()
    assert 'listing' in room.metrics


def test_a_listing_that_orthanc_does_not_answer_goes_on_later_and_that_is_logged_once(room: Room) -> None:
    def fail_twice(_: str) -> None:
        if len(room.database.calls) > 3:
            room.database.before_call = lambda _: None
        raise OrthancFailure('busy')

    room.database.before_call = fail_twice
    room.start()
    assert room.follower.content() == room.database.state()
    assert [line for line in room.database.logged if 'did not answer' in line] == [
        'Orthanc did not answer, trying again: busy'
    ]


def test_changes_are_applied_while_it_watches(room: Room) -> None:
    room.start()
    room.database.upload('c')
    room.follower.queue.study_changed(identifier('c'))
    wait_until(lambda: room.follower.index.get(identifier('c')) is not None, 'that')


def test_a_task_that_orthanc_does_not_answer_is_tried_again(room: Room) -> None:
    room.fail(OrthancFailure('busy'))
    room.start()
    wait_until(lambda: room.task.steps > 2, 'that')
    assert room.reflector.state == 'ready'


def test_an_unexpected_error_ends_it_and_its_message_is_not_logged(room: Room) -> None:
    room.fail(KeyError('Doe^Jane'))
    room.start()
    wait_until(lambda: room.reflector.state == 'failed', 'that')
    with pytest.raises(Ended):
        room.reflector.check_ready()
    wait_until(lambda: room.task.is_ended, 'that')
    wait_until(lambda: 'failed' in room.metrics, 'that')
    assert not room.reflector.stop()
    assert 'KeyError' in room.database.logged[-1]
    assert not any('Doe' in line for line in room.database.logged)


def test_a_stop_says_whether_the_index_was_complete(room: Room) -> None:
    room.start()
    assert room.reflector.stop()
    assert room.task.is_ended
    with pytest.raises(Ended):
        room.reflector.check_ready()


def test_a_stop_while_studies_are_listed_ends_that(room: Room) -> None:
    def fail(_: str) -> None:
        raise OrthancFailure('busy')

    room.database.before_call = fail
    room.reflector.start()
    assert not room.reflector.stop()
    assert room.reflector.state == 'stopped'
