"""Which requests want a fresh answer, and when an index counts as fresh."""

from collections.abc import Callable
from concurrent.futures import Future

import pytest

from orthanc_paging.changes.change_log import ChangeLog
from orthanc_paging.changes.queue import Queue
from orthanc_paging.errors import NotFresh
from orthanc_paging.faces import freshness
from orthanc_paging.faces.freshness import MOST_COMPARED, Freshness, asks_for_fresh
from orthanc_paging.orthanc_api.protocol import Count
from tests.support.fake_orthanc import FakeOrthanc
from tests.unit.database import Follower
from tests.unit.studies import identifier
from tests.unit.test_change_log import deliver


@pytest.mark.parametrize(
    'value',
    [
        'no-cache',
        'No-Cache',
        'NO-CACHE',
        'max-age=0, no-cache',
        'no-cache,no-store',
        ' no-cache ',
        'no-cache="Set"',
    ],
)
def test_a_directive_asks_for_a_fresh_answer(value: str) -> None:
    assert asks_for_fresh({'cache-control': value})


@pytest.mark.parametrize('value', ['', 'no-store', 'x-no-cache-foo', 'no-cache-foo', 'max-age=0', 'x="no-cache"'])
def test_another_one_does_not(value: str) -> None:
    assert not asks_for_fresh({'cache-control': value})


def test_no_header_does_not() -> None:
    assert not asks_for_fresh({'accept': 'no-cache'})


class Applier:
    """The numbers of the index."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self.more = 0

    def count(self) -> Count:
        counted = self._follower.applier.count()
        return Count(counted.studies + self.more, counted.series)


class Shared:
    """That no other Orthanc uses the database."""

    is_on = False


class Room:
    """A database, what follows it by deliveries alone, and what has been compared."""

    def __init__(self) -> None:
        self.database = FakeOrthanc()
        self.follower = Follower(self.database)
        self.follower.log.count_deliveries(is_in_order=True)
        self.applier = Applier(self.follower)
        self.shared = Shared()
        self.compared = 0
        self.on_compare: Callable[[], object] = lambda: None
        self.freshness = Freshness(
            self.database,
            Immediate(self.follower),
            self,  # type: ignore[arg-type]
            self.log,
        )

    @property
    def log(self) -> ChangeLog:
        return self.follower.log

    def compare(self) -> Future[None]:
        self.compared += 1
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def hear(self, entries: int) -> None:
        """Deliver the last entries of the log, and record their studies."""
        for entry in self.database.log[-entries:]:
            if entry.level == 'Study':
                self.follower.queue.study_changed(entry.resource_id)
            deliver(self.follower, entry)


class Immediate(Queue):
    """A queue of which all is applied as soon as somebody waits for that."""

    def __init__(self, follower: Follower) -> None:
        super().__init__()
        self._follower = follower

    def flush(self) -> Future[bool]:
        self._follower.apply_all()
        done: Future[bool] = Future()
        done.set_result(True)
        return done


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setattr(freshness, 'PATIENCE_SECONDS', 0.02)
    monkeypatch.setattr(freshness, 'DEADLINE_SECONDS', 0.1)
    return Room()


def test_what_was_delivered_is_applied_and_nothing_is_compared(room: Room) -> None:
    room.database.upload('a')
    room.hear(3)
    room.freshness.wait()
    assert room.follower.held() == room.database.state()
    assert room.compared == 0


def test_where_a_delivery_does_not_come_ids_are_compared(room: Room) -> None:
    room.database.upload('a')
    room.hear(3)
    room.database.delete('a')
    room.database.upload('a')
    room.freshness.wait()
    assert room.compared == 1


def test_where_there_are_too_many_for_that_it_is_refused(room: Room) -> None:
    room.applier.more = MOST_COMPARED + 1
    with pytest.raises(NotFresh):  # the numbers differ
        room.freshness.wait()
    room.database.upload('a')
    with pytest.raises(NotFresh):  # that is not delivered
        room.freshness.wait()
    assert room.compared == 0


def test_where_a_deletion_is_not_delivered_ids_are_compared(room: Room) -> None:
    room.database.upload('a')
    room.hear(3)
    room.freshness.wait()
    room.database.delete('a')
    room.freshness.wait()
    assert room.compared == 1


def test_a_study_that_comes_meanwhile_does_not_stand_in_for_one_that_was_deleted(room: Room) -> None:
    for study in 'ab':
        room.database.upload(study)
        room.hear(3)
    room.freshness.wait()
    room.database.delete('b')

    def add(call: str) -> None:
        if call == 'count':
            room.database.before_call = lambda _: None
            room.database.upload('c')  # the numbers agree now

    room.database.before_call = add
    room.freshness.wait()
    assert room.compared == 1
    assert identifier('b') in room.follower.held()  # what the comparison is for
