"""The forms in which a page of studies is sent: expanded studies, a few fields of them, DICOM JSON, or CSV."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from ..dicom.vr import UNKNOWN, Kind, kind_of
from ..studies.attributes import Attribute, Source
from ..studies.study import Study

JSON = 'application/json'
DICOM_JSON = 'application/dicom+json'
CSV = 'text/csv; charset=utf-8'

BYTE_ORDER_MARK = b'\xef\xbb\xbf'
"""With it, Excel reads a file as UTF-8. Else it takes the system's code page, and `Müller` becomes `MÃ¼ller`."""

FORMULA = ('=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠')
"""A cell that begins with one of these may be a formula for a spreadsheet: code from whoever wrote the value
(OWASP, CSV Injection)."""

PN_GROUPS = ('Alphabetic', 'Ideographic', 'Phonetic')


@dataclass(frozen=True, slots=True)
class Representation:
    """A form: its media type, what a study is in it, and what stands before, between and after studies."""

    media_type: str
    one: Callable[[Study], bytes]
    begin: bytes = b'['
    between: bytes = b','
    end: bytes = b']'

    def parts(self, studies: Sequence[Study], studies_a_part: int) -> Iterator[bytes]:
        """The page, in parts of so many studies."""
        yield self.begin
        for at in range(0, len(studies), studies_a_part):
            some = self.between.join(map(self.one, studies[at : at + studies_a_part]))
            yield (self.between if at else b'') + some
        yield self.end


EXPANDED = Representation(JSON, lambda study: study.body)
"""A study as in `GET /studies/{id}`."""


def flat(attributes: Sequence[Attribute]) -> Representation:
    """JSON with the study's ID and these attributes alone, '' where one is missing: 1 µs for each."""

    def one(study: Study) -> bytes:
        members = {'ID': study.id, **{attribute.keyword: value_of(attribute, study) for attribute in attributes}}
        return json.dumps(members, ensure_ascii=False, separators=(',', ':')).encode('utf-8', 'replace')

    return Representation(JSON, one)


def dicom_json(attributes: Sequence[Attribute]) -> Representation:
    """The DICOM JSON model (PS3.18 F.2) of those attributes that are DICOM's; a missing one is left out."""
    kept = [attribute for attribute in attributes if attribute.source is not Source.RESOURCE]

    def one(study: Study) -> bytes:
        members = {
            attribute.tag.replace(',', '').upper(): member
            for attribute in sorted(kept, key=lambda attribute: attribute.tag)
            if (member := _dicom_member(attribute, value_of(attribute, study)))
        }
        return json.dumps(members, ensure_ascii=False, separators=(',', ':')).encode('utf-8', 'replace')

    return Representation(DICOM_JSON, one)


def comma_separated(attributes: Sequence[Attribute]) -> Representation:
    """A line for each study under a line of names (RFC 4180): its ID and these attributes. Formulas are void."""

    def one(study: Study) -> bytes:
        return _line([study.id, *(_defused(value_of(attribute, study)) for attribute in attributes)])

    names = _line(['ID', *(attribute.keyword for attribute in attributes)])
    return Representation(CSV, one, begin=names, between=b'', end=b'')


def with_byte_order_mark(form: Representation) -> Representation:
    """The same form, marked as UTF-8 for programs that would not know it otherwise."""
    return replace(form, begin=BYTE_ORDER_MARK + form.begin)


def value_of(attribute: Attribute, study: Study) -> str:
    """Return the value as it is sent, without the padding of DICOM."""
    return attribute.value_of(study).strip('\0')


def _line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator='\r\n').writerow(cells)
    return line.getvalue().encode('utf-8', 'replace')


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _dicom_member(attribute: Attribute, value: str) -> dict[str, object]:
    """The member of an attribute; none where it is missing. An unknown VR has bytes (PS3.18 F.2.2)."""
    if attribute.vr == UNKNOWN and value:
        return {'vr': UNKNOWN, 'InlineBinary': base64.b64encode(value.encode('utf-8', 'replace')).decode()}
    values = _dicom_values(attribute, value)
    return {'vr': attribute.vr, 'Value': values} if values else {}


def _dicom_values(attribute: Attribute, value: str) -> list[object]:
    kind = kind_of(attribute.vr)
    values = [value] if kind is Kind.PASSAGE else value.split('\\')
    if not any(values):
        return []
    if kind is Kind.NAME:
        return [dict(zip(PN_GROUPS, one.split('='), strict=False)) if one else None for one in values]
    if kind is Kind.NUMBER:
        return [_number(one) for one in values]
    return [one or None for one in values]


def _number(text: str) -> int | float | str | None:
    """A number of JSON where it is one, as PS3.18 F.2.3.1 lets IS and DS be; else the text."""
    try:
        number = int(text) if text.strip(' ').lstrip('+-').isdecimal() else float(text)
        return number if isfinite(number) else text
    except ValueError:
        return text or None
