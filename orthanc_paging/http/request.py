"""A request, as a face receives it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote_plus

NOTHING: Mapping[str, str] = MappingProxyType({})

Items = tuple[tuple[str, str], ...]
"""Parameters in the order of the request, as part of a key by which something is kept."""


class Request(NamedTuple):
    """A request.

    `groups` are the parts of the path that the groups of the face's regular expression match. `parameters` are
    percent-decoded. The names of `headers` are in lower case.
    """

    method: str
    path: str
    groups: tuple[str, ...] = ()
    parameters: Mapping[str, str] = NOTHING
    headers: Mapping[str, str] = NOTHING
    body: bytes = b''

    def header(self, name: str) -> str:
        """Return the value of a header, '' if the request has none of that name."""
        return self.headers.get(name, '')

    @property
    def requires_fresh(self) -> bool:
        """Whether the header `Cache-Control` has the directive `no-cache` (RFC 9111, 5.2.1.4).

        The client then requires an answer that contains everything that was committed before.
        """
        value = self.headers.get('cache-control')
        return value is not None and any(
            part.partition('=')[0].strip().lower() == 'no-cache' for part in value.split(',')
        )

    def items(self) -> Items:
        """Return the parameters as a part of a key."""
        return tuple(self.parameters.items())


def decoded(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return percent-decoded parameters. Of two names that are equal when decoded, the last counts: 1 µs."""
    return {_decoded(name): _decoded(value) for name, value in parameters.items()}


def _decoded(text: str) -> str:
    return unquote_plus(text) if '%' in text or '+' in text else text
