"""How far Orthanc's log of changes was delivered to the callback."""

from __future__ import annotations

import time
from threading import Condition

TRAIN_SECONDS = 0.5
"""Timeout for the last event of an upload. After it we assume that the event will not come."""


class Delivered:
    """Counts the deliveries of changes that are in Orthanc's log. Every method is for any thread.

    Orthanc delivers changes in the order of their commits, each once, and numbers those of its log in that order.
    So the first delivery after entry `n` has number n + 1 at least, and the k-th has n + k at least: after k
    deliveries, every entry up to n + k was delivered. This is a lower bound that holds whatever is overwritten or
    deleted meanwhile. (A change type and an ID alone prove nothing: if an instance is overwritten twice, both
    deliveries are equal.) The bound is exact unless the log skips a number, which SQLite does not.

    An upload is delivered as a train of events: NEW_INSTANCE, NEW_SERIES, NEW_STUDY and NEW_PATIENT are in the
    log; NEW_CHILD_INSTANCE of the series, the study and the patient follow, which are not. An entry counts as
    complete when its whole train was delivered.
    """

    def __init__(self, started: float | None = None) -> None:
        """`started` is a moment before this process's first change, in seconds since 1970; None for now."""
        self.started = time.time() if started is None else started
        self._condition = Condition()  # guards all that follows
        self._first: int | None = None  # the number of the entry before the first delivery; None until `begin`
        self._count = 0  # deliveries of entries
        self._complete = 0  # those of them whose train has ended
        self._last: tuple[int, str] | None = None
        self._closed = False

    def begin(self, number: int) -> None:
        """Record that every entry after this number is delivered to this process, or was."""
        with self._condition:
            self._first = number
            self._condition.notify_all()

    def record_in_train(self, change: int, resource_id: str) -> None:
        """Record the delivery of an entry that other events of the same train follow. O(1)."""
        with self._condition:
            self._count += 1
            self._last = change, resource_id

    def end_train(self) -> None:
        """Record that the last event of a train was delivered. O(1)."""
        with self._condition:
            self._complete = self._count
            self._condition.notify_all()

    def record(self, change: int, resource_id: str) -> None:
        """Record the delivery of an entry that nothing follows. O(1)."""
        with self._condition:
            self.record_in_train(change, resource_id)
            self.end_train()

    def last(self) -> tuple[int, str] | None:
        """Return the change type and the ID of the last delivered entry."""
        return self._last

    def count(self) -> int:
        """Return the number of delivered entries since Orthanc started."""
        return self._count

    def complete_up_to(self) -> int:
        """Return the number up to which every entry was delivered with its train; 0 before `begin`."""
        with self._condition:
            return 0 if self._first is None else self._first + self._complete

    def skip_to(self, number: int) -> None:
        """Record that every entry up to this number was delivered: the log skipped numbers."""
        with self._condition:
            self._first = number - self._count
            self._condition.notify_all()

    def wait_for(self, number: int, at_most: float) -> bool:
        """Wait `at_most` seconds, or until `close`; return whether every entry up to `number` was delivered.

        If the train of the last one does not end, this waits for it for `TRAIN_SECONDS` at most.
        """
        with self._condition:
            if self._first is None:
                return False
            self._condition.wait_for(lambda: self._closed or self._reaches(number, self._count), at_most)
            is_delivered = self._reaches(number, self._count)
            if is_delivered:
                within = min(at_most, TRAIN_SECONDS)
                self._condition.wait_for(lambda: self._closed or self._reaches(number, self._complete), within)
            return is_delivered

    def close(self) -> None:
        """End all waiting."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def _reaches(self, number: int, deliveries: int) -> bool:
        return self._first is not None and self._first + deliveries >= number
