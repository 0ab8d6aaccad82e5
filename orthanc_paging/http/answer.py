"""An answer, as a face returns it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import NamedTuple

from ..errors import Json

Headers = tuple[tuple[str, str], ...]

Body = bytes | Iterator[bytes]
"""A whole body, or chunks of it that are sent one after the other."""

JSON = 'application/json'
TEXT = 'text/plain'

NO_CACHE = ('Cache-Control', 'private, no-cache')
"""A cache may keep the answer, and must check it before each use."""


class Answer(NamedTuple):
    """An answer. The body may be chunks only if the status is 200. `media_type` is '' if there is no body."""

    status: HTTPStatus
    headers: Headers = ()
    body: Body = b''
    media_type: str = ''


def json_answer(document: Json, indent: int | None = None) -> Answer:
    """Return a 200 with a JSON document that describes this moment."""
    return Answer(HTTPStatus.OK, (NO_CACHE,), json.dumps(document, indent=indent).encode(), JSON)


def not_modified(headers: Headers) -> Answer:
    """Return a 304, which has the headers of the 200 in its place (RFC 9110, 15.4.5)."""
    return Answer(HTTPStatus.NOT_MODIFIED, headers)
