"""Which studies the user of a request may see."""

from __future__ import annotations

from ..http.request import Request
from ..queries.scope import EVERYTHING, Scope


def scope_of(request: Request) -> Scope:  # noqa: ARG001
    """Return the condition that the answer to a request obeys. Today, each user may see all studies."""
    return EVERYTHING
