"""What other threads ask of the reflector's, answered in turns: those who asked meanwhile wait for the next."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

Result = TypeVar('Result')


class Turns(Generic[Result]):
    """Those who ask, and wait for the answer. `ask` is for any thread, all else for the one that answers."""

    def __init__(self) -> None:
        self._taken: list[Future[Result]] = []  # whom the present turn answers
        self._lock = Lock()  # guards what follows
        self._waiting: list[Future[Result]] = []
        self._closed = False

    def ask(self) -> Future[Result]:
        """Ask for a turn that begins from now on; cancelled where all ends before it is over."""
        asked: Future[Result] = Future()
        with self._lock:
            if self._closed:
                asked.cancel()
            else:
                self._waiting.append(asked)
        return asked

    def is_due(self) -> bool:
        """Whether somebody waits, and nobody is being answered."""
        return bool(self._waiting) and not self._taken

    def is_taken(self) -> bool:
        """Whether somebody is being answered."""
        return bool(self._taken)

    def take(self) -> None:
        """Begin a turn for all who wait: to be called where it is due."""
        with self._lock:
            self._taken, self._waiting = self._waiting, []

    def answer(self, result: Result) -> None:
        """End the turn."""
        taken, self._taken = self._taken, []
        for asked in taken:
            asked.set_result(result)

    def close(self) -> None:
        """Cancel what was asked for, now and from now on."""
        with self._lock:
            self._closed = True
            waiting, self._waiting = self._waiting + self._taken, []
        for asked in waiting:
            asked.cancel()
