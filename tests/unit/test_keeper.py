"""Keeping the snapshot: when it is taken, and what its journal contains whenever Orthanc may be killed."""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Event as Flag
from types import SimpleNamespace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from orthanc_paging.errors import OrthancFailure, SnapshotError
from orthanc_paging.orthanc_api.protocol import Entry
from orthanc_paging.snapshot import file as snapshot
from orthanc_paging.snapshot import journal
from orthanc_paging.snapshot import keeper as keeper
from orthanc_paging.snapshot.file import Header, SnapshotFile
from orthanc_paging.snapshot.folder import FILE, LOCK
from orthanc_paging.snapshot.keeper import SnapshotKeeper, SnapshotOptions, Unsettled
from tests.support.clock import Clock
from tests.support.fake_orthanc import ids
from tests.unit.database import Follower, database_of
from tests.unit.disk import open_files, room_for
from tests.unit.studies import identifier

ORIGIN = 'Orthanc 1.12.7'
EVERY = 900.0


class Room:
    """A database, an index that follows it, and the snapshot of that."""

    def __init__(self, folder: Path, *studies: str, every: float = EVERY) -> None:
        self.folder = folder
        self.database = database_of(*studies)
        self.follower = Follower(self.database)
        self.follow()
        self.keeper = SnapshotKeeper(
            self.database,
            self.follower.index,
            self.follower.log,
            Unsettled(self.follower.index, self.follower.queue, self.follower.tag_queue),
            SnapshotOptions(folder, every),
        )
        self.follower.journal.on_change = self.keeper.journal.changed

    def start(self) -> bool:
        """Begin as the reflector does; whether there was a snapshot to go on with."""
        with suppress(FileNotFoundError, SnapshotError), self.keeper.opened(ORIGIN) as reader:
            self.keeper.continue_with(reader)
            return True
        return False

    def follow(self) -> None:
        """Apply all changes of the log."""
        while not self.follower.log.read_on():
            pass
        self.follower.settle()

    def look(self) -> None:
        """Look, and wait until what it began to write is written."""
        self.keeper.update()
        self.finish()

    def finish(self) -> None:
        """Wait until the snapshot is written."""
        until = time.monotonic() + 10
        while self.keeper.is_writing():
            assert time.monotonic() < until
            time.sleep(0.001)

    def take(self) -> None:
        """Begin, and have the first snapshot taken."""
        self.start()
        self.look()

    def kept(self) -> tuple[set[str], set[str], list[Entry]]:
        """The studies in the snapshot, those in its journal, and all marks."""
        with snapshot.opened(self.folder / FILE, ORIGIN) as reader:
            studies = {json.loads(line)['ID'] for line in reader.lines()}
            return studies, set(reader.changed), [*reader.header.marks, *reader.marks]


def times_of(clock: Clock) -> SimpleNamespace:
    """Return what stands for the module `time`."""
    return SimpleNamespace(monotonic=clock, time=lambda: 5000 + clock.seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time by which snapshots are due."""
    clock = Clock()
    monkeypatch.setattr(keeper, 'time', times_of(clock))
    return clock


class Gate:
    """Lets a snapshot be written when a test says so: until then, its writing has begun and goes not on."""

    def __init__(self) -> None:
        self._write = snapshot.write
        self._opened = Flag()
        self._opened.set()

    def write(
        self, path: Path, header: Header, lines: Iterable[bytes], stop: Callable[[], bool]
    ) -> SnapshotFile | None:
        self._opened.wait(10)
        return self._write(path, header, lines, stop)

    def close(self) -> None:
        self._opened.clear()

    def open(self) -> None:
        self._opened.set()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate()
    monkeypatch.setattr(snapshot, 'write', gate.write)
    yield gate
    gate.open()


def test_a_snapshot_is_taken_at_the_first_update(tmp_path: Path, clock: Clock) -> None:
    room = Room(tmp_path, 'a', 'b')
    assert not room.start()
    assert room.keeper.age() is None
    room.look()
    assert room.kept() == (ids('a', 'b'), set(), room.database.log)
    clock.seconds += 7
    assert room.keeper.age() == 7


def test_a_snapshot_is_taken_again_when_it_is_due_and_something_changed(tmp_path: Path, clock: Clock) -> None:
    room = Room(tmp_path, 'a')
    room.take()
    clock.seconds += EVERY
    room.look()
    assert room.keeper.age() == EVERY
    room.database.change('a')
    room.follow()
    room.look()
    assert room.keeper.age() == EVERY
    clock.seconds += EVERY
    room.look()
    assert room.keeper.age() == 0
    assert room.kept() == (ids('a'), set(), room.database.log)


def test_of_many_studies_more_than_one_of_a_hundred_must_have_changed(tmp_path: Path, clock: Clock) -> None:
    names = [str(number) for number in range(200)]
    room = Room(tmp_path, *names)
    room.take()
    for name in names[:3]:
        clock.seconds += EVERY
        room.look()
        assert room.keeper.age() == clock.seconds - 1000
        room.database.change(name)
        room.follow()
    clock.seconds += EVERY
    room.look()
    assert room.keeper.age() == 0


def test_a_change_is_in_the_journal_at_once_and_once(tmp_path: Path) -> None:
    room = Room(tmp_path, 'a', 'b')
    room.take()
    for _ in range(3):
        room.database.change('a')
        room.follow()
    room.database.delete('b')
    room.follower.applier.drop(identifier('b'))
    assert room.kept()[:2] == (ids('a', 'b'), ids('a', 'b'))
    assert len(room.keeper.journal) == 2
    assert (tmp_path / FILE).read_bytes().count(b'\n') == 1 + 2 + 1 + 2


def test_an_update_marks_the_end_of_the_log_and_names_what_is_queued(tmp_path: Path) -> None:
    room = Room(tmp_path, 'a', 'b')
    room.take()
    room.database.change('b')
    room.follower.log.read_on()
    room.look()
    assert room.kept() == (ids('a', 'b'), ids('b'), room.database.log)
    size = (tmp_path / FILE).stat().st_size
    room.look()
    assert (tmp_path / FILE).stat().st_size == size


def test_an_update_records_that_orthanc_runs(tmp_path: Path) -> None:
    room = Room(tmp_path, 'a')
    room.take()
    os.utime(tmp_path / FILE, (1000, 1000))
    room.look()
    assert time.time() - (tmp_path / FILE).stat().st_mtime < 60


def test_a_change_while_a_snapshot_is_written_is_in_its_journal(tmp_path: Path, clock: Clock, gate: Gate) -> None:
    room = Room(tmp_path, 'a', 'b', 'c')
    room.take()
    room.database.change('a')
    room.follow()
    clock.seconds += EVERY
    gate.close()
    room.keeper.update()
    assert room.keeper.is_writing()
    room.database.change('b')
    room.database.delete('c')
    room.follow()
    room.follower.applier.drop(identifier('c'))
    assert room.kept()[1] == ids('a', 'b', 'c')
    gate.open()
    room.finish()
    assert room.kept()[:2] == (ids('a', 'b', 'c'), ids('b', 'c'))


def test_a_change_in_the_queue_when_a_snapshot_is_taken_is_in_its_journal(tmp_path: Path) -> None:
    room = Room(tmp_path, 'a', 'b')
    room.database.change('b')
    room.follower.log.read_on()
    room.take()
    assert room.kept() == (ids('a', 'b'), ids('b'), room.database.log)


def test_a_change_under_way_is_in_the_journal_and_in_the_next_one(tmp_path: Path, clock: Clock) -> None:
    room = Room(tmp_path, 'a', 'b')
    room.take()
    with room.keeper.journal.around([identifier('a')]):
        assert room.kept()[1] == ids('a')
        clock.seconds += EVERY
        room.look()
        assert room.keeper.age() == 0
        assert room.kept()[1] == ids('a')
    clock.seconds += EVERY
    room.look()
    assert room.kept()[1] == set()


def test_a_study_under_way_twice_stays_so_until_both_ended_even_by_an_error(tmp_path: Path, clock: Clock) -> None:
    room = Room(tmp_path, 'a')
    room.take()
    with room.keeper.journal.around([identifier('a')]):
        with suppress(OrthancFailure), room.keeper.journal.around([identifier('a')]):
            raise OrthancFailure('refused')
        clock.seconds += EVERY
        room.look()
        assert room.kept()[1] == ids('a')
    clock.seconds += EVERY
    room.look()
    assert room.kept()[1] == set()


def test_a_journal_that_cannot_be_written_ends_the_snapshot_with_one_warning(tmp_path: Path, clock: Clock) -> None:
    room = Room(tmp_path, 'a', 'b')
    room.take()
    with room_for((tmp_path / FILE).stat().st_size + 5):
        room.database.change('a')
        room.follow()
        assert os.listdir(tmp_path) == [LOCK]
        room.database.change('b')
        room.follow()
        room.look()
    assert room.database.logged == [f'the snapshot in {tmp_path} cannot be kept: the disk is full']
    assert room.keeper.age() is None
    assert open_files(tmp_path) == [str(tmp_path / LOCK)]
    clock.seconds += EVERY
    room.look()
    assert room.kept() == (ids('a', 'b'), set(), room.database.log)


def test_a_mark_that_cannot_be_written_ends_it_too(tmp_path: Path) -> None:
    room = Room(tmp_path, 'a')
    room.take()
    room.database.write_entry('NewInstance', 'Instance', 'gone')
    room.follow()
    with room_for((tmp_path / FILE).stat().st_size):
        room.look()
    assert os.listdir(tmp_path) == [LOCK]
    assert len(room.database.logged) == 1


def test_if_the_disk_is_full_no_part_of_a_snapshot_is_left_and_the_former_stays(
    tmp_path: Path, clock: Clock
) -> None:
    room = Room(tmp_path, 'a', 'b')
    room.take()
    room.database.change('a')
    room.follow()
    room.look()
    clock.seconds += EVERY
    with room_for(100):
        room.look()
    assert room.database.logged == [f'the snapshot in {tmp_path} cannot be kept: File too large']
    assert set(os.listdir(tmp_path)) == {FILE, LOCK}
    assert room.kept() == (ids('a', 'b'), ids('a'), room.database.log)


def test_a_snapshot_that_cannot_be_put_in_its_place_is_not_left_behind(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    room = Room(tmp_path, 'a')
    room.take()
    assert room.database.logged == [f'the snapshot in {tmp_path} cannot be kept: Is a directory']
    assert set(os.listdir(tmp_path)) == {FILE, LOCK}
    assert open_files(tmp_path) == [str(tmp_path / LOCK)]


def test_while_orthanc_does_not_answer_no_snapshot_is_taken(tmp_path: Path, clock: Clock) -> None:
    room = Room(tmp_path, 'a')
    room.start()

    def refuse(_: str) -> None:
        raise OrthancFailure('busy')

    room.database.before_call = refuse
    with pytest.raises(OrthancFailure):
        room.look()
    room.database.before_call = lambda _: None
    clock.seconds += EVERY
    room.look()
    assert room.kept()[0] == ids('a')


def test_the_next_process_goes_on_with_the_journal(tmp_path: Path) -> None:
    room = Room(tmp_path, 'a', 'b')
    room.take()
    room.database.change('a')
    room.follow()
    room.keeper.stop(complete=False)
    following = Room(tmp_path, 'a', 'b')
    assert following.start()
    following.database.change('b')
    following.follow()
    assert following.kept()[1] == ids('a', 'b')
    assert len(following.keeper.journal) == 2


def test_a_snapshot_whose_journal_cannot_be_continued_is_removed(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(tmp_path, 'a')
    room.take()
    room.keeper.stop(complete=True)
    following = Room(tmp_path, 'a')

    def fail(*_: object) -> SnapshotFile:
        raise OSError(24, os.strerror(24))

    with monkeypatch.context() as patched:
        patched.setattr(journal, 'SnapshotFile', fail)
        assert following.start()
    assert following.database.logged == [f'the snapshot in {tmp_path} cannot be kept: Too many open files']
    assert following.keeper.age() is None
    assert os.listdir(tmp_path) == [LOCK]
    clock.seconds += EVERY
    following.look()
    assert following.kept()[0] == ids('a')


def test_of_two_orthancs_on_one_folder_the_second_keeps_no_snapshot_and_logs_that(tmp_path: Path) -> None:
    first, second = Room(tmp_path, 'a'), Room(tmp_path, 'b')
    first.take()
    before = (tmp_path / FILE).read_bytes()
    assert not second.start()
    second.database.change('b')
    second.follow()
    second.look()
    second.keeper.stop(complete=True)
    assert second.database.logged == [
        f'no snapshot is kept: another Orthanc uses {tmp_path / FILE}; '
        'give each a folder of its own by Paging.SnapshotFolder'
    ]
    assert second.keeper.age() is None
    assert (tmp_path / FILE).read_bytes() == before
    assert first.database.logged == []


def test_after_a_stop_the_folder_is_free_for_the_next(tmp_path: Path) -> None:
    room = Room(tmp_path, 'a')
    room.take()
    room.keeper.stop(complete=True)
    assert open_files(tmp_path) == []
    following = Room(tmp_path, 'a')
    assert following.start()
    assert following.database.logged == []


def test_a_stop_brings_it_up_to_date(tmp_path: Path, clock: Clock) -> None:
    room = Room(tmp_path, 'a', 'b')
    room.take()
    room.database.change('a')
    room.follow()
    room.database.change('b')
    room.follower.log.read_on()
    clock.seconds += 1
    room.keeper.stop(complete=True)
    assert room.keeper.age() == 0
    studies, journal, marks = room.kept()
    assert (studies, marks[-1]) == (ids('a', 'b'), room.database.log[-1])
    assert ids('b') <= journal


def test_if_little_changed_a_stop_leaves_that_to_the_journal(tmp_path: Path, clock: Clock) -> None:
    names = [str(number) for number in range(100)]
    room = Room(tmp_path, *names)
    room.take()
    room.database.change('1')
    room.follow()
    clock.seconds += 1
    room.keeper.stop(complete=True)
    assert room.keeper.age() == 1
    studies, journal, marks = room.kept()
    assert (studies, journal, marks[-1]) == (ids(*names), ids('1'), room.database.log[-1])


def test_a_stop_while_the_index_is_incomplete_leaves_what_there_is(tmp_path: Path) -> None:
    room = Room(tmp_path, 'a')
    room.take()
    before = (tmp_path / FILE).read_bytes()
    room.follower.index.clear()
    room.keeper.stop(complete=False)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_stop_when_orthanc_no_longer_answers_leaves_the_former(tmp_path: Path) -> None:
    room = Room(tmp_path, 'a')
    room.take()
    room.database.change('a')
    room.follow()

    def refuse(_: str) -> None:
        raise OrthancFailure('busy')

    room.database.before_call = refuse
    room.keeper.stop(complete=True)
    assert room.database.logged == ['the snapshot is older than it might be: busy']
    assert room.kept() == (ids('a'), ids('a'), room.database.log)
    assert open_files(tmp_path) == []


@pytest.mark.parametrize('complete', [False, True])
def test_a_stop_does_not_wait_until_all_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, complete: bool
) -> None:
    room = Room(tmp_path, *map(str, range(100)))
    begun = Flag()
    pauses = [0.1]  # at each study, in the first writing alone

    def write_slowly(path: Path, header: Header, lines: Iterable[bytes], stop: Callable[[], bool]) -> object:
        pause = pauses.pop() if pauses else 0

        def wait_and_stop() -> bool:
            begun.set()
            time.sleep(pause)
            return stop()

        return write(path, header, lines, wait_and_stop)

    write = snapshot.write
    monkeypatch.setattr(snapshot, 'write', write_slowly)
    monkeypatch.setattr(snapshot, 'STUDIES_A_STEP', 1)
    room.start()
    room.keeper.update()
    assert begun.wait(10)
    started = time.monotonic()
    room.keeper.stop(complete)
    assert time.monotonic() - started < 5
    assert set(os.listdir(tmp_path)) == ({FILE, LOCK} if complete else {LOCK})
    assert open_files(tmp_path) == []


def test_if_it_is_disabled_nothing_is_kept(tmp_path: Path) -> None:
    room = Room(tmp_path, 'a', every=0)
    assert not room.start()
    room.look()
    room.database.change('a')
    room.follow()
    with room.keeper.journal.around([identifier('a')]):
        room.look()
    room.keeper.stop(complete=True)
    assert os.listdir(tmp_path) == []
    assert room.database.logged == []


def test_a_folder_that_cannot_be_used_costs_a_warning(tmp_path: Path) -> None:
    folder = tmp_path / 'file'
    folder.write_bytes(b'a file instead of a folder')
    room = Room(folder, 'a')
    assert not room.start()
    room.look()
    room.keeper.stop(complete=True)
    assert room.database.logged == [f'the snapshot in {folder} cannot be kept: Not a directory']


class WheneverItIsKilled(RuleBasedStateMachine):
    """Any order of changes and looks: what differs from the snapshot is in its journal, or in the log since.

    `relabel` stands for a change that neither an event nor the log reports.
    """

    studies = st.sampled_from('abcd')

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.patched = pytest.MonkeyPatch()
        self.clock = Clock()
        self.patched.setattr(keeper, 'time', times_of(self.clock))
        self.gate = Gate()
        self.patched.setattr(snapshot, 'write', self.gate.write)
        self.room = Room(self.folder, *'abcd')
        self.room.take()
        self.under_way: dict[str, AbstractContextManager[None]] = {}

    @rule(study=studies)
    def change(self, study: str) -> None:
        self.room.database.change(study)

    @rule(study=studies)
    def begin_to_relabel(self, study: str) -> None:
        if study not in self.under_way:
            self.under_way[study] = self.room.keeper.journal.around([identifier(study)])
            self.under_way[study].__enter__()
            self.room.database.change_silently(study)

    @precondition(lambda self: self.under_way)
    @rule()
    def end_to_relabel(self) -> None:
        study, under_way = self.under_way.popitem()
        self.room.follower.queue.study_changed(identifier(study))
        under_way.__exit__(None, None, None)

    @rule()
    def read_on(self) -> None:
        self.room.follower.log.read_on()

    @rule()
    def apply(self) -> None:
        self.room.follower.apply_all()

    @rule()
    def look(self) -> None:
        self.room.keeper.update()

    @rule()
    def begin_a_snapshot(self) -> None:
        self.gate.close()
        self.clock.seconds += EVERY
        self.room.keeper.update()

    @rule()
    def end_the_snapshot(self) -> None:
        self.gate.open()
        self.room.finish()

    @invariant()
    def nothing_is_lost(self) -> None:
        database = self.room.database
        with snapshot.opened(self.folder / FILE, ORIGIN) as reader:
            bodies = map(json.loads, reader.lines())
            there = database.state()
            different = {body['ID'] for body in bodies if body != there[body['ID']]}
            marks = [*reader.header.marks, *reader.marks]
            logged = {entry.resource_id for entry in database.log if entry.number > marks[-1].number}
            assert different <= logged | reader.changed.keys()

    def teardown(self) -> None:
        self.gate.open()
        self.room.keeper.stop(complete=True)
        self.nothing_is_lost()
        self.patched.undo()
        rmtree(self.folder)


TestWheneverItIsKilled = WheneverItIsKilled.TestCase
TestWheneverItIsKilled.settings = settings(max_examples=40, stateful_step_count=30)
