"""The part of one Orthanc in a storm, from which it may rest while the others go on."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from threading import Condition

import httpx

from tests.support.orthanc import Orthanc
from tests.support.waiting import STEP


class Part:
    """An Orthanc that takes part in a storm, from any number of threads."""

    def __init__(self, orthanc: Orthanc) -> None:
        """Prepare the part of an Orthanc that is ready."""
        self.orthanc = orthanc
        self._users = 0
        self._rests = False
        self._changed = Condition()

    def use(self, act: Callable[[Orthanc], object]) -> None:
        """Do something with the Orthanc unless it rests. What breaks because it is struck is let pass."""
        with self._changed:
            if self._rests:
                self._changed.wait(STEP)
                return
            self._users += 1
        try:
            act(self.orthanc)
        except (httpx.TransportError, JSONDecodeError):  # the latter for a page that a kill cut short
            if not self._rests:
                raise
        finally:
            with self._changed:
                self._users -= 1
                self._changed.notify_all()

    @contextmanager
    def resting(self, *, struck: bool) -> Iterator[Orthanc]:
        """Leave it out of the storm meanwhile, once nothing is being done with it any more.

        If `struck`, its process is killed at once. Otherwise the requests that have begun end first.
        """
        with self._changed:
            self._rests = True
        if struck:
            os.kill(self.orthanc.pid, signal.SIGKILL)
        with self._changed:
            self._changed.wait_for(lambda: not self._users)
        try:
            yield self.orthanc
        finally:
            self._rests = False
