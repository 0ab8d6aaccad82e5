"""A face: one way to request studies."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from .answer import Answer
from .request import Request


class Face(ABC):
    """What serves the requests to some paths.

    `path` is the regular expression of the paths. `methods` are those that are allowed. Any other is answered by a
    405. `varies_by` are the request headers that decide what `serve` returns or raises.
    """

    path: str
    methods: Sequence[str] = ('GET',)
    varies_by: Sequence[str] = ()

    @abstractmethod
    def serve(self, request: Request) -> Answer:
        """Return the answer to a request of an allowed method. Raises `RequestError`."""
