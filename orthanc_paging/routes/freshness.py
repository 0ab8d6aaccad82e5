"""Waiting until the index holds everything that was committed before (`Cache-Control: no-cache`)."""

from __future__ import annotations

import time
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

from ..changes.pending import Pending
from ..errors import NotFresh, OrthancFailure
from ..reflector.change_log import ChangeLog
from ..reflector.reflector import Reflector

if TYPE_CHECKING:
    from ..changes.entry import Entry
    from ..orthanc_api import OrthancApi

DEADLINE_SECONDS = 5.0
"""Orthanc delivers a change within milliseconds; where it takes so long, the client shall know and come again."""

STEP_SECONDS = 0.005


class Freshness:
    """Knows whether Orthanc has delivered, and the index holds, what was committed.

    Changes are delivered in the order in which they were committed. So when the last one in Orthanc's log has been
    delivered, all before it have; what was noted of them is then applied without delay. Deletions are in no log:
    they have been delivered when a change has that came after them, or, where none came, when the index has as
    many studies and series as Orthanc.
    """

    def __init__(self, api: OrthancApi, pending: Pending, reflector: Reflector, log: ChangeLog) -> None:
        self._api = api
        self._pending = pending
        self._reflector = reflector
        self._log = log

    def wait(self) -> None:
        """Return when the index holds everything that was committed before the call. Raises `NotFresh`."""
        try:
            if self._reflector.shared.is_on:
                self._reflector.look_at_others().result(DEADLINE_SECONDS)
            else:
                self._wait()
        except (OrthancFailure, TimeoutError, CancelledError):
            raise NotFresh from None

    def wait_for_computed(self) -> None:
        """Return when all that the index holds has its computed tags. Raises `NotFresh`."""
        try:
            self._reflector.compute().result(DEADLINE_SECONDS)
        except (TimeoutError, CancelledError):
            raise NotFresh from None

    def _wait(self) -> None:
        end = time.monotonic() + DEADLINE_SECONDS
        last = self._api.last_change()
        self._wait_for(last, end)
        while self._reflector.applier.count() != self._api.count():
            if (later := self._api.last_change()) and later.number > (last.number if last else 0):
                self._wait_for(later, end)
                return
            time.sleep(STEP_SECONDS)
            self._wait_for(last, end)

    def _wait_for(self, change: Entry | None, end: float) -> None:
        """Wait until that change is delivered, and all that is noted applied."""
        if not (self._log.is_delivered(change, _until(end)) and self._is_applied(_until(end))):
            raise NotFresh

    def _is_applied(self, at_most: float) -> bool:
        try:
            return at_most > 0 and self._pending.flush().result(at_most)
        except (TimeoutError, CancelledError):
            return False


def _until(end: float) -> float:
    return max(0.0, end - time.monotonic())
