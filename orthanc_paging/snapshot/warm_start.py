"""Starting from the snapshot: loading it, and queueing what changed in Orthanc since.

A snapshot that is damaged, or of another Orthanc, is refused here with a line in the log.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from itertools import islice

from .. import __version__
from ..changes.change_log import ChangeLog
from ..changes.queue import Queue
from ..errors import CannotStart, SnapshotError
from ..index.store import upsert_of_line
from ..index.study_index import StudyIndex
from ..orthanc_api.protocol import Capabilities, Entry, OrthancApi
from ..reflector.listing import spare_the_collector
from ..reflector.relist_timetable import Timetable
from ..reflector.worker import Worker
from ..replicas.comparison import Comparison
from .keeper import SnapshotKeeper

FORMAT = 2
"""The version of the snapshot's format. A snapshot of another version is not used."""

MARKS_LOOKED_FOR = 10
STUDIES_A_STEP = 5_000

NEAR = 10_000
"""If fewer entries lie between the newest mark in the log and the newest of all, they are read again."""

UNSTABLE = b'"IsStable":false'

MANY = 5
"""If more than one of five studies changed, listing all takes no longer than fetching those."""

MOST_COMPARISONS = 3

ALIVE_SECONDS = 10.0
"""How exactly a snapshot says when its Orthanc ended: twice as long as the time between two marks."""


class Loading:
    """Loads the snapshot into the index, and records in the queue what changed since."""

    def __init__(
        self, api: OrthancApi, index: StudyIndex, queue: Queue, log: ChangeLog, keeper: SnapshotKeeper
    ) -> None:
        self._api = api
        self._index = index
        self._queue = queue
        self._log = log
        self._keeper = keeper
        self._steps: deque[Callable[[], bool]] = deque([self._open, self._recognise, self._load, self._record])
        self._resources = ExitStack()
        self.total = 0

    @property
    def is_done(self) -> bool:
        """Whether the index is filled, and the queue contains what changed since the snapshot was taken."""
        return not self._steps

    def step(self) -> None:
        """Go on. Raises `OrthancFailure` and `CannotStart`; then the index is empty."""
        try:
            if self._steps[0]():
                self._steps.popleft()
        except SnapshotError as error:
            self._resources.close()
            self._api.log_warning(f'the snapshot is not used, and all studies are listed: {error}')
            self._keeper.throw_away()
            self._index.clear()
            raise CannotStart from None

    def alive_at(self) -> float:
        """Return when the Orthanc still ran that kept the snapshot, in seconds since 1970."""
        return self._reader.alive_at

    def _open(self) -> bool:
        try:
            opened = self._keeper.opened(origin_of(self._api.capabilities()))
            self._reader = self._resources.enter_context(opened)
        except FileNotFoundError:
            raise CannotStart from None
        self.total = self._reader.header.studies
        self._changed = dict(self._reader.changed)
        self._lines = self._reader.lines()
        return True

    def _recognise(self) -> bool:
        """Find in Orthanc's log what the snapshot knows of it, and go on from there.

        If a resource was deleted since, its entry is gone from the log; then the entry before it serves. Raises
        `SnapshotError` if the log does not contain any of them: it is another one's, was emptied, or is of an
        earlier day than the snapshot.
        """
        marks = [*self._reader.header.marks, *self._reader.marks[-MARKS_LOOKED_FOR:]]
        for mark in reversed(marks):
            if self._is_in_log(mark):
                newest = marks[-1]
                self._log.begin_after(mark if newest.number - mark.number <= NEAR else newest)
                return True
            if mark.level == 'Study':
                self._changed[mark.resource_id] = None
        raise SnapshotError('the log of changes contains nothing of what the snapshot was made after')

    def _load(self) -> bool:
        """Load some thousand studies. Return whether they were the last."""
        lines = list(islice(self._lines, STUDIES_A_STEP))
        for line in lines:
            upsert = upsert_of_line(line)
            self._index.load(upsert)
            if UNSTABLE in line:
                self._changed[upsert.study.id] = None  # Orthanc forgets that at its end
        spare_the_collector()
        if lines:
            return False
        self._index.arrange()
        spare_the_collector()
        return True

    def _record(self) -> bool:
        """Record the studies that changed since the snapshot. Raises `SnapshotError` if they are too many."""
        for study in self._changed:
            self._queue.study_changed(study)
        while not self._log.read_on():
            pass
        if len(self._queue) > max(len(self._index) // MANY, STUDIES_A_STEP):
            raise SnapshotError(f'{len(self._queue)} studies changed since')
        self._keeper.continue_with(self._reader)
        self._resources.close()
        return True

    def _is_in_log(self, mark: Entry) -> bool:
        """Whether the log has the entry of this mark; False if it is gone. Raises `SnapshotError`."""
        number = mark.number
        entries, _, last = self._api.changes(number - 1, 1)
        if last < number or (entries and entries[0].number == number and entries[0] != mark):
            raise SnapshotError('the log of changes is not the one that the snapshot was made after')
        return bool(entries and entries[0].number == number)


class WarmStart:
    """Fills the index from the snapshot, and then repairs what changed while no Orthanc ran."""

    state = 'loading'

    def __init__(self, loading: Loading, worker: Worker, comparison: Comparison, timetable: Timetable) -> None:
        self.is_done = False
        self.total = 0
        self._loading = loading
        self._worker = worker
        self._comparison = comparison
        self._timetable = timetable

    def step(self) -> None:
        """Go on. Raises `OrthancFailure` and `CannotStart`."""
        if self._loading.is_done:
            self._repair()
            self.is_done = True
        else:
            self._loading.step()
            self.total = self._loading.total

    def _repair(self) -> None:
        """Apply what the queue contains, and what differs from Orthanc by time, or by number."""
        self._worker.apply_all()
        alive_at = self._loading.alive_at()
        self._worker.apply_touched(alive_at, alive_at + ALIVE_SECONDS, ALIVE_SECONDS)
        comparisons = 0
        while comparisons < MOST_COMPARISONS and not self._comparison.agrees() and self._comparison.compare():
            self._worker.apply_all()
            comparisons += 1
        self._timetable.want_if_periodic()


def origin_of(capabilities: Capabilities) -> str:
    """Return what the content of a snapshot depends on: the versions, the format, and Orthanc's tags."""
    tags = hashlib.sha256(capabilities.main_dicom_tags.encode()).hexdigest()[:16]
    return f'orthanc-paging {__version__}, format {FORMAT}, Orthanc {capabilities.version}, main DICOM tags {tags}'
