"""Starting from a snapshot: it is refused, or the index becomes what Orthanc has."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.errors import CannotStart, OrthancFailure
from orthanc_paging.orthanc_api.protocol import Entry
from orthanc_paging.snapshot import file as snapshot
from orthanc_paging.snapshot import warm_start
from orthanc_paging.snapshot.file import Header, SnapshotFile, SnapshotReader
from orthanc_paging.snapshot.keeper import SnapshotKeeper, SnapshotOptions, Unsettled
from orthanc_paging.snapshot.warm_start import Loading, WarmStart, origin_of
from tests.support.fake_orthanc import CAPABILITIES, FakeOrthanc, ids
from tests.unit.actions import Action, actions
from tests.unit.database import Follower, database_of
from tests.unit.studies import identifier

ORIGIN = 'Orthanc 1.12.7'


class Before:
    """An Orthanc that keeps a snapshot of its database, until it is killed."""

    def __init__(self, path: Path, database: FakeOrthanc) -> None:
        self._path = path
        self._database = database
        self.follower = Follower(database)
        self._file: SnapshotFile | None = None

    def follow(self) -> None:
        """Read all changes of the database, and record them in the journal."""
        while not self.follower.log.read_on():
            pass
        if not self.follower.comparison.agrees():
            self.follower.comparison.compare()
        if self._file is not None:
            self._file.changed(self.follower.queue.studies())
        self.follower.apply_all()

    def take(self) -> None:
        """Take the snapshot."""
        bodies = self.follower.index.bodies()
        header = Header(ORIGIN, 0.0, tuple(self.follower.log.landmarks()), len(bodies))
        self._file = snapshot.write(self._path, header, bodies, lambda: False)

    def mark(self) -> None:
        """Record in the journal how far the log was followed."""
        if self._file is not None and self.follower.log.anchors:
            self._file.mark(self.follower.log.anchors[-1])

    def end(self) -> None:
        """End, without a word."""
        assert self._file is not None
        self._file.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / 'snapshot'


def kept(path: Path, database: FakeOrthanc) -> None:
    """Keep a snapshot of the database as it is."""
    before = Before(path, database)
    before.follow()
    before.take()
    before.end()


def marks_of(path: Path) -> set[Entry]:
    with snapshot.opened(path, ORIGIN) as reader:
        return {*reader.header.marks, *reader.marks}


class FixedOrigin(SnapshotKeeper):
    """A keeper that opens a snapshot wherever it comes from."""

    path: Path

    def opened(self, origin: str) -> AbstractContextManager[SnapshotReader]:  # noqa: ARG002
        return snapshot.opened(self.path, ORIGIN)

    def continue_with(self, reader: SnapshotReader) -> None: ...


def loading_of(path: Path, follower: Follower) -> Loading:
    """Return what loads the snapshot at a path into the follower's index."""
    unsettled = Unsettled(follower.index, follower.queue, follower.tag_queue)
    options = SnapshotOptions(path.parent, 0)
    keeper = FixedOrigin(follower.database, follower.index, follower.log, unsettled, options)
    keeper.path = path
    return Loading(follower.database, follower.index, follower.queue, follower.log, keeper)


def begun(path: Path, database: FakeOrthanc) -> Follower:
    """Return what was loaded from the snapshot, before anything was applied. Raises `CannotStart`."""
    follower = Follower(database)
    loading = loading_of(path, follower)
    while not loading.is_done:
        persist(loading.step)
    return follower


def started(path: Path, database: FakeOrthanc) -> Follower:
    """Return what started from the snapshot. Raises `CannotStart`."""
    follower = Follower(database)
    warm = WarmStart(loading_of(path, follower), follower.worker, follower.comparison, follower.timetable)
    while not warm.is_done:
        persist(warm.step)
    return follower


def reason_against(path: Path, database: FakeOrthanc) -> str:
    """Return the line in the log that says why the snapshot is not used."""
    with pytest.raises(CannotStart):
        started(path, database)
    return database.logged[-1]


def persist(step: Callable[[], object]) -> None:
    """Do a step, again if Orthanc did not answer."""
    while True:
        try:
            step()
            return
        except OrthancFailure:
            continue


def test_if_nothing_changed_nothing_is_fetched(path: Path) -> None:
    database = database_of('a', 'b')
    kept(path, database)
    database.calls.clear()
    follower = started(path, database)
    assert follower.content() == database.state()
    assert database.calls == ['changes', 'last_change', 'changes', 'count']


def test_only_changed_studies_are_fetched(path: Path) -> None:
    database = database_of('a', 'b', 'c')
    kept(path, database)
    database.change('a')
    database.upload('d')
    database.calls.clear()
    follower = started(path, database)
    assert follower.content() == database.state()
    assert database.calls.count('study') == 2
    assert 'identifiers' not in database.calls


def test_a_study_in_the_journal_is_fetched(path: Path) -> None:
    database = database_of('a', 'b')
    before = Before(path, database)
    before.follow()
    before.take()
    database.change('b')
    before.follow()
    before.mark()
    before.end()
    assert set(begun(path, database).queue.studies()) == ids('b')


def test_a_study_that_was_unstable_is_fetched_as_orthanc_forgets_that(path: Path) -> None:
    database = database_of('a', 'b')
    before = Before(path, database)
    before.follow()
    before.follower.applier.put({**database.state()[identifier('a')], 'IsStable': False})
    before.take()
    before.end()
    follower = begun(path, database)
    assert set(follower.queue.studies()) == ids('a')


def test_studies_that_were_deleted_meanwhile_are_gone(path: Path) -> None:
    database = database_of('a', 'b', 'c')
    kept(path, database)
    database.delete('c')
    database.delete('a')
    assert started(path, database).content() == database.state()


def test_a_warm_start_reads_on_after_the_newest_mark_that_is_there(path: Path) -> None:
    database = database_of('a', 'b')
    kept(path, database)
    database.delete('b')
    follower = begun(path, database)
    assert follower.log.position == 3
    assert set(follower.queue.studies()) == ids('b')


def test_a_warm_start_does_not_read_old_entries_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_start, 'NEAR', 2)
    database = database_of('a', 'b')
    kept(path, database)
    database.delete('b')
    assert begun(path, database).log.position == 6


def test_if_the_last_entries_were_deleted_a_landmark_far_back_serves(path: Path) -> None:
    names = [str(number) for number in range(50)]
    database = database_of(*names)
    kept(path, database)
    for name in names[25:]:
        database.delete(name)
    follower = started(path, database)
    assert follower.content() == database.state()


def test_if_the_log_was_emptied_it_is_refused(path: Path) -> None:
    database = database_of('a')
    kept(path, database)
    database.empty_log()
    assert 'contains nothing' in reason_against(path, database)
    database.upload('b')
    assert 'contains nothing' in reason_against(path, database)


def test_a_snapshot_of_an_empty_log_is_refused(path: Path) -> None:
    database = database_of('a')
    database.empty_log()
    kept(path, database)
    assert 'contains nothing' in reason_against(path, database)


def test_if_a_backup_of_before_was_restored_it_is_refused(path: Path) -> None:
    database = database_of('a')
    backup = database.backup()
    database.upload('b')
    kept(path, database)
    database.become(backup)
    for study in 'cd':
        assert 'not the one' in reason_against(path, database)
        database.upload(study)


def test_if_another_database_has_the_same_numbers_it_is_refused(path: Path) -> None:
    database = database_of('a')
    kept(path, database)
    database.become(database_of('a'))
    assert 'not the one' in reason_against(path, database)


def test_if_much_changed_it_is_refused_as_listing_is_faster(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_start, 'STUDIES_A_STEP', 1)
    database = database_of(*'abcdefghij')
    kept(path, database)
    for study in 'ab':
        database.change(study)
    assert started(path, database).content() == database.state()
    database.change('c')
    with pytest.raises(CannotStart):
        started(path, database)
    assert '3 studies changed since' in database.logged[-1]


def test_loading_goes_in_steps(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_start, 'STUDIES_A_STEP', 2)
    database = database_of(*'abcde')
    kept(path, database)
    follower = Follower(database)
    loading = loading_of(path, follower)
    sizes = []
    while not loading.is_done:
        loading.step()
        sizes.append(len(follower.index))
    assert sizes == [0, 0, 2, 4, 5, 5, 5]
    assert loading.total == 5


def test_the_origin_depends_on_orthanc_and_on_the_tags_that_it_keeps() -> None:
    origins = {
        origin_of(replace(CAPABILITIES, version=version, main_dicom_tags=tags))
        for version in ('1.12.7', '1.13.0')
        for tags in ('{}', '{"Study": "0008,0020"}')
    }
    assert len(origins) == 4


histories = st.lists(actions, max_size=12)


def lived(path: Path, database: FakeOrthanc, first: Sequence[Action], then: Sequence[Action | str]) -> None:
    """Do these things while a snapshot is kept: it is taken between the first and those that follow."""
    before = Before(path, database)
    for act in first:
        act(database)
    before.follow()
    before.take()
    for one in then:
        if isinstance(one, str):
            before.follow()
            before.mark()
        else:
            one(database)
    before.end()


@pytest.fixture(scope='module')
def shared_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp('warm') / 'snapshot'


lives = st.lists(st.one_of(actions, st.just('followed and marked')), max_size=8)


@given(histories, lives, histories, st.sets(st.integers(0, 40)))
def test_after_any_changes_meanwhile_the_index_becomes_what_orthanc_has(
    shared_path: Path,
    first: Sequence[Action],
    then: Sequence[Action | str],
    meanwhile: Sequence[Action],
    failing: set[int],
) -> None:
    database = FakeOrthanc()
    lived(shared_path, database, first, then)
    for act in meanwhile:
        act(database)
    database.calls.clear()

    def fail_sometimes(_: str) -> None:
        if len(database.calls) in failing:
            raise OrthancFailure('busy')

    database.before_call = fail_sometimes
    try:
        follower = started(shared_path, database)
    except CannotStart:
        assert marks_of(shared_path).isdisjoint(database.log)
    else:
        assert follower.content() == database.state()


@given(histories, lives, histories, histories)
def test_with_another_database_it_is_always_refused(
    shared_path: Path,
    first: Sequence[Action],
    then: Sequence[Action | str],
    another: Sequence[Action],
    meanwhile: Sequence[Action],
) -> None:
    lived(shared_path, FakeOrthanc(), first, then)
    database = FakeOrthanc()
    for act in (*another, *meanwhile):
        act(database)
    with pytest.raises(CannotStart):
        started(shared_path, database)


@given(histories, histories, lives, histories)
def test_with_a_backup_of_earlier_it_is_refused_or_has_all_studies_and_series(
    shared_path: Path,
    ever: Sequence[Action],
    first: Sequence[Action],
    then: Sequence[Action | str],
    meanwhile: Sequence[Action],
) -> None:
    database = FakeOrthanc()
    for act in ever:
        act(database)
    backup = database.backup()
    lived(shared_path, database, first, then)
    database.become(backup)
    for act in meanwhile:
        act(database)
    try:
        follower = started(shared_path, database)
    except CannotStart:
        return
    series = {study: study_now['Series'] for study, study_now in follower.content().items()}
    assert series == {study: study_now['Series'] for study, study_now in database.state().items()}
