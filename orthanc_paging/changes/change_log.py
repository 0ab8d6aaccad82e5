"""Orthanc's log of changes, and how far of it the index contains, or the queue has recorded."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .delivered import Delivered

if TYPE_CHECKING:
    from ..index.study_index import StudyIndex
    from ..orthanc_api.protocol import Entry, OrthancApi
    from .queue import Queue

PART = 2_000
"""Entries that are asked for at a time."""

ANCHORS = 10
SPREAD = 10

MOST_LATE = 100
LATE_SECONDS = 5.0
"""How many numbers before another, and how long after it, an entry may still appear."""


class ChangeLog:
    """Follows the log: by what was delivered to the callback for changes, or by reading on in it.

    All changes up to the number `position` are in the index, or recorded in what is pending. `anchors` are entries
    that were met on the way, the newest last: by them one knows the log again. `is_in_order`: deliveries are
    counted, and the log is numbered in the order in which they come.
    """

    def __init__(
        self,
        api: OrthancApi,
        index: StudyIndex,
        queue: Queue,
        delivered: Delivered,
        monotonic: Callable[[], float] = time.monotonic,
        started: float | None = None,
    ) -> None:
        """`started` is when this process began, in seconds since 1970, or a moment before its first change."""
        self.position = 0
        self.anchors: deque[Entry] = deque(maxlen=ANCHORS)
        self._api = api
        self._index = index
        self._queue = queue
        self._delivered = delivered
        self._monotonic = monotonic
        self._started = time.time() if started is None else started
        self.is_in_order = False
        self._seen_behind: tuple[int, int] | None = None  # the end of the log and the deliveries, at the last look
        self._sound = 0  # up to this number, no entry was missed, or it was told
        self._is_at_end = False  # nothing was written since all up to `position` was sound
        self._late: dict[int, float] = {}  # numbers that may yet appear, and when they were found missing

    def begin_at_end(self) -> None:
        """Whatever is in the log by now will be listed. Raises `OrthancFailure`."""
        self._reach(self._api.last_change())
        self._sound = self.position

    def begin_after(self, entry: Entry) -> None:
        """Whatever is in the log up to this entry is in the index, or noted for it."""
        self._reach(entry)
        self._sound = self.position

    def count_deliveries(self, is_in_order: bool) -> None:
        """Follow the log by counting what is delivered. Raises `OrthancFailure`.

        `is_in_order`: the log is numbered in the order of the commits. SQLite has one writer, so there it is;
        PostgreSQL gives a transaction its numbers before the transaction ends.

        An entry is from before this process if its date is of an earlier second than the start. Entries of the
        same second may be of either process; they count as this one's. That errs on the safe side: a first number
        that is too low makes `Delivered` wait for deliveries that do not come, and then the log is read instead.
        """
        start = datetime.fromtimestamp(self._started, UTC).strftime('%Y%m%dT%H%M%S')
        last = self._api.last_change()
        if last is None or last.date < start:
            before = [last] if last else []
        else:
            entries = self._api.changes(max(0, last.number - PART), PART).entries
            before = [entry for entry in entries if entry.date < start]
        self._delivered.begin(before[-1].number if before else 0)
        self.is_in_order = is_in_order

    def look(self) -> None:
        """Move `position` to the newest entry that was delivered. Raises `OrthancFailure`."""
        last = self._api.last_change()
        if last is None:
            return
        if self._delivered.complete_up_to() < last.number or not self._delivered.count():
            self._skip_numbers(last)
        complete = self._delivered.complete_up_to()
        if last.number <= complete:
            self._reach(last)
        elif complete > self.position:
            entries = self._api.changes(max(self.position, complete - MOST_LATE), MOST_LATE).entries
            self._reach(max((one for one in entries if one.number <= complete), default=None))
        self._pass_delivered()

    def landmarks(self) -> list[Entry]:
        """Some entries of the log, the oldest first: a few from all over it, then the anchors.

        One of them will still be there when others were deleted with what they tell of. Raises `OrthancFailure`.
        """
        oldest = self.anchors[0].number if self.anchors else self.position
        starts = sorted({oldest * part // SPREAD for part in range(SPREAD)})
        spread = [entry for start in starts for entry in self._api.changes(start, 1).entries]
        return [*(entry for entry in dict.fromkeys(spread) if entry.number < oldest), *self.anchors]

    def is_delivered(self, last: Entry | None, at_most: float) -> bool:
        """Whether that entry and all before it were delivered; waits for it `at_most` seconds. From any thread.

        Always False if the log is not in order.
        """
        return self.is_in_order and (last is None or self._delivered.wait_for(last.number, at_most))

    def deliveries(self) -> int:
        """The number of entries that were delivered since the start. From any thread."""
        return self._delivered.count()

    def read_on(self) -> bool:
        """Record the studies of some entries from `position` on; return whether the end of the log is reached.

        A call for two thousand entries, and one for each series that got instances. Raises `OrthancFailure`.
        """
        self._pass_delivered()
        self._forget_late_numbers()
        entries, done, last = self._api.changes(min([self.position + 1, *self._late]) - 1, PART)
        self._is_at_end = not entries and last == self.position == self._sound
        new = [entry for entry in entries if entry.number > self.position or entry.number in self._late]
        for study in self._studies(new):
            self._queue.study_changed(study)
        for entry in new:
            self._late.pop(entry.number, None)
            self._expect_late_numbers(entry.number)
            self._reach(entry)
        return done or not entries

    def has_a_gap(self) -> bool:
        """Whether entries may be missing among what was read since this was last asked. Raises `OrthancFailure`.

        The log may have been emptied where its first entry lies after the one that should have come next (or all
        that was told before that was deleted), and where there is none. Where it ends before, it is another log.
        """
        if self._is_at_end:
            return False
        first, _, last = self._api.changes(0, 1)
        if first:  # then it tells not how far the log goes
            last = self._api.changes(self._sound, 1).last
        begins = first[0].number if first else last + 1
        is_another = last < self._sound
        has_a_gap = is_another or begins > self._sound + 1
        if is_another or not first:
            self.position = last
        self._sound = max(self.position, begins - 1)
        return has_a_gap

    def _pass_delivered(self) -> None:
        """Leave out what was delivered: that is recorded already."""
        if self.is_in_order:
            self.position = max(self.position, self._delivered.complete_up_to())
            self._sound = max(self._sound, self.position)

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

    def _expect_late_numbers(self, number: int) -> None:
        """Transactions that run beside each other may end in another order than that of their numbers."""
        now = self._monotonic()
        for late in range(max(self.position + 1, number - MOST_LATE), number):
            self._late[late] = now

    def _forget_late_numbers(self) -> None:
        """Where they do not come, they belong to a transaction that was given up, or to what was deleted."""
        before, least = self._monotonic() - LATE_SECONDS, self.position - MOST_LATE
        self._late = {late: since for late, since in self._late.items() if since > before and late > least}

    def _reach(self, entry: Entry | None) -> None:
        if entry is not None and entry.number > self.position:
            self.anchors.append(entry)
            self.position = entry.number

    def _studies(self, entries: Sequence[Entry]) -> Iterable[str]:
        """The studies that the entries are of; those of series and instances that are gone cannot be known."""
        studies = dict.fromkeys(entry.resource_id for entry in entries if entry.level == 'Study')
        for level, kind in (('instances', 'NewInstance'), ('series', 'NewSeries')):
            rest = dict.fromkeys(entry.resource_id for entry in entries if entry.kind == kind)
            while rest:
                identifier, _ = rest.popitem()
                study = self._index.study_of_series(identifier)  # of an instance, None
                if study is None and (series := self._api.series(level, identifier)):
                    study = series.study
                    for instance in series.instances:
                        rest.pop(instance, None)
                if study is not None:
                    studies[study] = None
        return studies
