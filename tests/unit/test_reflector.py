"""What the reflector does with one batch, on the model of a database."""

from dataclasses import replace
from pathlib import Path

import pytest

from orthanc_paging.changes.change_log import ChangeLog
from orthanc_paging.changes.delivered import Delivered
from orthanc_paging.changes.queue import Queue
from orthanc_paging.changes.second_looks import LOOK_SECONDS
from orthanc_paging.index.study_index import StudyIndex
from orthanc_paging.reflector.fetch import CLOCK_SLACKS, MOST_SECONDS
from orthanc_paging.reflector.reflector import Reflector
from orthanc_paging.reflector.relist import Schedule
from orthanc_paging.snapshot.keeper import SnapshotKeeper
from tests.support.clock import Clock
from tests.support.fake_orthanc import CAPABILITIES, FakeOrthanc
from tests.unit.studies import identifier


class Room:
    """A reflector without its thread."""

    def __init__(self, folder: Path) -> None:
        self.database = FakeOrthanc(replace(CAPABILITIES, extended_find=True))
        self.clock = Clock()
        self.index = StudyIndex()
        self.queue = Queue(monotonic=self.clock)
        log = ChangeLog(self.database, self.index, self.queue, Delivered())
        keeper = SnapshotKeeper(self.database, self.index, self.queue, log, folder, 0)
        schedule = Schedule(0, 1000)
        self.reflector = Reflector(
            self.database,
            self.index,
            self.queue,
            log,
            keeper,
            schedule,
            None,
            False,
        )

    def contain(self, *names: str) -> None:
        """Have studies in the database and in the index, of which nothing is left to do."""
        for name in names:
            self.database.upload(name)
            self.reflector.applier.put(self.database.state()[identifier(name)])
        self.database.calls.clear()

    def apply(self) -> None:
        self.queue.end_quiet()
        self.reflector._apply_next()

    def text(self, name: str) -> str:
        """When the study was changed last, as far as the index knows."""
        study = self.index.get(identifier(name))
        assert study is not None
        return str(study.expanded()['MainDicomTags']['StudyDescription'])

    def true_text(self, name: str) -> str:
        return str(self.database.state()[identifier(name)]['MainDicomTags']['StudyDescription'])


def windows(database: FakeOrthanc) -> list[float]:
    """How many seconds each query by time spans."""
    return [call[2] - call[1] for call in database.requests if call[0] == 'studies_touched']


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_stable_studies_that_are_unknown_are_fetched_by_id(room: Room) -> None:
    for name in 'abcde':
        room.database.upload(name)
        room.queue.study_stable(identifier(name))
    room.apply()
    assert len(room.index) == 5
    assert not windows(room.database)
    assert room.database.calls.count('study') == 5


@pytest.mark.parametrize('seconds', [MOST_SECONDS + 1, 10 * 365 * 86_400, -1, -3600])
def test_where_the_clock_was_set_no_query_by_time_is_made(
    room: Room, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    reported = 1_800_000_000.0
    monkeypatch.setattr('orthanc_paging.reflector.reflector.time.time', lambda: reported + seconds)
    monkeypatch.setattr(room.queue, '_now', lambda: reported)
    for name in 'abcde':
        room.database.upload(name)
        room.queue.study_changed(identifier(name))
    room.queue.instance_deleted(identifier('an instance'))
    room.apply()
    assert len(room.index) == 5
    assert not windows(room.database)
    assert room.reflector.relister.due_in() == 0  # which finds the study that the instance was of


def test_a_refused_study_does_not_make_queries_longer(room: Room) -> None:
    clock = [1_800_000_000.0]
    room.database.upload('refused')
    room.database.refused = {identifier('refused')}
    room.queue._now = lambda: clock[0]
    room.queue.study_changed(identifier('refused'))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr('orthanc_paging.reflector.reflector.time.time', lambda: clock[0])
        for number in range(100):
            clock[0] += 10
            for part in 'xyz':
                name = f'{part}{number}'
                room.database.upload(name)
                room.queue.study_changed(identifier(name))
            room.apply()
    assert len(room.index) == 300
    assert max(windows(room.database)) <= 10 + 2 * CLOCK_SLACKS[-1]


def test_a_second_look_finds_what_changed_in_silence(room: Room) -> None:
    room.contain('a')
    room.queue.study_stable(identifier('a'))
    room.apply()
    assert 'studies_by_uid' not in room.database.calls
    room.database.change_silently('a')
    room.clock.seconds += LOOK_SECONDS
    room.apply()
    assert room.text('a') == room.true_text('a')
    assert room.database.calls.count('studies_by_uid') == 1


def test_an_event_on_a_series_finds_what_changed_in_its_study(room: Room) -> None:
    room.contain('a', 'b')
    [series] = room.database.state()[identifier('a')]['Series']
    room.queue.resource_touched(series)
    room.database.change_silently('a')
    room.clock.seconds += LOOK_SECONDS
    room.apply()
    assert room.text('a') == room.true_text('a')


def test_the_end_of_a_job_finds_what_changed_in_the_studies_that_it_names_at_once_and_later(room: Room) -> None:
    room.contain('a', 'b')
    [series] = room.database.state()[identifier('b')]['Series']
    room.database.jobs['job'] = [identifier('a'), series, identifier('of nobody')]
    room.queue.job_ended('job')
    for _ in range(2):
        room.database.change_silently('a')
        room.database.change_silently('b')
        room.apply()
        room.clock.seconds += LOOK_SECONDS
        assert (room.text('a'), room.text('b')) == (room.true_text('a'), room.true_text('b'))


def test_a_refused_study_does_not_keep_another_from_its_second_look(room: Room) -> None:
    room.contain('a', 'refused')
    room.queue.study_stable(identifier('a'))
    room.apply()
    room.database.change_silently('a')
    room.database.refused = {identifier('refused')}
    room.clock.seconds += LOOK_SECONDS
    room.queue.study_changed(identifier('refused'))
    room.apply()
    assert room.text('a') == room.true_text('a')
    assert identifier('refused') in room.queue.studies()
