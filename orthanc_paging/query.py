"""A request's parameters, parsed into what is asked for, or refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .errors import InvalidParameter, UnknownParameter

PARAMETERS = ('offset', 'limit')
IGNORED_PREFIX = '_'
"""Parameters that begin so are ignored: clients add them (`_=1700000000`) to get around caches."""

_WHOLE_NUMBER = re.compile(r'[0-9]{1,18}')


@dataclass(frozen=True, slots=True)
class Query:
    """Which part of the sorted studies is asked for; `limit` None is all that follow `offset`."""

    offset: int = 0
    limit: int | None = None


def parse(parameters: Mapping[str, str], max_limit: int = 0) -> Query:
    """The query that `parameters` (percent-decoding already done) ask for.

    `max_limit` is `Paging.MaxLimit`; 0 for none. Raises `InvalidParameter` or `UnknownParameter`.
    """
    for name, value in parameters.items():
        if name not in PARAMETERS and not name.startswith(IGNORED_PREFIX):
            raise UnknownParameter(name, value, PARAMETERS)
    return Query(_offset(parameters.get('offset')), _limit(parameters.get('limit'), max_limit))


def _offset(value: str | None) -> int:
    if value is None:
        return 0
    if not _WHOLE_NUMBER.fullmatch(value):
        raise InvalidParameter('offset', value, 'a whole number, 0 or more, of at most 18 digits')
    return int(value)


def _limit(value: str | None, max_limit: int) -> int | None:
    expected = f'a whole number from 1 to {max_limit}' if max_limit else 'a whole number, 0 (all) or more'
    if value is not None and not _WHOLE_NUMBER.fullmatch(value):
        raise InvalidParameter('limit', value, expected)
    limit = int(value or 0)
    if max_limit and not 1 <= limit <= max_limit:
        raise InvalidParameter('limit', value, expected)
    return limit or None
