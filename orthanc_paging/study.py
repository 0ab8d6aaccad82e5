"""A study as it is kept: the bytes that a page sends, and the values by which it is found and sorted."""

from __future__ import annotations

import json
import sys
from hashlib import blake2b
from typing import Any, TypeAlias

from .errors import NotAStudy

ExpandedStudy: TypeAlias = dict[str, Any]
"""What `GET /studies/{id}` gives: `ID`, `MainDicomTags`, `PatientMainDicomTags`, `Series`, …"""

_utf8 = json.JSONEncoder(separators=(',', ':'), ensure_ascii=False, check_circular=False).encode
_ascii = json.JSONEncoder(separators=(',', ':'), check_circular=False).encode

SMALL_PARTS = sys.getsizeof(b'') * 2 + 64 + 64
"""Bytes that a study takes beside its body and its ID: two headers of bytes, the object, its order key."""


class Study:
    """One expanded study. Never changes: a study that changed is another one with the same `id`.

    `id` is Orthanc's identifier, `body` the UTF-8 JSON that a page sends, `digest` eight bytes that differ
    where the bodies differ, `date` the StudyDate as Orthanc tells it ('' where it is missing).
    """

    __slots__ = ('body', 'date', 'digest', 'id')

    def __init__(self, identifier: str, body: bytes, date: str) -> None:
        self.id = identifier
        self.body = body
        self.date = sys.intern(date)
        self.digest = blake2b(body, digest_size=8).digest()

    def __repr__(self) -> str:
        """The ID alone: everything else is patient data, and a repr ends in logs."""
        return f'<Study {self.id}>'

    def expanded(self) -> ExpandedStudy:
        """The study as parsed JSON, made anew at each call."""
        expanded: ExpandedStudy = json.loads(self.body)
        return expanded

    def memory(self) -> int:
        """Bytes that this study holds, the containers that it stands in left out. Approximate."""
        return len(self.body) + len(self.id) + SMALL_PARTS


def from_expanded(expanded: ExpandedStudy) -> Study:
    """The study that is kept for what Orthanc told.

    Raises `NotAStudy` where there is no ID, or where a date is not text. Takes some 6 µs.
    """
    try:
        identifier, date = expanded['ID'], expanded['MainDicomTags'].get('StudyDate', '')
    except (TypeError, KeyError, AttributeError):
        raise NotAStudy('an expanded study has no ID or no MainDicomTags') from None
    if not (isinstance(identifier, str) and isinstance(date, str)):
        raise NotAStudy('the ID or the StudyDate of an expanded study is not text')
    return Study(identifier, _encode(expanded), date)


def series_of(expanded: ExpandedStudy) -> list[str]:
    """The IDs of the study's series, in Orthanc's order."""
    return list(expanded.get('Series', ()))


def _encode(expanded: ExpandedStudy) -> bytes:
    try:
        return _utf8(expanded).encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which UTF-8 cannot hold and JSON can, escaped
        return _ascii(expanded).encode()
