"""The studies that are to be fetched, each at most once in a quiet time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from math import inf

QUIET_SECONDS = 0.5
"""How long a fetched study is not fetched again: a thousand instances that pour in cost two fetches a second, and
the page is never older than this."""


class QuietTimes:
    """The changed studies. Not thread-safe: `Queue` guards it.

    A study is due at once, or at the end of its quiet time if it was taken a moment ago.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._due: dict[str, float] = {}  # study → when its change was reported
        self._delayed: dict[str, float] = {}  # the same, in their quiet time
        self._ends: OrderedDict[str, float] = OrderedDict()  # study → monotonic seconds, ascending

    def __contains__(self, study_id: object) -> bool:
        return study_id in self._due or study_id in self._delayed

    def __len__(self) -> int:
        """The number of changed studies, due or not."""
        return len(self._due) + len(self._delayed)

    def studies(self) -> list[str]:
        """Return the changed studies, due or not."""
        return [*self._due, *self._delayed]

    def are_due(self) -> bool:
        """Return whether a study is due."""
        return bool(self._due)

    def record(self, study_id: str, reported: float) -> bool:
        """Record a change; return whether the time of the next due study is a new one. O(1)."""
        if study_id in self._ends:
            self._delayed[study_id] = reported
            return len(self._delayed) == 1
        self._due[study_id] = reported
        return True

    def forget(self, study_id: str) -> None:
        """Drop a study and its quiet time."""
        for part in (self._due, self._delayed, self._ends):
            part.pop(study_id, None)

    def reports(self) -> Iterable[float]:
        """Return when the changes of the due studies were reported."""
        return self._due.values()

    def take(self) -> tuple[str, ...]:
        """Remove and return the due studies, and begin their quiet times. O(due)."""
        taken = tuple(self._due)
        self._due.clear()
        self.begin(taken)
        return taken

    def begin(self, studies: Iterable[str]) -> None:
        """Begin the quiet times of these studies anew."""
        end = self._monotonic() + QUIET_SECONDS
        for study_id in studies:
            self._ends[study_id] = end
            self._ends.move_to_end(study_id)

    def release(self) -> None:
        """End the quiet times that are over. O(those)."""
        now = self._monotonic()
        while self._ends and next(iter(self._ends.values())) <= now:
            study_id, _ = self._ends.popitem(last=False)
            if study_id in self._delayed:
                self._due[study_id] = self._delayed.pop(study_id)

    def end_all(self) -> None:
        """Let all changed studies be due now."""
        self._due.update(self._delayed)
        self._delayed.clear()

    def seconds_to_next(self) -> float:
        """Return the seconds until the next quiet time ends; infinity if no study waits for that."""
        return next(iter(self._ends.values())) - self._monotonic() if self._delayed else inf
