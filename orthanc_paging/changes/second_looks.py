"""The studies that are fetched again a moment after an event: a script may have changed them because of it."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable
from math import inf
from threading import get_ident

LOOK_SECONDS = 0.5
"""How long after an event its study is fetched once more: as long as the queue's quiet time."""

MOST_BRIEF = 20
"""Studies that wait for a second look after an ordinary change: as many as one query by UID takes. If an import
has more, the oldest one is dropped. It is fetched when it becomes stable."""

MOST_REPEATS = 60
"""How often the look is repeated while the callback runs: for half a minute."""


class SecondLooks:
    """The studies and series that are due for another look. Not thread-safe: `Queue` guards it.

    Orthanc reports an event to its plugins one after the other. Each may change the study, and Orthanc does not
    report that for labels. So the study is fetched again `LOOK_SECONDS` after its last event, by when Lua scripts,
    other plugins and threads that a callback started have acted, if they are quick.

    If a callback of the site's own Python script is slow, we see it run, and repeat the look until it returns.
    A slow callback of another plugin is invisible. But Orthanc reports the next event only after it. So at each
    event, the study of the one before gets another look.
    """

    def __init__(self, monotonic: Callable[[], float], is_reporting: Callable[[], bool]) -> None:
        """`is_reporting` returns whether the callback that reported the last event still runs."""
        self._monotonic = monotonic
        self._is_reporting = is_reporting
        self._due: OrderedDict[str, float] = OrderedDict()  # resource → monotonic seconds, ascending
        self._brief: OrderedDict[str, float] = OrderedDict()  # the same, after ordinary changes; `MOST_BRIEF`
        self._last: str | None = None  # the resource of the last event
        self._repeats = 0

    def __len__(self) -> int:
        """The number of resources that wait for a second look."""
        return len(self._due) + len(self._brief)

    def expect(self, resource_id: str) -> None:
        """Plan a look after an event on a study or a series. O(1)."""
        self._begin(resource_id)
        self._brief.pop(resource_id, None)
        self._put(self._due, resource_id)

    def expect_briefly(self, study_id: str) -> None:
        """Plan a look after an ordinary change of a study, unless many others change. O(1)."""
        self._begin(study_id)
        if study_id in self._due:
            self._put(self._due, study_id)
            return
        self._put(self._brief, study_id)
        if len(self._brief) > MOST_BRIEF:
            self._brief.popitem(last=False)

    def forget(self, study_id: str) -> None:
        """Drop a study, which is gone."""
        self._due.pop(study_id, None)
        self._brief.pop(study_id, None)
        if self._last == study_id:
            self._last = None

    def waiting(self) -> list[str]:
        """Return all that wait for a second look, and what a callback may be changing just now."""
        changing = [self._last] if self._last is not None and self._is_reporting() else []
        return [*self._due, *self._brief, *changing]

    def take(self) -> list[str]:
        """Remove and return those that are due. O(those)."""
        now, taken = self._monotonic(), []
        for waiting in (self._due, self._brief):
            while waiting and next(iter(waiting.values())) <= now:
                taken.append(waiting.popitem(last=False)[0])
        if self._last in taken and self._repeats < MOST_REPEATS and self._is_reporting():
            self._repeats += 1
            self._put(self._due, self._last)
        return taken

    def seconds_to_next(self) -> float:
        """Return the seconds until `take` returns something; infinity if nothing waits."""
        firsts = [next(iter(waiting.values())) for waiting in (self._due, self._brief) if waiting]
        return min(firsts, default=inf) - self._monotonic()

    def _begin(self, resource_id: str) -> None:
        """Plan a look at the resource of the event before: all callbacks for that have returned now."""
        before, self._last, self._repeats = self._last, resource_id, 0
        if before not in (None, resource_id) and before not in self._due and before not in self._brief:
            self._put(self._brief, before)

    def _put(self, waiting: OrderedDict[str, float], resource_id: str) -> None:
        waiting[resource_id] = self._monotonic() + LOOK_SECONDS
        waiting.move_to_end(resource_id)


class Reporting:
    """Knows whether the callback that reported the last event still runs Python code."""

    def __init__(self) -> None:
        self._thread = 0

    def begin(self) -> None:
        """Record that the present thread reports an event."""
        self._thread = get_ident()

    def is_running(self) -> bool:
        """Return whether that thread still runs Python: between two callbacks, a thread of Orthanc does not."""
        return self._thread in sys._current_frames()
