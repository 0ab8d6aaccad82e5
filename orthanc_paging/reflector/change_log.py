"""Orthanc's log of changes, and how far of it is known to be in the index, or noted for it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from ..changes.delivered import Delivered

if TYPE_CHECKING:
    from ..changes.entry import Entry
    from ..changes.pending import Pending
    from ..index.study_index import StudyIndex
    from ..orthanc_api import OrthancApi

PART = 2_000
"""Entries that are asked for at a time."""

ANCHORS = 10
SPREAD = 10

MOST_LATE = 100
LATE_SECONDS = 5.0
"""How many numbers before another, and how long after it, an entry may still appear."""


class ChangeLog:
    """Follows the log: by what was delivered to the callback for changes, or by reading on in it.

    All changes up to the number `position` are in the index, or noted in what is pending. `anchors` are entries
    that were met on the way, the newest last: by them one knows the log again.
    """

    def __init__(
        self,
        api: OrthancApi,
        index: StudyIndex,
        pending: Pending,
        delivered: Delivered,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.position = 0
        self.anchors: deque[Entry] = deque(maxlen=ANCHORS)
        self._api = api
        self._index = index
        self._pending = pending
        self._delivered = delivered
        self._monotonic = monotonic
        self._sound = 0  # up to this number, no entry was missed, or it was told
        self._is_at_end = False  # nothing was written since all up to `position` was sound
        self._touched: dict[str, float] = {}  # studies of which metadata changed, and when that was read
        self._late: dict[int, float] = {}  # numbers that may yet appear, and when they were found missing

    def begin_at_end(self) -> None:
        """Whatever is in the log by now will be listed. Raises `OrthancFailure`."""
        self._reach(self._api.last_change())
        self._sound = self.position

    def begin_after(self, entry: Entry) -> None:
        """Whatever is in the log up to this entry is in the index, or noted for it."""
        self._reach(entry)
        self._sound = self.position

    def look(self) -> None:
        """See whether all in the log was delivered. Raises `OrthancFailure`."""
        last = self._api.last_change()
        if self.is_delivered(last, 0.0):
            self._reach(last)

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

        Orthanc delivers in the order in which changes were committed, and writes them to the log in the same.
        """
        if last is None or last.number <= self.position:
            return True
        change = self._api.change_of(last)
        return change is not None and self._delivered.wait_for(change, last.resource_id, at_most)

    def read_on(self) -> bool:
        """Note the studies of which the log tells from `position` on, for some time; whether its end is reached.

        A call for two thousand entries, and one for each series that got instances. Raises `OrthancFailure`.
        """
        self._forget_late_numbers()
        entries, done, last = self._api.changes(min([self.position + 1, *self._late]) - 1, PART)
        self._is_at_end = not entries and last == self.position == self._sound
        new = [entry for entry in entries if entry.number > self.position or entry.number in self._late]
        for study in self._studies(new):
            self._pending.study_changed(study)
        for entry in new:
            self._late.pop(entry.number, None)
            if entry.kind == 'UpdatedMetadata' and entry.level == 'Study':
                self._touched[entry.resource_id] = self._monotonic()
            self._expect_late_numbers(entry.number)
            self._reach(entry)
        return done or not entries

    def touched_lately(self) -> list[str]:
        """The studies of whose metadata the log told within some seconds."""
        before = self._monotonic() - LATE_SECONDS
        self._touched = {study: at for study, at in self._touched.items() if at >= before}
        return list(self._touched)

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
