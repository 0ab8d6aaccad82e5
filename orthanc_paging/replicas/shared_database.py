"""Seeing what other Orthancs do to the same database, of which no event tells."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING

from ..changes.turns import Turns

if TYPE_CHECKING:
    from ..changes.change_log import ChangeLog
    from ..orthanc_api.protocol import Count, OrthancApi
    from ..reflector.applier import Applier
    from .census import Census
    from .traces import Traces

LOOK_SECONDS = 0.4
"""How often to look: what another Orthanc did is to show within a second, and half of that in the median."""

IDLE_LOOK_SECONDS = 0.75
IDLE_SECONDS = 10.0
"""How often where nothing was new for so long: a look is two calls, of which PostgreSQL gets 14 statements."""

AGAIN_SECONDS = 0.02
MOST_LOOKS = 4
"""Where the numbers of studies differ, mostly something was added while they were counted: so they are counted
again, a few times, before all IDs are compared."""

LOOKS_FOR_TRACES = 20
"""Where others leave traces of deletions, as it takes long to compare IDs, it is waited for those first."""


class SharedDatabase:
    """Reads on in the log of changes, which all Orthancs of a database share, and counts, as no log has deletions.

    For the reflector's thread. `requests` are answered when the index contains all that was committed before; for
    `comparisons`, all IDs are compared, also if the numbers agree.
    """

    def __init__(
        self,
        api: OrthancApi,
        applier: Applier,
        log: ChangeLog,
        census: Census,
        traces: Traces,
        apply: Callable[[], None],
        distrust: Callable[[], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`apply` applies all that is noted; `distrust` is called where changes may have been missed."""
        self.is_on = False
        self.requests: Turns[None] = Turns()
        self.comparisons: Turns[None] = Turns()
        self._api = api
        self._applier = applier
        self._log = log
        self._census = census
        self._traces = traces
        self._apply = apply
        self._distrust = distrust
        self._monotonic = monotonic
        self._next = 0.0
        self._seen: tuple[int, Count] | None = None  # how far the log went at the last look, and the numbers
        self._news_at = monotonic()
        self._looks = 0
        self._accepted: tuple[Count, Count] | None = None  # numbers that differ, and stay so
        self._compared: tuple[Count, Count] | None = None  # those after which IDs were last compared

    def due_in(self) -> float:
        """Seconds until the next look is due, 0 for now."""
        if self.requests.is_due() or self.comparisons.is_due():
            return 0.0
        is_looking = self.is_on or self.requests.is_running() or self.comparisons.is_running()
        return max(0.0, self._next - self._monotonic()) if is_looking else inf

    def look(self) -> None:
        """See what is new, and apply it. Raises `OrthancFailure`; the next look then makes up for it."""
        self._next = self._monotonic() + self._pause()
        if self.requests.is_due():
            self.requests.begin()
            self._looks = 0
        if self.comparisons.is_due():
            self.comparisons.begin()
        counted = self._api.count()
        is_at_end = self._log.read_on()
        self._note((self._log.position, counted))
        if self._log.has_a_gap():
            self._distrust()
            self._accepted, self._compared, self._looks = None, None, LOOKS_FOR_TRACES
        self._apply()
        self._looks += 1
        if is_at_end and self.comparisons.is_running():
            self._census.compare()
            self._apply()
            self._end()
        elif is_at_end and self._agrees(counted):
            self._end()
        elif not is_at_end or self._is_to_wait(counted) or self._compare(counted):
            self._next = self._monotonic() + AGAIN_SECONDS
        else:
            self._end()

    def _note(self, seen: tuple[int, Count]) -> None:
        if seen != self._seen:
            self._seen, self._news_at = seen, self._monotonic()

    def _pause(self) -> float:
        return LOOK_SECONDS if self._monotonic() - self._news_at < IDLE_SECONDS else IDLE_LOOK_SECONDS

    def _is_to_wait(self, counted: Count) -> bool:
        """Whether to look again before IDs are compared; where there are traces of deletions, follow them."""
        if self._applier.count().studies > counted.studies:
            self._traces.follow()
            self._apply()
        has_traces = self.is_on and self._traces.are_left()
        return self._looks < (LOOKS_FOR_TRACES if has_traces else MOST_LOOKS)

    def _agrees(self, counted: Count) -> bool:
        held = self._applier.count()
        if held == counted:
            self._accepted = self._compared = None
        return held == counted or (counted, held) == self._accepted

    def _compare(self, counted: Count) -> bool:
        """Compare IDs, and apply what differs; whether that is to be looked at again.

        After one comparison, the numbers may differ by what changed meanwhile; after two in a row, they stay so,
        also where the IDs differ: by a study of which Orthanc refuses to tell.
        """
        differ = self._census.compare()
        self._apply()
        numbers = counted, self._applier.count()
        is_as_before = numbers == self._compared
        self._accepted = numbers if is_as_before else None
        self._compared = numbers
        return differ and not is_as_before

    def _end(self) -> None:
        self._looks = 0
        self.requests.answer(None)
        self.comparisons.answer(None)
