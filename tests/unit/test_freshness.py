"""When an index counts as fresh."""

from concurrent.futures import Future

import pytest

from orthanc_paging.changes.queue import Queue
from orthanc_paging.changes.turns import Turns, Wakeup
from orthanc_paging.errors import NotFresh
from orthanc_paging.faces import freshness
from orthanc_paging.faces.freshness import Deliveries, Freshness
from orthanc_paging.reflector.computed_tags import ComputedTags
from orthanc_paging.replicas.replica_changes import ReplicaChanges
from tests.support.fake_orthanc import FakeOrthanc
from tests.unit.database import Follower
from tests.unit.studies import identifier
from tests.unit.test_change_log import deliver


class Comparisons(Turns[None]):
    """Counts the requests to compare all IDs, and answers each at once."""

    def __init__(self) -> None:
        super().__init__(Wakeup())
        self.requested = 0

    def request(self) -> Future[None]:
        self.requested += 1
        done: Future[None] = Future()
        done.set_result(None)
        return done


class Room:
    """A database, what follows it by deliveries alone, and what has been compared."""

    def __init__(self) -> None:
        self.database = FakeOrthanc()
        self.follower = follower = Follower(self.database)
        follower.log.begin_at_end()
        queue = Immediate(follower)
        replica_changes = ReplicaChanges(follower.log, follower.comparison, follower.worker, follower.timetable)
        self.comparisons = replica_changes.comparisons = Comparisons()
        tags = ComputedTags(self.database, follower.index, follower.applier, follower.tag_queue)
        deliveries = Deliveries(self.database, queue, follower.applier, follower.log)
        self.freshness = Freshness(deliveries, replica_changes, tags)

    def hear(self, entries: int) -> None:
        """Deliver the last entries of the log, and record their studies."""
        for entry in self.database.log[-entries:]:
            if entry.level == 'Study':
                self.follower.queue.study_changed(entry.resource_id)
            deliver(self.follower, entry)


class Immediate(Queue):
    """A queue whose changes are all applied as soon as a request waits for that."""

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


def test_delivered_changes_are_applied_and_nothing_is_compared(room: Room) -> None:
    room.database.upload('a')
    room.hear(3)
    room.freshness.wait()
    assert room.follower.content() == room.database.state()
    assert room.comparisons.requested == 0


def test_if_an_event_does_not_arrive_ids_are_compared(room: Room) -> None:
    room.database.upload('a')
    room.hear(3)
    room.database.delete('a')
    room.database.upload('a')
    room.freshness.wait()
    assert room.comparisons.requested == 1


def test_if_there_are_too_many_ids_to_compare_the_request_is_refused(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness, 'MOST_COMPARED', 1)
    for study in 'ab':
        room.database.upload(study)
    room.hear(6)
    room.freshness.wait()
    room.database.delete('a')
    with pytest.raises(NotFresh):  # the numbers differ
        room.freshness.wait()
    room.database.upload('c')
    with pytest.raises(NotFresh):  # that is not delivered
        room.freshness.wait()
    assert room.comparisons.requested == 0


def test_if_a_deletion_is_not_delivered_ids_are_compared(room: Room) -> None:
    room.database.upload('a')
    room.hear(3)
    room.freshness.wait()
    room.database.delete('a')
    room.freshness.wait()
    assert room.comparisons.requested == 1


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
    assert room.comparisons.requested == 1
    assert identifier('b') in room.follower.content()  # what the comparison is for
