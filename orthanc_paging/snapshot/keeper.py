"""Keeps a snapshot of the index: takes a new one now and then, and keeps its journal up to date."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag
from threading import Thread

from ..changes.change_log import ChangeLog
from ..changes.queue import Queue
from ..changes.tag_queue import TagQueue
from ..errors import OrthancFailure
from ..figures import Figures
from ..index.study_index import StudyIndex
from ..orthanc_api.protocol import OrthancApi
from ..studies.study import line_of
from . import file as snapshot
from .file import Header, SnapshotReader
from .folder import SnapshotFolder
from .journal import SnapshotJournal

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
    """The snapshot of an index, on disk. If that fails, the index goes on without one.

    For the worker's thread, and `stop` for when that has ended. `journal` is for any thread.
    """

    def __init__(
        self, api: OrthancApi, index: StudyIndex, log: ChangeLog, unsettled: Unsettled, options: SnapshotOptions
    ) -> None:
        self._folder = SnapshotFolder(api, options.folder)
        self.journal = SnapshotJournal(self._folder)
        self._api = api
        self._index = index
        self._log = log
        self._unsettled = unsettled
        self._every = options.every
        self._origin = ''
        self._writing: Thread | None = None
        self._stopping = Flag()
        self._next = 0.0

    def age(self) -> float | None:
        """Return the seconds since the snapshot was taken; None if there is none."""
        taken = self.journal.taken
        return None if taken is None else max(0.0, time.time() - taken)

    def is_writing(self) -> bool:
        """Return whether a snapshot is being written."""
        return self._writing is not None and self._writing.is_alive()

    def opened(self, origin: str) -> AbstractContextManager[SnapshotReader]:
        """Open the snapshot from before the start, if it is of this `origin`.

        Raises `SnapshotError`; FileNotFoundError if there is none, or if no snapshot is to be kept.
        """
        self._origin = origin
        if not self._every:
            self.throw_away()
            raise FileNotFoundError
        if not self._folder.lock():
            raise FileNotFoundError
        return snapshot.opened(self._folder.file, origin)

    def throw_away(self) -> None:
        """Remove the snapshot from before the start, since from now on its journal is not kept."""
        self._folder.remove()

    def continue_with(self, reader: SnapshotReader) -> None:
        """Continue the journal of the snapshot that was read. The next one is due a period later."""
        self.journal.continue_with(reader)
        self._next = time.monotonic() + self._every

    def update(self) -> None:
        """Bring the journal up to date, and begin a snapshot if one is due. Raises `OrthancFailure`."""
        if not self._folder.is_locked:
            return
        self._mark()
        if not self.is_writing() and time.monotonic() >= self._next:
            if self._is_due():
                self._writing = Thread(target=self._take(self._rest), name='orthanc-paging-snapshot', daemon=True)
                self._writing.start()
            self._next = time.monotonic() + self._every

    def measure(self, figures: Figures) -> None:
        """Fill in how old the snapshot is, and how many studies changed since."""
        figures.snapshot_age = self.age()
        figures.snapshot_journal = len(self.journal)
        figures.snapshot_writing = self.is_writing()

    def stop(self, complete: bool) -> None:
        """End, with a snapshot of the present index if that is `complete`."""
        self._stopping.set()
        if self._writing is not None:
            self._writing.join()
        if complete and self._folder.is_locked:
            self._bring_up_to_date()
        self.journal.close()
        self._folder.release()

    def _bring_up_to_date(self) -> None:
        try:
            self._log.look()
            if self._is_due():
                self._take(lambda: False)()
        except OrthancFailure as failure:
            self._api.log_warning(f'the snapshot is older than it might be: {failure}')
        self._mark()

    def _is_due(self) -> bool:
        return self.journal.is_long(len(self._index))

    def _mark(self) -> None:
        mark = self._log.anchors[-1] if self._log.anchors else None
        self.journal.mark(mark, self._unsettled.studies())

    def _rest(self) -> bool:
        """Leave the interpreter to other threads for a while; return whether to end."""
        return self._stopping.wait(PAUSE_SECONDS)

    def _take(self, stop: Callable[[], bool]) -> Callable[[], None]:
        """Return what writes the index as it is just now, whatever changes meanwhile. Raises `OrthancFailure`.

        `stop` is called between two steps of the writing, and returns whether to end.
        """
        taken, marks = time.time(), tuple(self._log.landmarks())
        self.journal.begin_next()
        self.journal.changed(self._unsettled.studies())
        bodies = self._index.bodies()
        header = Header(self._origin, taken, marks, len(bodies))
        lines = (line_of(self._index.study_of(body)) for body in bodies)
        return lambda: self._write(header, lines, stop)

    def _write(self, header: Header, lines: Iterable[bytes], stop: Callable[[], bool]) -> None:
        try:
            written = snapshot.write(self._folder.unfinished, header, lines, stop)
            if written is not None:
                self.journal.end_next(written, header.taken)
        except OSError as error:
            self._folder.warn(error)
        except Exception as error:  # an error of ours: the index goes on
            self._api.log_error(f'the snapshot failed: {type(error).__name__}')
        finally:
            self.journal.forget_next()
