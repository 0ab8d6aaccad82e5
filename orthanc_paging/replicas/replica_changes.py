"""Seeing what other Orthancs do to the same database, which no event reports."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf

from ..changes.change_log import ChangeLog
from ..changes.turns import Turns
from ..orthanc_api.protocol import Count
from ..reflector.relist_timetable import Timetable
from ..reflector.schedule import Task
from ..reflector.worker import Worker
from .comparison import Comparison

LOOK_SECONDS = 0.4
"""How often to look: a replica's change appears within a second, and within half of that in the median."""

IDLE_LOOK_SECONDS = 0.5
IDLE_SECONDS = 10.0
"""How often to look after so many seconds without news: a look is two calls, of which PostgreSQL gets 14
statements. It is not longer, since comparing all IDs after a deletion takes time of its own."""

AGAIN_SECONDS = 0.02
MOST_LOOKS = 4
"""If the counts differ, a study was mostly added while they were read. So they are read again until
nothing is new, so many times at most. Only then the IDs are compared."""


class ReplicaChanges(Task):
    """Follows the other Orthancs of a database. A task of the worker's thread.

    It reads on in the change log, which all Orthancs of a database share. The log has no entries for deletions, so
    it also compares the counts, and the IDs if the counts differ.

    The index contains everything committed before when one of `requests` is answered. All IDs were compared, even
    if the counts agree, when one of `comparisons` is answered. Both work with a database of our own, too.
    """

    def __init__(
        self,
        log: ChangeLog,
        comparison: Comparison,
        worker: Worker,
        timetable: Timetable,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.requests: Turns[None] = Turns(worker.wakeup)
        self.comparisons: Turns[None] = Turns(worker.wakeup)
        self._log = log
        self._comparison = comparison
        self._worker = worker
        self._timetable = timetable
        self._monotonic = monotonic
        self._next = 0.0
        self._seen: tuple[int, Count] | None = None  # the end of the log, and the counts
        self._news_at = monotonic()
        self._looks = 0  # since the counts last agreed
        self._difference: tuple[int, Count, Count] | None = None  # the same at the last look, and our counts
        self._compared: tuple[Count, Count] | None = None  # the counts after the last comparison of IDs
        self._accepted: tuple[Count, Count] | None = None  # counts that differ and stay so

    def end(self) -> None:
        """Cancel all requests."""
        self.requests.close()
        self.comparisons.close()

    def due_in(self) -> float:
        """Return the seconds until a look is due: 0 for now, infinity for never."""
        if self.requests.is_due() or self.comparisons.is_due():
            return 0.0
        is_looking = self._log.is_shared or self.requests.is_running() or self.comparisons.is_running()
        return max(0.0, self._next - self._monotonic()) if is_looking else inf

    def step(self) -> None:
        """Read what is new, and apply it. Raises `OrthancFailure`; the next step then makes up for it."""
        self._next = self._monotonic() + self._pause()
        self._begin_turns()
        theirs = self._comparison.theirs()
        is_at_end = self._log.read_on()
        self._record_news((self._log.position, theirs))
        self._looks += 1
        if self._log.has_a_gap():
            self._timetable.want()
            self._accepted, self._compared, self._looks = None, None, MOST_LOOKS
        self._worker.apply_all()
        if is_at_end and self._is_settled(theirs):
            self._looks = 0
            self.requests.answer(None)
            self.comparisons.answer(None)
        else:
            self._next = self._monotonic() + AGAIN_SECONDS

    def _begin_turns(self) -> None:
        if self.requests.is_due():
            self.requests.begin()
            self._looks = 0
        if self.comparisons.is_due():
            self.comparisons.begin()

    def _pause(self) -> float:
        return LOOK_SECONDS if self._monotonic() - self._news_at < IDLE_SECONDS else IDLE_LOOK_SECONDS

    def _record_news(self, seen: tuple[int, Count]) -> None:
        if seen != self._seen:
            self._seen, self._news_at = seen, self._monotonic()

    def _is_settled(self, theirs: Count) -> bool:
        """Return whether the index contains all. If it is due, compare the IDs first."""
        if self.comparisons.is_running():
            self._comparison.compare()
            self._worker.apply_all()
            return True
        ours = self._comparison.ours()
        if ours == theirs:
            self._accepted = self._compared = None
            return True
        difference = self._log.position, theirs, ours
        is_quiet, self._difference = difference == self._difference, difference
        is_due = is_quiet or self._looks >= MOST_LOOKS
        return (theirs, ours) == self._accepted or (is_due and self._compare(theirs))

    def _compare(self, theirs: Count) -> bool:
        """Compare the IDs, and apply what differs. Return whether nothing differs, or the rest is accepted.

        After one comparison, the counts may differ by what changed meanwhile. If they are the same after the next,
        they are accepted: then a study cannot be fetched, or Orthanc counts wrongly.
        """
        is_different = self._comparison.compare()
        self._worker.apply_all()
        counts = theirs, self._comparison.ours()
        is_as_before = counts == self._compared
        self._accepted = counts if is_as_before else None
        self._compared = counts
        return is_as_before or not is_different
