"""The part of one Orthanc in a storm, from which it may rest while the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

import httpx

from tests.support.orthanc import Orthanc
from tests.support.waiting import STEP


_CLOSED_BY_ANOTHER_THREAD = 'Bad file descriptor'
"""httpx closes a connection that was idle for long, now and then just as another thread begins to use it."""


class Part:
    """An Orthanc that takes part in a storm, from any number of threads."""

    def __init__(self, orthanc: Orthanc) -> None:
        """Prepare the part of an Orthanc that is ready."""
        self.orthanc = orthanc
        self._users = 0
        self._rests = False
        self._changed = Condition()

    def use(self, act: Callable[[Orthanc], object]) -> None:
        """Do something with the Orthanc unless it rests. What breaks because it is killed is let pass."""
        with self._changed:
            if self._rests:
                self._changed.wait(STEP)
                return
            self._users += 1
        try:
            act(self.orthanc)
        except (httpx.TransportError, RuntimeError) as error:  # the latter is httpx's, for a client that is closed
            if not (self._rests or _CLOSED_BY_ANOTHER_THREAD in str(error)):
                raise
        finally:
            with self._changed:
                self._users -= 1
                self._changed.notify_all()

    @contextmanager
    def resting(self, *, at_once: bool) -> Iterator[Orthanc]:
        """Leave it out of the storm meanwhile; unless `at_once`, first wait for what is being done with it."""
        with self._changed:
            self._rests = True
            if not at_once:
                self._changed.wait_for(lambda: not self._users)
        try:
            yield self.orthanc
        finally:
            with self._changed:
                self._changed.wait_for(lambda: not self._users)
                self._rests = False
