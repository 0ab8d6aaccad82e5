"""Orthanc's change log, and up to which entry the index or the queue contains its changes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from ..index.study_index import StudyIndex
from ..orthanc_api.protocol import Entry, OrthancApi
from .delivered import Delivered
from .queue import Queue

PART = 2_000
"""Entries in one call."""

ANCHORS = 10
SPREAD = 10
"""Entries by which a later process recognizes the log: the last ones that were read, and some from all over it."""

LATE_NUMBERS = 100
LATE_COMMIT_SECONDS = 5.0
"""How far below a number, and how long after it, an entry may appear: PostgreSQL gives a transaction its numbers
before the transaction ends, and others end meanwhile."""


class LateNumbers:
    """The missing numbers below the last entry that was read."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._missing: dict[int, float] = {}  # number → monotonic seconds when it was found missing

    def __contains__(self, number: object) -> bool:
        return number in self._missing

    def first(self) -> int | None:
        """Return the lowest of the numbers."""
        return min(self._missing, default=None)

    def skip(self, last: int, number: int) -> None:
        """Record that the numbers between the `last` entry and the entry `number` are missing."""
        now = self._monotonic()
        self._missing.update(dict.fromkeys(range(max(last + 1, number - LATE_NUMBERS), number), now))

    def found(self, number: int) -> None:
        """Record that an entry with this number appeared."""
        self._missing.pop(number, None)

    def forget_old(self, last: int) -> None:
        """Drop the numbers that do not appear: of transactions that failed, or of deleted resources."""
        before, least = self._monotonic() - LATE_COMMIT_SECONDS, last - LATE_NUMBERS
        self._missing = {
            number: since for number, since in self._missing.items() if since > before and number > least
        }


class ChangeLog:
    """Follows the change log, by what was delivered to the callback for changes or by reading on in it.

    The index or the queue contains all changes up to the entry `position`. `anchors` are entries that were met on
    the way, the newest last. `is_in_order`: the deliveries are counted, and the log is numbered in
    their order. For the worker's thread, unless a method says otherwise.
    """

    def __init__(
        self,
        api: OrthancApi,
        index: StudyIndex,
        queue: Queue,
        delivered: Delivered,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.position = 0
        self.anchors: deque[Entry] = deque(maxlen=ANCHORS)
        self.is_in_order = False
        self._api = api
        self._index = index
        self._queue = queue
        self._delivered = delivered
        self._late = LateNumbers(monotonic)
        self._seen_behind: tuple[int, int] | None = None  # the end of the log and the deliveries, at the last look
        self._before = 0  # the last entry from before this process
        self._checked = 0  # up to this number, `has_a_gap` has reported all that is missing
        self._is_at_end = False  # nothing was written since `has_a_gap` checked up to the end

    def begin_at_end(self) -> None:
        """Begin at the end of the log, before all studies are listed. Raises `OrthancFailure`."""
        self.begin_after(self._api.last_change())

    def begin_after(self, entry: Entry | None) -> None:
        """Begin after an entry; None: at the start. The index and the queue must contain all before it.

        Raises `OrthancFailure`.
        """
        self._count_deliveries()
        self._reach(entry)
        self._checked = self.position

    def _count_deliveries(self) -> None:
        """If no other Orthanc uses the database, follow the log by counting what is delivered.

        An entry is from before this process if its date is of an earlier second than the start. Entries of the
        same second may be of either process; they count as this one's. That errs on the safe side: a first number
        that is too low makes `Delivered` wait for deliveries that do not come, and then the log is read instead.
        """
        if self.is_shared:
            return
        start = datetime.fromtimestamp(self._delivered.started, UTC).strftime('%Y%m%dT%H%M%S')
        last = self._api.last_change()
        if last is not None and last.date >= start:
            entries = self._api.changes(max(0, last.number - PART), PART).entries
            last = next((entry for entry in reversed(entries) if entry.date < start), None)
        self._before = 0 if last is None else last.number
        self._delivered.begin(self._before)
        self.is_in_order = self._api.capabilities().numbers_in_order

    @property
    def is_shared(self) -> bool:
        """Whether other Orthancs may write to the log."""
        return self._api.capabilities().is_shared

    def look(self) -> None:
        """Move `position` to the newest entry that was delivered. Raises `OrthancFailure`.

        If the log is shared, this does nothing: what others wrote is never delivered.
        """
        last = None if self.is_shared else self._api.last_change()
        if last is None:
            return
        if self._delivered.complete_up_to() < last.number or not self._delivered.count():
            self._skip_numbers(last)
        complete = self._delivered.complete_up_to()
        if last.number <= complete:
            self._reach(last)
        elif complete > self.position:
            entries = self._api.changes(max(self.position, complete - LATE_NUMBERS), LATE_NUMBERS).entries
            self._reach(max((one for one in entries if one.number <= complete), default=None))
        self._pass_delivered()

    def landmarks(self) -> list[Entry]:
        """Return some entries of the log, the oldest first: a few from all over it, then the anchors.

        If resources were deleted, and their entries with them, some of these are still there. Raises
        `OrthancFailure`.
        """
        oldest = self.anchors[0].number if self.anchors else self.position
        starts = sorted({oldest * part // SPREAD for part in range(SPREAD)})
        spread = [entry for start in starts for entry in self._api.changes(start, 1).entries]
        return [*(entry for entry in dict.fromkeys(spread) if entry.number < oldest), *self.anchors]

    def is_delivered(self, last: Entry | None, at_most: float) -> bool:
        """Wait `at_most` seconds; return whether this entry and all before it were delivered. From any thread.

        Return False if the log is not in order.
        """
        return self.is_in_order and (last is None or self._delivered.wait_for(last.number, at_most))

    def deliveries(self) -> int:
        """Return the number of entries that were delivered since the start. From any thread."""
        return self._delivered.count()

    def read_on(self) -> bool:
        """Queue the studies of the next entries; return whether the end of the log is reached.

        This is a call for `PART` entries, and one for each unknown series that got instances. Raises
        `OrthancFailure`; then nothing is lost, and the next call reads the same entries.
        """
        self._pass_delivered()
        self._late.forget_old(self.position)
        first = self._late.first()
        entries, done, last = self._api.changes(self.position if first is None else first - 1, PART)
        self._is_at_end = not entries and last == self.position == self._checked
        new = [entry for entry in entries if entry.number > self.position or entry.number in self._late]
        for study_id in self._studies(new):
            self._queue.study_changed(study_id)
        for entry in new:
            self._late.found(entry.number)
            self._late.skip(self.position, entry.number)
            self._reach(entry)
        return done or not entries

    def has_a_gap(self) -> bool:
        """Return whether entries may be missing in what was read since the last call. Raises `OrthancFailure`.

        That is so if the oldest entry left is newer than the next one expected: somebody emptied `/changes`, or
        all in between was deleted with its resources. It is also so if the log ends before our position: then it
        is another database's.
        """
        if self._is_at_end:
            return False
        first, _, last = self._api.changes(0, 1)
        if first:  # then this answer does not say where the log ends
            last = self._api.changes(self._checked, 1).last
        begins = first[0].number if first else last + 1
        is_another = last < self._checked
        has_a_gap = is_another or begins > self._checked + 1
        if is_another or not first:
            self.position = last
        self._checked = max(self.position, begins - 1)
        return has_a_gap

    def _pass_delivered(self) -> None:
        """Skip the entries that were delivered: the queue has recorded them. No entry from before was."""
        if self.is_in_order and self.position >= self._before:
            self.position = max(self.position, self._delivered.complete_up_to())
            self._checked = max(self._checked, self.position)

    def _skip_numbers(self, last: Entry) -> None:
        """Accept that the log skipped numbers, if nothing happens although fewer changes were delivered.

        That is: two looks, some seconds apart, find the same log and the same number of deliveries; and the last
        delivery is of the last entry's kind and resource, or there was none since the start. It is wrong only if
        a callback of another script or plugin blocks all deliveries for that long, and the same change of the same
        resource waits behind it.
        """
        end = max(last.number, self._api.changes(last.number, 1).last)  # entries after the last may be deleted
        seen = end, self._delivered.count()
        is_quiet, self._seen_behind = seen == self._seen_behind, seen
        if is_quiet and self._delivered.last() in (None, (self._api.change_of(last), last.resource_id)):
            self._delivered.skip_to(end)

    def _reach(self, entry: Entry | None) -> None:
        if entry is not None and entry.number > self.position:
            self.anchors.append(entry)
            self.position = entry.number

    def _studies(self, entries: Sequence[Entry]) -> Iterable[str]:
        """Return the studies of these entries. Those of series and instances that are gone are unknown."""
        studies = dict.fromkeys(entry.resource_id for entry in entries if entry.level == 'Study')
        for level, kind in (('instances', 'NewInstance'), ('series', 'NewSeries')):
            rest = dict.fromkeys(entry.resource_id for entry in entries if entry.kind == kind)
            while rest:
                identifier, _ = rest.popitem()
                study_id = self._index.study_of_series(identifier)  # of an instance, None
                if study_id is None and (series := self._api.series(level, identifier)):
                    study_id = series.study
                    for instance in series.instances:
                        rest.pop(instance, None)
                if study_id is not None:
                    studies[study_id] = None
        return studies
