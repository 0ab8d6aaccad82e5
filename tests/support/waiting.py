"""Waiting in small steps until a condition or a deadline, never for a fixed time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar('T')

STEP = 0.01  # seconds; a small part of what any of the promises allows


def wait_until(condition: Callable[[], T], what: str, deadline: float = 10.0) -> T:
    """Call `condition` until its answer is true, and return that answer.

    `deadline` is in seconds. Raises AssertionError, which says `what` was waited for, once it has passed.
    """
    end = time.monotonic() + deadline
    while not (answer := condition()):
        if time.monotonic() > end:
            raise AssertionError(f'waited {deadline} s for {what}; the last answer was {answer!r}')
        time.sleep(STEP)
    return answer
