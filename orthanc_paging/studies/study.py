"""A study: the bytes that a page sends, and the values by which it is found and sorted."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from typing import Any, TypeAlias

from ..errors import NotAStudy

ExpandedStudy: TypeAlias = dict[str, Any]
"""What `GET /studies/{id}` returns: `ID`, `MainDicomTags`, `PatientMainDicomTags`, `Series`, …"""

Body: TypeAlias = bytes
"""One expanded study as UTF-8 JSON without white space. The ID comes first: see `id_of`. The other members
follow by their names, as Orthanc sorts them."""

Computed: TypeAlias = str
r"""The modalities of a study and the number of its instances, as `CT\SR 120`; '' until they are known."""

_IDENTIFIER = re.compile('[0-9a-f]{8}(-[0-9a-f]{8}){4}')
_BEFORE_ID = len('{"ID":"')
_AFTER_ID = _BEFORE_ID + 44

_utf8 = json.JSONEncoder(separators=(',', ':'), ensure_ascii=False, check_circular=False).encode
_ascii = json.JSONEncoder(separators=(',', ':'), check_circular=False).encode


class Study:
    """One expanded study. Its content never changes: a study that changed is another object with the same `id`.

    Only `index/layout.py` assigns a `body`, and only a copy that is equal.

    `id` is Orthanc's identifier, `body` what a page sends, `date` the StudyDate as in the body ('' if missing),
    `computed` the computed tags: modalities and number of instances.
    """

    __slots__ = ('body', 'computed', 'date', 'id')

    def __init__(self, identifier: str, body: Body, date: str, computed: Computed = '') -> None:
        self.id = identifier
        self.body = body
        self.date = date
        self.computed = computed

    def __repr__(self) -> str:
        """Return the ID alone: everything else is patient data, and a repr ends in logs."""
        return f'<Study {self.id}>'

    def with_computed(self, computed: Computed) -> Study:
        """Return the same study with these computed tags."""
        return Study(self.id, self.body, self.date, computed)

    def expanded(self) -> ExpandedStudy:
        """Return the study as parsed JSON, a new object at each call: 4 µs."""
        expanded: ExpandedStudy = json.loads(self.body)
        return expanded


def from_expanded(expanded: ExpandedStudy) -> Study:
    """Return the study of an expanded study: 6 µs. Raises `NotAStudy` if it has no valid ID, tags or StudyDate."""
    try:
        identifier, date = expanded['ID'], expanded['MainDicomTags'].get('StudyDate', '')
        if not (_IDENTIFIER.fullmatch(identifier) and isinstance(date, str)):
            raise NotAStudy('its ID or its StudyDate has an unexpected form')
    except (TypeError, KeyError, AttributeError):
        raise NotAStudy('it has no ID, or no MainDicomTags') from None
    members = ['ID', *sorted(expanded.keys() - {'ID'})]
    if list(expanded) != members:
        expanded = {member: expanded[member] for member in members}
    return Study(identifier, _encode(expanded), sys.intern(date))


def line_of(study: Study) -> bytes:
    """Return the study as one line without its end: the body, a tab and the computed tags.

    The body has no tab: JSON escapes control characters, and this JSON has no white space. The computed tags are
    not JSON, and Orthanc stores any text as a modality. If they cannot stand in a line, they become a JSON string.
    """
    if not study.computed:
        return study.body
    is_plain = study.computed.isprintable() and not study.computed.startswith('"')
    return b'%b\t%b' % (study.body, (study.computed if is_plain else _ascii(study.computed)).encode())


def from_line(line: bytes) -> tuple[Study, list[str]]:
    """Return the study of such a line, and the IDs of its series."""
    body, _, computed = line.partition(b'\t')
    text = json.loads(computed) if computed.startswith(b'"') else computed.decode()
    return from_body(body, sys.intern(text))


def from_body(body: Body, computed: Computed = '') -> tuple[Study, list[str]]:
    """Return the study with this body and computed tags, and the IDs of its series: 3 µs, or 8 µs if unusual.

    The body is searched, not parsed. JSON escapes a quote within a string. So a text that begins with a quote and
    ends with a brace or a bracket is found only at the member of that name. An unusual body is parsed.
    """
    tags = body.find(b',"MainDicomTags":{')
    patient = body.find(b'"PatientMainDicomTags":{', tags)
    series = body.rfind(b'"Series":["')
    end = body.find(b'"]', series)
    if -1 in (tags, patient, series, end):
        return _from_parsed(body, computed)
    at = body.find(b'"StudyDate":"', tags, patient)
    date = body[at + 13 : body.find(b'"', at + 13)] if at != -1 else b''
    is_doubtful = at != -1 and body.find(b':[{', tags, at) != -1  # the date may be in a sequence before it
    if is_doubtful or date.find(b'\\') != -1:  # `in` takes four times as long for bytes
        return _from_parsed(body, computed)
    study = Study(id_of(body), body, sys.intern(date.decode()), computed)
    return study, body[series + 11 : end].decode().split('","')


def computed_of(modalities: Iterable[str], instances: int) -> Computed:
    """Return the computed tags of a study. Equal ones are one string in memory."""
    names = '\\'.join(sorted({modality for modality in modalities if modality}))
    return sys.intern(f'{names} {instances}')


def series_of(expanded: ExpandedStudy) -> list[str]:
    """Return the IDs of the study's series."""
    return list(expanded.get('Series', ()))


def id_of(body: Body) -> str:
    """Return the ID of the study with this body: 0.1 µs."""
    return body[_BEFORE_ID:_AFTER_ID].decode()


def _from_parsed(body: Body, computed: Computed) -> tuple[Study, list[str]]:
    expanded: ExpandedStudy = json.loads(body)
    date = expanded['MainDicomTags'].get('StudyDate', '')
    return Study(id_of(body), body, sys.intern(date), computed), series_of(expanded)


def _encode(expanded: ExpandedStudy) -> Body:
    try:
        return _utf8(expanded).encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can escape, and UTF-8 cannot encode
        return _ascii(expanded).encode()
