"""What the routes have in common that ask the index: whether it can answer, and what the parameters mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ..errors import Ended, NotReady
from ..index.study_index import StudyIndex
from ..queries.parsers.parameters import ParameterParser
from ..queries.selection import Selection, selection_of
from ..reflector.reflector import ENDED, Reflector
from .freshness import Freshness, asks_for_fresh


class Questions:
    """Lets a route wait until its question can be answered, and parse it."""

    def __init__(
        self,
        index: StudyIndex,
        reflector: Reflector,
        freshness: Freshness,
        decode: Callable[[str], str],
        max_limit: int,
    ) -> None:
        self.decode = decode
        self._index = index
        self._reflector = reflector
        self._freshness = freshness
        self._max_limit = max_limit
        self._parser: ParameterParser | None = None

    def need_computed(self) -> None:
        """Raises `NotComputed` until modalities and numbers of instances are known of all studies."""
        self._reflector.computed_tags.check()

    def freshen_computed(self, headers: Mapping[str, str]) -> None:
        """Return when they are as fresh as is asked for. Raises `NotFresh`."""
        if asks_for_fresh(headers):
            self._freshness.wait_for_computed()

    def await_answer(self, headers: Mapping[str, str]) -> None:
        """Return when the index can answer, as fresh as is asked for.

        Raises `NotReady` until all is listed, and `Ended` where that will not be.
        """
        if not self._reflector.ready:
            if self._reflector.state in ENDED:
                raise Ended
            listing = self._reflector.listing
            raise NotReady(self._reflector.state, len(self._index), listing.total)
        if asks_for_fresh(headers):
            self._freshness.wait()

    @property
    def parser(self) -> ParameterParser:
        """What parses parameters, when the index is ready."""
        if self._parser is None:
            assert self._reflector.capabilities is not None
            schema = self._reflector.capabilities.schema
            if not self._reflector.computed_tags.is_on:
                schema = schema.without_computed()
            self._parser = ParameterParser(schema, self._max_limit)
        return self._parser

    def selection(self, parameters: Mapping[str, str], others: Sequence[str] = ()) -> Selection:
        """The studies that the filters among the parameters ask for. Raises `RequestError`."""
        return selection_of(self.parser.filter(parameters, others))

    def decoded(self, parameters: Iterable[tuple[str, str]]) -> dict[str, str]:
        """The parameters, percent-decoded; without the empty one that a stray & makes."""
        return {self.decode(name): self.decode(value) for name, value in parameters if name or value}
