"""A clock that a test sets."""

from dataclasses import dataclass


@dataclass
class Clock:
    """A time in seconds that passes only if a test says so."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds
