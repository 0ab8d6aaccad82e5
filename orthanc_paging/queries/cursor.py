"""Cursors: where a page ends, in a text that is valid after a restart, and on every Orthanc with the same studies.

A cursor holds the order key of the last study of a page (or the first, to go back), and by which selection it was
made. So it goes on where it stood, whatever became of that study.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import NamedTuple

from ..errors import InvalidParameter
from .order import OrderKey
from .selection import DIGEST_SIZE, Selection

FORWARD, BACK = b'\1', b'\2'
EXPECTED = 'a cursor from a header Link of the same sort and filters'


class Cursor(NamedTuple):
    """A place in a view: before or after the key of a study."""

    key: OrderKey
    is_back: bool = False


def encode(cursor: Cursor, selection: Selection) -> str:
    """The text of a cursor, which needs no escape in an address: 1 µs."""
    told = (BACK if cursor.is_back else FORWARD) + selection.digest + cursor.key
    return urlsafe_b64encode(told).rstrip(b'=').decode()


def decode(text: str, selection: Selection) -> Cursor:
    """The cursor of a text. Raises `InvalidParameter` where it is of another selection, or none."""
    try:
        told = urlsafe_b64decode(text.encode('ascii') + b'=' * (-len(text) % 4))
    except (Error, ValueError):
        raise InvalidParameter('cursor', text, EXPECTED) from None
    direction, digest, key = told[:1], told[1 : 1 + DIGEST_SIZE], told[1 + DIGEST_SIZE :]
    if direction not in (FORWARD, BACK) or digest != selection.digest:
        raise InvalidParameter('cursor', text, EXPECTED)
    return Cursor(key, direction == BACK)
