"""The worker, with one batch."""

from dataclasses import replace

import pytest

from orthanc_paging.changes.announce import MOST_ANNOUNCED
from orthanc_paging.changes.second_looks import LOOK_SECONDS
from orthanc_paging.errors import OrthancFailure
from orthanc_paging.reflector.fetch import CLOCK_SLACKS, MOST_SECONDS
from tests.support.fake_orthanc import CAPABILITIES, FakeOrthanc
from tests.unit.database import Follower
from tests.unit.studies import identifier


class Room:
    """A worker without its thread, over an Orthanc that can be queried by time and by UIDs."""

    def __init__(self) -> None:
        self.database = FakeOrthanc(replace(CAPABILITIES, extended_find=True))
        self.follower = Follower(self.database)
        self.clock, self.index, self.queue = self.follower.clock, self.follower.index, self.follower.queue

    def contain(self, *names: str) -> None:
        """Have studies in the database and in the index, for which nothing is left to do."""
        for name in names:
            self.database.upload(name)
            self.follower.applier.put(self.database.state()[identifier(name)])
        self.database.calls.clear()

    def apply(self) -> None:
        self.queue.wait(0)
        self.follower.apply_all()

    def windows(self) -> list[float]:
        """Return the lengths of the queries by time, in seconds."""
        queries = [call for call in self.database.requests if call[0] == 'studies_touched']
        return [until - since for _, since, until in queries]

    def text(self, name: str) -> str:
        """Return when the study was changed last, as far as the index knows."""
        study = self.index.get(identifier(name))
        assert study is not None
        return str(study.expanded()['MainDicomTags']['StudyDescription'])

    def true_text(self, name: str) -> str:
        return str(self.database.state()[identifier(name)]['MainDicomTags']['StudyDescription'])


@pytest.fixture
def room() -> Room:
    return Room()


def test_stable_studies_that_are_unknown_are_fetched_by_id(room: Room) -> None:
    for name in 'abcde':
        room.database.upload(name)
        room.queue.study_stable(identifier(name))
    room.apply()
    assert len(room.index) == 5
    assert not room.windows()
    assert room.database.calls.count('study') == 5


@pytest.mark.parametrize('seconds', [MOST_SECONDS + 1, 10 * 365 * 86_400, -1, -3600])
def test_if_the_clock_was_set_no_query_by_time_is_made(
    room: Room, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    reported = 1_800_000_000.0
    monkeypatch.setattr('orthanc_paging.reflector.worker.time.time', lambda: reported + seconds)
    monkeypatch.setattr(room.queue, '_now', lambda: reported)
    for name in 'abcde':
        room.database.upload(name)
        room.queue.study_changed(identifier(name))
    room.queue.instance_deleted(identifier('an instance'))
    room.apply()
    assert len(room.index) == 5
    assert not room.windows()
    assert room.follower.relister.due_in() == 0  # which finds the study that the instance was of


def test_a_refused_study_does_not_make_queries_longer(room: Room) -> None:
    clock = [1_800_000_000.0]
    room.database.upload('refused')
    room.database.refused = {identifier('refused')}
    room.queue._now = lambda: clock[0]
    room.queue.study_changed(identifier('refused'))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr('orthanc_paging.reflector.worker.time.time', lambda: clock[0])
        for number in range(100):
            clock[0] += 10
            for part in 'xyz':
                name = f'{part}{number}'
                room.database.upload(name)
                room.queue.study_changed(identifier(name))
            room.apply()
    assert len(room.index) == 300
    assert max(room.windows()) <= 10 + 2 * CLOCK_SLACKS[-1]


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


def test_a_batch_that_orthanc_does_not_answer_is_applied_later(room: Room) -> None:
    room.database.upload('a')
    room.queue.study_changed(identifier('a'))

    def fail(_: str) -> None:
        raise OrthancFailure('busy')

    room.database.before_call = fail
    with pytest.raises(OrthancFailure):
        room.apply()
    room.database.before_call = lambda _: None
    room.apply()
    assert room.follower.content() == room.database.state()


def test_a_worker_that_is_stopped_leaves_the_rest_of_its_batch_in_the_queue(room: Room) -> None:
    room.database.upload('a')
    room.queue.study_changed(identifier('a'))
    room.database.before_call = lambda _: room.follower.worker.stop()
    with pytest.raises(OrthancFailure, match='stopping'):
        room.apply()
    assert room.queue.studies() == [identifier('a')]
    assert not room.follower.worker.wait(0)


@pytest.mark.parametrize(
    ('is_shared', 'series', 'written'), [(True, 1, 1), (True, MOST_ANNOUNCED + 1, 0), (False, 1, 0)]
)
def test_on_a_shared_database_the_log_gets_the_study_of_a_deleted_series(
    room: Room, is_shared: bool, series: int, written: int
) -> None:
    room.database.able = replace(room.database.able, is_shared=is_shared)
    for number in range(series):
        room.contain(str(number))
        room.database.upload(str(number), series=1)
    for number in range(series):
        study_id = identifier(str(number))
        room.queue.series_deleted(str(room.database.state()[study_id]['Series'][0]))
    room.apply()
    assert room.database.calls.count('write_to_log') == written
