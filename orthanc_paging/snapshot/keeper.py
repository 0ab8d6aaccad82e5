"""Keeps the snapshot: takes it anew now and then, and notes in its journal what changes in between."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag
from threading import Lock, Thread

from ..changes.change_log import ChangeLog
from ..changes.queue import Queue
from ..changes.tag_queue import TagQueue
from ..errors import OrthancFailure
from ..figures import Figures
from ..index.study_index import StudyIndex
from ..orthanc_api.protocol import OrthancApi
from ..studies.study import line_of
from . import file as snapshot
from .file import Header, SnapshotFile, SnapshotReader

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]

FILE = 'orthanc-paging.snapshot'
UNFINISHED = 'orthanc-paging.snapshot.new'
LOCK = 'orthanc-paging.lock'

LONG_JOURNAL = 1_000
"""Studies in the journal from which on a new snapshot is due, if they are more than one of a hundred: at a start
they are fetched again, which takes up to a second for each hundred."""

PAUSE_SECONDS = 0.06
"""Between a thousand studies and the next, which take 3 ms: else pages would wait for the interpreter."""


@dataclass(frozen=True, slots=True)
class SnapshotOptions:
    """The folder of the snapshot, and every how many seconds it is taken; 0 for no snapshot."""

    folder: Path
    every: float


class Unsettled:
    """The studies that may differ from Orthanc's, as something is still to be fetched or requested."""

    def __init__(self, index: StudyIndex, queue: Queue, tag_queue: TagQueue) -> None:
        self._index = index
        self._queue = queue
        self._tag_queue = tag_queue

    def studies(self) -> list[str]:
        """Return their IDs. O(those)."""
        looks = filter(None, map(self._index.owner_of, self._queue.looks()))
        return [*self._queue.studies(), *self._tag_queue.studies(), *looks]


class SnapshotKeeper:
    """The snapshot of an index, on disk. Where that fails, the index goes on without.

    `changed` and `around` are for any thread, all else for the reflector's, and `stop` for when that has ended.
    """

    def __init__(
        self, api: OrthancApi, index: StudyIndex, log: ChangeLog, unsettled: Unsettled, options: SnapshotOptions
    ) -> None:
        self._api = api
        self._index = index
        self._log = log
        self._folder = options.folder
        self._every = options.every
        self._origin = ''
        self._unsettled = unsettled
        self._locked: int | None = None  # the file descriptor of the lock
        self._writing: Thread | None = None
        self._stopping = Flag()
        self._next = 0.0
        self._marked = 0
        self._incomplete = 0  # studies that lack their computed tags in the snapshot
        self._lock = Lock()  # guards what follows
        self._file: SnapshotFile | None = None
        self._taken: float | None = None
        self._journal: dict[str, None] = {}  # studies that the journal names
        self._since: dict[str, None] | None = None  # those that the next one will, while a snapshot is written
        self._under_way: list[str] = []

    def age(self) -> float | None:
        """Seconds since the snapshot was taken; None where there is none."""
        taken = self._taken
        return None if taken is None else max(0.0, time.time() - taken)

    def is_writing(self) -> bool:
        """Whether a snapshot is being written."""
        return self._writing is not None and self._writing.is_alive()

    def opened(self, origin: str) -> AbstractContextManager[SnapshotReader]:
        """The snapshot from before the start, if `origin` fits. Raises `SnapshotError`, FileNotFoundError."""
        self._origin = origin
        if not self._every:
            self.throw_away()
            raise FileNotFoundError
        self._take_lock()
        if self._locked is None:
            raise FileNotFoundError
        return snapshot.opened(self._folder / FILE, origin)

    def throw_away(self) -> None:
        """Remove the snapshot from before the start, since from now on its journal is not kept."""
        try:
            (self._folder / FILE).unlink(missing_ok=True)
        except OSError as error:
            self._warn(error)

    def continue_with(self, reader: SnapshotReader) -> None:
        """Go on with the journal of the snapshot that was read."""
        with self._lock:
            try:
                self._file = SnapshotFile(self._folder / FILE, reader.check)
                self._taken = reader.header.taken
                self._journal = dict(reader.journal.changed)
            except OSError as error:
                self._fail(error)
        self._next = time.monotonic() + self._every

    def changed(self, studies: Sequence[str]) -> None:
        """These are not as the snapshot tells. Some µs, and a line on disk for the first time of each."""
        with self._lock:
            self._note(studies)

    def completed(self) -> None:
        """One more study has computed tags which the snapshot lacks; it can be used all the same."""
        self._incomplete += 1

    @contextmanager
    def around(self, studies: Sequence[str]) -> Iterator[None]:
        """Have these in the journal before they change, and until the change is noted in what is pending."""
        with self._lock:
            self._under_way += studies
            self._note(studies)
        try:
            yield
        finally:
            with self._lock:
                for study in studies:
                    self._under_way.remove(study)

    def look(self) -> None:
        """Bring the journal up to now, and begin a snapshot where one is due. Raises `OrthancFailure`."""
        if self._locked is None:
            return
        self._mark()
        if not self.is_writing() and time.monotonic() >= self._next:
            if self._is_due():
                self._begin()
            self._next = time.monotonic() + self._every

    def measure(self, figures: Figures) -> None:
        """Fill in how old the snapshot is, and how many studies changed since."""
        figures.snapshot_age = self.age()
        figures.snapshot_journal = len(self._journal)
        figures.snapshot_writing = self.is_writing()

    def stop(self, complete: bool) -> None:
        """End, with the snapshot as the index is, if that is complete."""
        self._stopping.set()
        if self._writing is not None:
            self._writing.join()
        if complete and self._locked is not None:
            self._bring_up_to_date()
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None
        if self._locked is not None:
            os.close(self._locked)
            self._locked = None

    def _bring_up_to_date(self) -> None:
        try:
            self._log.look()
            if self._is_due():
                self._take(lambda: False)()
        except OrthancFailure as failure:
            self._api.log_warning(f'the snapshot is older than it might be: {failure}')
        self._mark()

    def _take_lock(self) -> None:
        """Keep other Orthancs from using the same file."""
        if fcntl is None:
            self._api.log_warning('no snapshot is kept: files cannot be locked on this system')
            return
        try:
            descriptor = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            self._warn(error)
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._locked = descriptor
        except BlockingIOError:
            os.close(descriptor)
            self._api.log_warning(
                f'no snapshot is kept: another Orthanc uses {self._folder / FILE}; '
                'give each a folder of its own by Paging.SnapshotFolder'
            )
        except OSError as error:
            os.close(descriptor)
            self._warn(error)

    def _is_due(self) -> bool:
        many = min(LONG_JOURNAL, len(self._index) // 100)
        return self._file is None or len(self._journal) > many or self._incomplete > many

    def _begin(self) -> None:
        self._writing = Thread(target=self._take(self._rest), name='orthanc-paging-snapshot', daemon=True)
        self._writing.start()

    def _rest(self) -> bool:
        """Leave the interpreter to others for a while; whether to end."""
        return self._stopping.wait(PAUSE_SECONDS)

    def _take(self, stop: Callable[[], bool]) -> Callable[[], None]:
        """What writes the index as it is just now, whatever becomes of it meanwhile. Raises `OrthancFailure`.

        `stop` is asked between two steps of it.
        """
        taken, marks = time.time(), tuple(self._log.landmarks())
        self._incomplete = 0
        with self._lock:
            self._since = dict.fromkeys(self._under_way)
        self.changed(self._unsettled.studies())
        bodies = self._index.bodies()
        header = Header(self._origin, taken, marks, len(bodies))
        lines = (line_of(self._index.study_of(body)) for body in bodies)
        return lambda: self._write(header, lines, stop)

    def _write(self, header: Header, lines: Iterable[bytes], stop: Callable[[], bool]) -> None:
        try:
            path = self._folder / UNFINISHED
            written = snapshot.write(path, header, lines, stop)
            if written is not None:
                self._replace(written, header.taken)
        except OSError as error:
            self._warn(error)
        except Exception as error:  # an error of ours: the index goes on
            self._api.log_error(f'the snapshot failed: {type(error).__name__}')
        finally:
            with self._lock:
                self._since = None

    def _replace(self, written: SnapshotFile, taken: float) -> None:
        with self._lock:
            since = self._since or {}
            try:
                written.changed(list(since))
                written.move(self._folder / FILE)
            except OSError:
                written.discard()
                raise
            if self._file is not None:
                self._file.close()
            self._file, self._taken, self._journal = written, taken, since

    def _mark(self) -> None:
        """Note how far the log of changes is, and what is not yet settled of it."""
        mark = self._log.anchors[-1] if self._log.anchors else None
        unsettled = self._unsettled.studies()
        with self._lock:
            self._note(unsettled)
            try:
                if self._file is not None:
                    self._file.touch()
                    if mark is not None and mark.number != self._marked:
                        self._file.mark(mark)
                        self._marked = mark.number
            except OSError as error:
                self._fail(error)

    def _note(self, studies: Sequence[str]) -> None:
        new = [study for study in studies if study not in self._journal]
        if self._since is not None:
            self._since.update(dict.fromkeys(studies))
        if new and self._file is not None:
            try:
                self._file.changed(new)
                self._journal.update(dict.fromkeys(new))
            except OSError as error:
                self._fail(error)

    def _fail(self, error: OSError) -> None:
        """Where the journal cannot be kept, the snapshot is of no use."""
        self._warn(error)
        file, self._file, self._taken, self._journal = self._file, None, None, {}
        if file is None:
            self.throw_away()
            return
        try:
            file.discard()
        except OSError as another:
            self._warn(another)

    def _warn(self, error: OSError) -> None:
        self._api.log_warning(f'the snapshot in {self._folder} cannot be kept: {error.strerror}')
