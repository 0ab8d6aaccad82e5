"""Waiting until the index contains everything that was committed before (`Cache-Control: no-cache`)."""

from __future__ import annotations

import time
from concurrent.futures import CancelledError

from ..changes.change_log import ChangeLog
from ..changes.queue import Queue
from ..errors import NotFresh, OrthancFailure
from ..orthanc_api.protocol import Entry, OrthancApi
from ..reflector.applier import Applier
from ..reflector.computed_tags import ComputedTags
from ..replicas.replica_changes import ReplicaChanges

DEADLINE_SECONDS = 5.0
"""A request that took longer is answered by a 503. Orthanc delivers a change within milliseconds."""

PATIENCE_SECONDS = 0.2
"""How long to wait for a delivery before the log is read instead. A slow callback of another script or plugin
delays all deliveries by as long as it takes."""

MOST_COMPARED = 100_000
"""Up to so many studies, their IDs are listed for that: 0.6 s on SQLite. At a million it is 11 s."""

STEP_SECONDS = 0.005


class Deliveries:
    """Waits until Orthanc has delivered everything that was committed, and until that is applied.

    Orthanc delivers changes in the order of their commits. So if the last entry of Orthanc's log was delivered,
    everything before it was; then the queue is flushed. Deletions are in no log: if a change that was committed
    after a deletion was delivered, so was the deletion; and if there is none, the index has as many studies and
    series as Orthanc.
    """

    def __init__(self, api: OrthancApi, queue: Queue, applier: Applier, log: ChangeLog) -> None:
        self._api = api
        self._queue = queue
        self._applier = applier
        self._log = log

    @property
    def are_counted(self) -> bool:
        """Whether deliveries say how far the log was delivered: not on a shared database, nor on PostgreSQL."""
        return self._log.is_in_order

    def wait(self, end: float) -> bool:
        """Wait for all deliveries, and apply them; False if they do not come. Raises as `_apply` does.

        The numbers count only if nothing was written to the log before they were taken: else a study that just
        came would stand in for one whose deletion is still to be delivered.
        """
        last = self._api.last_change()
        if not self._is_delivered(last, end):
            return False
        self._apply(end)
        patience = time.monotonic() + PATIENCE_SECONDS
        while True:
            counted, later = self._api.count(), self._api.last_change()
            if later and later.number > (last.number if last else 0):
                is_delivered = self._is_delivered(later, end)
                self._apply(end)
                return is_delivered
            if self._applier.count() == counted:
                return True
            if time.monotonic() >= patience and self._can_compare():
                return False
            time.sleep(STEP_SECONDS)
            self._apply(end)

    def _is_delivered(self, entry: Entry | None, end: float) -> bool:
        """Wait for a delivery; False if none comes, and IDs can be compared instead. Raises `NotFresh`."""
        before = self._log.deliveries()
        while not self._log.is_delivered(entry, min(PATIENCE_SECONDS, _until(end))):
            if time.monotonic() >= end:
                raise NotFresh
            deliveries = self._log.deliveries()
            if deliveries == before and self._can_compare():
                return False
            before = deliveries
            time.sleep(STEP_SECONDS)
        return True

    def _can_compare(self) -> bool:
        return self._applier.count().studies <= MOST_COMPARED

    def _apply(self, end: float) -> None:
        """Wait until the queue is applied. Raises `NotFresh`, `TimeoutError` or `CancelledError`."""
        left = _until(end)
        if not left or not self._queue.flush().result(left):
            raise NotFresh


class Freshness:
    """Waits until the index contains what was committed.

    If deliveries do not come, the worker reads the log and compares all IDs. If deliveries cannot be counted, it
    reads the log and compares the numbers of studies and series.
    """

    def __init__(
        self, deliveries: Deliveries, replica_changes: ReplicaChanges, computed_tags: ComputedTags
    ) -> None:
        self._deliveries = deliveries
        self._replica_changes = replica_changes
        self._computed_tags = computed_tags

    def wait(self) -> None:
        """Return when the index contains everything that was committed before the call. Raises `NotFresh`."""
        end = time.monotonic() + DEADLINE_SECONDS
        try:
            if not self._deliveries.are_counted:
                self._replica_changes.requests.request().result(DEADLINE_SECONDS)
            elif not self._deliveries.wait(end):
                self._replica_changes.comparisons.request().result(_until(end))
        except (OrthancFailure, TimeoutError, CancelledError):
            raise NotFresh from None

    def wait_for_computed(self) -> None:
        """Return when all studies of the index have their computed tags. Raises `NotFresh`."""
        try:
            self._computed_tags.flush().result(DEADLINE_SECONDS)
        except (TimeoutError, CancelledError):
            raise NotFresh from None

    def check_computed(self) -> None:
        """Raise `NotComputed` until all studies have their computed tags that were there at the start."""
        self._computed_tags.check()


def _until(end: float) -> float:
    return max(0.0, end - time.monotonic())
