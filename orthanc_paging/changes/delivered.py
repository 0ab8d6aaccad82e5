"""The changes that Orthanc delivered, as far as anybody may still wait for one of them."""

from __future__ import annotations

from collections import OrderedDict
from threading import Condition

KEPT = 10_000
"""Some thousand uploads' worth, 3 MB."""


TRAIN_SECONDS = 0.5
"""How long to wait for the last change of an arrival; where it takes so long, there is none."""


class Delivered:
    """The last changes delivered. Any thread notes, and any waits.

    An instance that arrives gives a train of changes: that it is new, and perhaps its series, study and patient,
    which are in Orthanc's log; then those of its series, study and patient having got it, which are in none. What
    is in the log counts as delivered when its whole train has been.
    """

    def __init__(self) -> None:
        self._condition = Condition()  # guards all that follows
        self._changes: OrderedDict[tuple[int, str], None] = OrderedDict()  # the oldest first
        self._trains: set[tuple[int, str]] = set()  # those of them whose train has not ended
        self._closed = False

    def begin_train(self, change: int, resource_id: str) -> None:
        """A change was delivered that others of the same train follow. O(1)."""
        with self._condition:
            self._trains.add((change, resource_id))
        self.note(change, resource_id)

    def end_train(self) -> None:
        """The last change of the train was delivered. O(train)."""
        with self._condition:
            self._trains.clear()
            self._condition.notify_all()

    def note(self, change: int, resource_id: str) -> None:
        """A change was delivered, and what is to be done about it is noted already. O(1)."""
        delivered = change, resource_id
        with self._condition:
            self._changes[delivered] = None
            self._changes.move_to_end(delivered)
            if len(self._changes) > KEPT:
                self._changes.popitem(last=False)
            self._condition.notify_all()

    def wait_for(self, change: int, resource_id: str, at_most: float) -> bool:
        """Wait until that change is delivered, for `at_most` seconds or until `close`; whether it was."""
        wanted = change, resource_id
        with self._condition:
            self._condition.wait_for(lambda: self._closed or wanted in self._changes, at_most)
            is_delivered = wanted in self._changes
            if is_delivered:
                within = min(at_most, TRAIN_SECONDS)
                self._condition.wait_for(lambda: self._closed or wanted not in self._trains, within)
            return is_delivered

    def close(self) -> None:
        """End all waiting."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
