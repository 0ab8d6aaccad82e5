"""The changes that Orthanc delivered, as far as anybody may still wait for one of them."""

from __future__ import annotations

from collections import OrderedDict
from threading import Condition

KEPT = 10_000
"""Some thousand uploads' worth, 3 MB."""


class Delivered:
    """The last changes delivered. Any thread notes, and any waits."""

    def __init__(self) -> None:
        self._condition = Condition()  # guards all that follows
        self._changes: OrderedDict[tuple[int, str], None] = OrderedDict()  # the oldest first
        self._closed = False

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
            return wanted in self._changes

    def close(self) -> None:
        """End all waiting."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
