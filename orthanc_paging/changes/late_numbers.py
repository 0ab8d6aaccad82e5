"""The numbers of the change log that may yet appear."""

from __future__ import annotations

from collections.abc import Callable

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
