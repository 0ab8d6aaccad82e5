"""The preconditions of an answer from the index. Each face waits for them here, in one call."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Protocol, TypeVar

from ..http.request import Request
from ..orthanc_api.protocol import OrthancApi
from ..queries.parsers.parameters import ParameterParser
from ..queries.scope import Scope
from ..reflector.reflector import Reflector
from .freshness import Freshness
from .scope import scope_of

MOST_SCOPES = 64
"""Scopes whose parsers are kept. A parser takes some µs to make."""


class Question(Protocol):
    """A parsed request."""

    @property
    def needs_computed(self) -> bool:
        """Whether an answer filters, sorts or counts by computed tags, so that all of them must be known."""

    @property
    def contains_computed(self) -> bool:
        """Whether an answer depends on computed tags, or contains them."""


QuestionT = TypeVar('QuestionT', bound=Question)


class Readiness:
    """Parses a request, within its scope, when the index can answer it."""

    def __init__(
        self,
        api: OrthancApi,
        reflector: Reflector,
        freshness: Freshness,
        max_limit: int,
        scope_of: Callable[[Request], Scope] = scope_of,
    ) -> None:
        self._api = api
        self._reflector = reflector
        self._freshness = freshness
        self._max_limit = max_limit
        self._scope_of = scope_of
        self._parser = lru_cache(MOST_SCOPES)(self._new_parser)

    def question(self, request: Request, parse: Callable[[Request, ParameterParser], QuestionT]) -> QuestionT:
        """Return what `parse` makes of the request, when the index can answer that, as fresh as requested.

        Raises `RequestError`: `NotReady` until all studies are listed, `Ended` if they will not be, `NotComputed`
        until the computed tags are known that the question needs, `NotFresh` after five seconds.
        """
        question = parse(request, self.parser(request))
        if question.needs_computed:
            self._freshness.check_computed()
        if request.requires_fresh:
            self._freshness.wait()
            if question.contains_computed:
                self._freshness.wait_for_computed()
        return question

    def parser(self, request: Request) -> ParameterParser:
        """Return the parser of the request's scope. Raises `NotReady` or `Ended` if the index is not ready."""
        self._reflector.check_ready()
        return self._parser(self._scope_of(request))

    def _new_parser(self, scope: Scope) -> ParameterParser:
        return ParameterParser(self._api.capabilities().schema, self._max_limit, scope)
