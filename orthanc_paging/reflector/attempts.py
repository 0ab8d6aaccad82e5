"""Steps that call Orthanc, repeated until Orthanc answers."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event as Flag

from ..errors import CannotStart, OrthancFailure
from ..figures import Figures
from ..orthanc_api.protocol import OrthancApi

RETRY_SECONDS = 1.0


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

    def once(self, step: Callable[[], object]) -> bool:
        """Return whether Orthanc answered a step. If it did not, this waits for a second."""
        try:
            step()
        except OrthancFailure as failure:
            self.failed(step, failure)
            self._stopping.wait(RETRY_SECONDS)
            return False
        except CannotStart:
            self.succeeded(step)
            raise
        self.succeeded(step)
        return True

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
