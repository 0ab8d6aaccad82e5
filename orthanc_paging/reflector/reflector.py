"""The life of the worker's thread: fill the index, then watch Orthanc (the pattern of client-go's reflector)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Thread
from typing import Protocol

from ..errors import CannotStart, Ended, NotReady
from ..figures import Figures
from .schedule import Attempts, Schedule
from .worker import Worker


class Start(Protocol):
    """A way to fill the index, in steps."""

    state: str
    """The state of the reflector meanwhile."""

    is_done: bool
    """Whether the index is filled."""

    total: int
    """The number of studies that there are to load, as far as it is known."""

    def step(self) -> None:
        """Go on. Raises `OrthancFailure`, after which the next step goes on from there, and `CannotStart`."""


class Reflector:
    """Keeps the index in step with Orthanc.

    `state` is 'starting', 'loading' (from a snapshot), 'listing', 'ready', 'stopped', or 'failed' if an unexpected
    exception ended the thread. The index is complete if the state is 'ready'.
    """

    def __init__(
        self,
        attempts: Attempts,
        starts: Sequence[Start],
        worker: Worker,
        watching: Schedule,
        always: Schedule,
    ) -> None:
        """The first of the `starts` that can fills the index.

        The tasks in `watching` run once it is filled, those in `always` from the beginning.
        """
        self.state = 'starting'
        self._attempts = attempts
        self._starts = starts
        self._worker = worker
        self._watching = watching
        self._always = always
        self._is_warm = False
        self._started = time.monotonic()
        self._filled: float | None = None
        self._thread = Thread(target=self._run, name='orthanc-paging', daemon=True)

    def start(self) -> None:
        """Begin to fill the index. Call this once, when Orthanc has started."""
        self._started = time.monotonic()
        self._thread.start()

    def stop(self) -> bool:
        """End the thread, at most one call to Orthanc later. Return whether the index was complete."""
        self._attempts.stop()
        self._worker.stop()
        if self._thread.is_alive():
            self._thread.join()
        was_ready = self.state == 'ready'
        self._end('stopped')
        return was_ready

    def check_ready(self) -> None:
        """Raise `NotReady` until the index is complete, and `Ended` if it never will be. From any thread."""
        state = self.state
        if state in ('stopped', 'failed'):
            raise Ended
        if state != 'ready':
            raise NotReady(state, self._worker.studies(), self._total())

    def measure(self, figures: Figures) -> None:
        """Fill in the state, and how long it took to fill the index."""
        figures.state = self.state
        figures.listed_total = self._total()
        figures.is_warm = self._is_warm
        figures.list_seconds = (self._filled or time.monotonic()) - self._started

    def _run(self) -> None:
        try:
            if self._fill():
                self._watching.begin()
                self._filled = time.monotonic()
                self.state = 'ready'
                self._watch()
        except Exception as error:  # an error of ours: pages end, Orthanc goes on
            self._end('failed')
            self._attempts.report(error)
            self._always.run_all()

    def _fill(self) -> bool:
        """Return whether the index is filled; False if everything ends before."""
        for start in self._starts:
            self.state = start.state
            try:
                while not (start.is_done or self._attempts.is_stopped):
                    self._attempts.once(start.step)
                    self._always.run()
            except CannotStart:
                continue
            self._is_warm = start.state == 'loading'
            return start.is_done
        return False

    def _watch(self) -> None:
        while self._worker.wait(min(self._watching.due_in(), self._always.due_in())):
            self._attempts.once(self._worker.work)
            self._watching.run()
            self._always.run()

    def _total(self) -> int:
        return max(start.total for start in self._starts)

    def _end(self, state: str) -> None:
        self.state = state
        self._watching.end()
