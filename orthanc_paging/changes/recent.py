"""The studies of the last minute's events."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

RECENT_SECONDS = 60.0
"""How long a job may take to reconstruct the studies that it made, after the last event on them."""


class RecentStudies:
    """The studies with an event within `RECENT_SECONDS`. Not thread-safe: `Queue` guards it."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._events: OrderedDict[str, float] = OrderedDict()  # study → monotonic seconds, ascending

    def record(self, study_id: str) -> None:
        """Record an event. O(1), amortized."""
        self._events[study_id] = self._monotonic()
        self._events.move_to_end(study_id)
        self._forget_old()

    def forget(self, study_id: str) -> None:
        """Drop a study, which is gone."""
        self._events.pop(study_id, None)

    def studies(self) -> list[str]:
        """Return the studies, the one with the newest event last. O(those)."""
        self._forget_old()
        return list(self._events)

    def _forget_old(self) -> None:
        before = self._monotonic() - RECENT_SECONDS
        while self._events and next(iter(self._events.values())) < before:
            self._events.popitem(last=False)
