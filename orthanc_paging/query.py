"""A request's parameters, parsed into what is asked for, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .errors import InvalidParameter, UnknownParameter

PARAMETERS = ('offset', 'limit')
IGNORED_PREFIX = '_'
"""Parameters that begin so are ignored: clients add them (`_=1700000000`) to get around caches."""

DIGITS = 18
"""The longest number that is taken: what is longer than a 64-bit integer is a mistake."""


class Query(NamedTuple):
    """Which part of the sorted studies is asked for; `limit` None is all that follow `offset`."""

    offset: int = 0
    limit: int | None = None


def parse_offset(value: str) -> int:
    """How many studies to leave out. Raises `InvalidParameter`."""
    offset = _whole_number(value)
    if offset is None:
        raise InvalidParameter('offset', value, f'a whole number, 0 or more, of at most {DIGITS} digits')
    return offset


def parse(parameters: Mapping[str, str], max_limit: int = 0) -> Query:
    """The query that `parameters` (percent-decoded) ask for.

    `max_limit` is `Paging.MaxLimit`; 0 for none. Raises `InvalidParameter` or `UnknownParameter`.
    """
    for name, value in parameters.items():
        if name not in PARAMETERS and not name.startswith(IGNORED_PREFIX):
            raise UnknownParameter(name, value, PARAMETERS)
    return Query(parse_offset(parameters.get('offset', '0')), _limit(parameters.get('limit'), max_limit))


def _limit(value: str | None, max_limit: int) -> int | None:
    limit = 0 if value is None else _whole_number(value)
    if limit is None or (max_limit and not 1 <= limit <= max_limit):
        expected = f'a whole number from 1 to {max_limit}' if max_limit else 'a whole number, 0 (all) or more'
        raise InvalidParameter('limit', value, expected)
    return limit or None


def _whole_number(value: str) -> int | None:
    """What the digits 0 to 9 tell, if it is them and not too many: `int` would take '1_000', '+1' and '١٢' too."""
    return int(value) if value.isdecimal() and value.isascii() and len(value) <= DIGITS else None
