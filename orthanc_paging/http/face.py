"""A face: one way to request studies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .answer import Answer
from .request import Request


class Face(Protocol):
    """What serves the requests to some paths."""

    @property
    def path(self) -> str:
        """The regular expression of the paths."""

    @property
    def methods(self) -> Sequence[str]:
        """The methods that are allowed. Any other is answered by a 405."""

    @property
    def varies_by(self) -> Sequence[str]:
        """The request headers that decide what `serve` returns or raises."""

    def serve(self, request: Request) -> Answer:
        """Return the answer to a request of an allowed method. Raises `RequestError`."""
