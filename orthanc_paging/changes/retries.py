"""The studies that could not be fetched, and when each is fetched again."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 600.0
"""The time until the first retry, which doubles with each further one, and its limit. For one study, Orthanc may
read a whole table: a study that is damaged for good must not cost that each second."""


class Retries:
    """The studies that Orthanc refused. Not thread-safe: `Queue` guards it."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._delays: dict[str, float] = {}  # study → seconds from the last try to the next
        self._waiting: dict[str, float] = {}  # study → monotonic seconds of the next try

    def record(self, study_id: str) -> None:
        """Plan the next try of a study that was refused just now."""
        delay = min(2 * self._delays.get(study_id, FIRST_SECONDS / 2), LONGEST_SECONDS)
        self._delays[study_id] = delay
        self._waiting[study_id] = self._monotonic() + delay

    def forget(self, study_id: str) -> None:
        """Drop a study: it was fetched, is gone, or is fetched because of a new event."""
        self._delays.pop(study_id, None)
        self._waiting.pop(study_id, None)

    def studies(self) -> list[str]:
        """Return the studies that wait for the next try."""
        return list(self._waiting)

    def take(self) -> list[str]:
        """Remove and return the studies that are due. O(waiting)."""
        now = self._monotonic()
        due = [study_id for study_id, at in self._waiting.items() if at <= now]
        for study_id in due:
            del self._waiting[study_id]
        return due

    def seconds_to_next(self) -> float:
        """Return the seconds until a study is due; infinity if none waits. O(waiting)."""
        return min(self._waiting.values(), default=inf) - self._monotonic()
