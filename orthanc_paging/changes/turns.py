"""Requests of other threads to one working thread, which answers them in turns."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Condition, Lock
from typing import Generic, TypeVar

Result = TypeVar('Result')


class Wakeup:
    """Wakes the working thread. A call of `set` before the thread waits is not lost."""

    def __init__(self) -> None:
        self.condition = Condition()
        self.is_set = False  # guarded by the condition

    def set(self) -> None:
        """Wake the thread, now or at the next time that it waits."""
        with self.condition:
            self.is_set = True
            self.condition.notify_all()


class Turns(Generic[Result]):
    """The requests for one kind of work. One turn answers all requests that were made before it began.

    `request` is for any thread, all else for the working thread.
    """

    def __init__(self, wakeup: Wakeup) -> None:
        """`wakeup` wakes the working thread at each request."""
        self._wakeup = wakeup
        self._lock = Lock()  # guards what follows
        self._running: list[Future[Result]] | None = None  # the requests of the present turn
        self._waiting: list[Future[Result]] = []
        self._closed = False

    def request(self) -> Future[Result]:
        """Request a turn that begins from now on. The future is cancelled if all ends before the answer."""
        future: Future[Result] = Future()
        with self._lock:
            if self._closed:
                future.cancel()
            else:
                self._waiting.append(future)
        self._wakeup.set()
        return future

    def join(self) -> Future[Result]:
        """Return a future that the present turn answers, which must be running."""
        future: Future[Result] = Future()
        with self._lock:
            if self._running is None:
                future.cancel()
            else:
                self._running.append(future)
        return future

    def is_due(self) -> bool:
        """Return whether a request waits and no turn is running."""
        return bool(self._waiting) and self._running is None

    def is_running(self) -> bool:
        """Return whether a turn is running."""
        return self._running is not None

    def is_awaited(self) -> bool:
        """Return whether a turn is running that answers a request."""
        return bool(self._running)

    def begin(self) -> None:
        """Begin a turn for all requests that wait."""
        with self._lock:
            self._running, self._waiting = [*(self._running or ()), *self._waiting], []

    def answer(self, result: Result) -> None:
        """End the turn, if one is running, with this result."""
        with self._lock:
            ended, self._running = self._running or [], None
        for future in ended:
            future.set_result(result)

    def close(self) -> None:
        """Cancel all requests, now and from now on."""
        with self._lock:
            self._closed = True
            cancelled = [*(self._running or ()), *self._waiting]
            self._running, self._waiting = None, []
        for future in cancelled:
            future.cancel()
