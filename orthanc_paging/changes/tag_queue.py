"""The studies whose computed tags are to be requested, and when."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from itertools import islice
from math import inf

from .queue import Queue
from .turns import Turns

QUIET_SECONDS = 1.0
LATEST_SECONDS = 30.0
"""Tags are requested when no study was added for a second, and at the latest after so many seconds: one call for
many studies costs Orthanc little more than a call for one."""


class TagQueue:
    """Studies that may have other series or instances than their computed tags say.

    For the worker's thread; `flush`, `studies` and `len` are for any thread.
    """

    def __init__(self, queue: Queue, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.is_doubted = False
        """Whether the number of all instances is to be compared with Orthanc's."""
        self._monotonic = monotonic
        self._studies: dict[str, None] = {}
        self._first = 0.0
        self._last = 0.0
        self._turns: Turns[None] = Turns(queue.wakeup)

    def __len__(self) -> int:
        return len(self._studies)

    def add(self, studies: Iterable[str]) -> None:
        """Record studies. O(studies)."""
        is_first = not self._studies
        self._studies.update(dict.fromkeys(studies))
        self._last = self._monotonic()
        if is_first:
            self._first = self._last

    def take(self, limit: int) -> list[str]:
        """Remove and return the oldest studies, `limit` at most. One that changes from now on is added anew."""
        taken = list(islice(self._studies, limit))
        for study_id in taken:
            del self._studies[study_id]
        return taken

    def put_back(self, studies: Iterable[str]) -> None:
        """Record studies again that were taken; they are due now."""
        self._studies.update(dict.fromkeys(studies))

    def studies(self) -> list[str]:
        """Return all studies that are recorded."""
        return list(self._studies)

    def due_in(self) -> float:
        """Return the seconds until tags are to be requested; infinity if no study is recorded."""
        if not self._studies:
            return inf
        due = min(self._last + QUIET_SECONDS, self._first + LATEST_SECONDS)
        return max(0.0, due - self._monotonic())

    def flush(self) -> Future[None]:
        """Have the tags of all recorded studies requested now. Cancelled if the plugin ends before."""
        return self._turns.request()

    def is_flushing(self) -> bool:
        """Return whether somebody waits for a flush."""
        return self._turns.is_due() or self._turns.is_running()

    def begin_flush(self) -> None:
        """The flush begins for all who wait."""
        if self._turns.is_due():
            self._turns.begin()

    def end_flush(self) -> None:
        """If nothing is recorded any more, the flush is over."""
        if not self._studies:
            self._turns.answer(None)

    def close(self) -> None:
        """Cancel all flushes, now and from now on."""
        self._turns.close()


class NoTagQueue(TagQueue):
    """A queue that records nothing, for a plugin without computed tags."""

    def add(self, studies: Iterable[str]) -> None:
        """Ignore the studies."""
