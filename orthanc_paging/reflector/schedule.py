"""Tasks: work on the index that no event starts, each in its own time and its own try."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from math import inf
from threading import Event as Flag

from ..errors import CannotStart, OrthancFailure
from ..figures import Figures
from ..orthanc_api.protocol import OrthancApi

RETRY_SECONDS = 1.0
"""The pause before a step is repeated that Orthanc did not answer."""


class Task:
    """A piece of work for the worker's thread, in small steps.

    Subclasses override what they need.
    """

    def begin(self) -> None:
        """The index is filled. Called once, before the first step and before any page is served."""

    def due_in(self) -> float:
        """Return the seconds until `step` has something to do: 0 for now, infinity for never."""
        return inf

    def step(self) -> None:
        """Do what is due: one call to Orthanc, or some small ones. Raises `OrthancFailure`."""

    def end(self) -> None:
        """No step follows. Whoever waits for this task is released."""


class Periodic(Task):
    """A function that is called every few seconds, the first time at once."""

    def __init__(
        self, seconds: float, function: Callable[[], object], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._function = function
        self._monotonic = monotonic
        self._next = 0.0

    def due_in(self) -> float:
        """Return the seconds until the next call."""
        return max(0.0, self._next - self._monotonic())

    def step(self) -> None:
        """Call the function. Raises what it raises."""
        self._next = self._monotonic() + self._seconds
        self._function()


class Attempts:
    """Knows which steps Orthanc did not answer, and whether it is worth trying again.

    `stop` is for any thread, everything else for the worker's.
    """

    def __init__(self, api: OrthancApi) -> None:
        self._api = api
        self._stopping = Flag()
        self._failing: set[object] = set()  # the steps that Orthanc did not answer at the last try

    @property
    def is_stopped(self) -> bool:
        """Whether nothing more is to be tried."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """End all waiting, now and from now on."""
        self._stopping.set()

    def once(self, step: Callable[[], object]) -> None:
        """Try a step. If Orthanc does not answer it, this waits for a second. Raises `CannotStart`."""
        try:
            step()
        except OrthancFailure as failure:
            self.failed(step, failure)
            self._stopping.wait(RETRY_SECONDS)
        except CannotStart:
            self.succeeded(step)
            raise
        else:
            self.succeeded(step)

    def failed(self, step: object, failure: OrthancFailure) -> None:
        """Record that Orthanc did not answer a step. The first one that fails is logged."""
        if not self._failing and not self.is_stopped:
            self._api.log_warning(f'Orthanc did not answer, trying again: {failure}')
        self._failing.add(step)

    def succeeded(self, step: object) -> None:
        """Record that Orthanc answered a step."""
        self._failing.discard(step)

    def report(self, error: Exception) -> None:
        """Log an unexpected exception that ended the thread. Its message may contain patient data."""
        self._api.log_error(f'no longer following Orthanc: {type(error).__name__}')

    def measure(self, figures: Figures) -> None:
        """Fill in whether Orthanc answers."""
        figures.orthanc_answers = not self._failing


class Schedule:
    """Runs tasks when they are due. If Orthanc does not answer one of them, the others go on."""

    def __init__(
        self, tasks: Sequence[Task], attempts: Attempts, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._tasks = tasks
        self._attempts = attempts
        self._monotonic = monotonic
        self._not_before: dict[Task, float] = {}  # tasks that Orthanc did not answer

    def begin(self) -> None:
        """Begin all tasks."""
        for task in self._tasks:
            task.begin()

    def due_in(self) -> float:
        """Return the seconds until a task is due: 0 for now, infinity for never. O(tasks)."""
        return min((self._due_in(task) for task in self._tasks), default=inf)

    def run(self) -> None:
        """Run one step of each task that is due."""
        for task in self._tasks:
            if not self._due_in(task):
                self._run(task)

    def run_all(self) -> None:
        """Run one step of each task, due or not."""
        for task in self._tasks:
            self._run(task)

    def end(self) -> None:
        """End all tasks."""
        for task in self._tasks:
            task.end()

    def _due_in(self, task: Task) -> float:
        return max(task.due_in(), self._not_before.get(task, 0.0) - self._monotonic())

    def _run(self, task: Task) -> None:
        try:
            task.step()
        except OrthancFailure as failure:
            self._attempts.failed(task, failure)
            self._not_before[task] = self._monotonic() + RETRY_SECONDS
        else:
            self._attempts.succeeded(task)
            self._not_before.pop(task, None)
