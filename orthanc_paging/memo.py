"""A bounded memo: the results of a function, by its argument."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Argument = TypeVar('Argument')
Result = TypeVar('Result')


class Memo(dict[Argument, Result]):
    """The results of a pure function: `memo[argument]` computes a result once, and then keeps it. O(1).

    The memo keeps the first `limit` results. It computes all others anew each time, so its memory is bounded.
    Dates, descriptions and modalities come again and again, and so are mostly among the first.
    """

    def __init__(self, function: Callable[[Argument], Result], limit: int) -> None:
        super().__init__()
        self._function = function
        self._limit = limit

    def __missing__(self, argument: Argument) -> Result:
        result = self._function(argument)
        if len(self) < self._limit:
            self[argument] = result
        return result
