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
from .answer import JSON

DICOM_JSON = 'application/dicom+json'
CSV = 'text/csv; charset=utf-8'

BYTE_ORDER_MARK = b'\xef\xbb\xbf'
"""With it, Excel reads a file as UTF-8. Otherwise it uses the code page of the system: `MÃ¼ller` for `Müller`."""

FORMULA = ('=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠')
"""A spreadsheet may take a cell that begins with one of these for a formula. A formula is code, written by
whoever wrote the value (OWASP, CSV Injection)."""

PN_GROUPS = ('Alphabetic', 'Ideographic', 'Phonetic')


@dataclass(frozen=True, slots=True)
class Representation:
    """A form: its media type, the bytes of one study, and the bytes before, between and after studies."""

    media_type: str
    one: Callable[[Study], bytes]
    begin: bytes = b'['
    between: bytes = b','
    end: bytes = b']'

    def parts(self, studies: Sequence[Study], studies_a_part: int) -> Iterator[bytes]:
        """Yield the page, in parts of `studies_a_part` studies."""
        yield self.begin
        for at in range(0, len(studies), studies_a_part):
            some = self.between.join(map(self.one, studies[at : at + studies_a_part]))
            yield (self.between if at else b'') + some
        yield self.end


EXPANDED = Representation(JSON, lambda study: study.body)
"""A study as in `GET /studies/{id}`."""


def flat(attributes: Sequence[Attribute]) -> Representation:
    """Return JSON objects with the study's ID and these attributes, '' for a missing value: 1 µs each."""

    def one(study: Study) -> bytes:
        members = {'ID': study.id, **{attribute.keyword: value_of(attribute, study) for attribute in attributes}}
        return json.dumps(members, ensure_ascii=False, separators=(',', ':')).encode('utf-8', 'replace')

    return Representation(JSON, one)


def dicom_json(attributes: Sequence[Attribute]) -> Representation:
    """Return the DICOM JSON model (PS3.18 F.2) of those attributes that DICOM has. It has no missing values."""
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
    """Return CSV (RFC 4180): a line of names, then one for each study, with its ID and these attributes.

    A cell that may be a formula begins with an apostrophe.
    """

    def one(study: Study) -> bytes:
        return _line([study.id, *(_without_formula(value_of(attribute, study)) for attribute in attributes)])

    names = _line(['ID', *(attribute.keyword for attribute in attributes)])
    return Representation(CSV, one, begin=names, between=b'', end=b'')


def with_byte_order_mark(form: Representation) -> Representation:
    """Return the same form with a byte order mark at its beginning."""
    return replace(form, begin=BYTE_ORDER_MARK + form.begin)


def value_of(attribute: Attribute, study: Study) -> str:
    """Return the value as it is sent, without the padding of DICOM."""
    return attribute.value_of(study).strip('\0')


def _line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator='\r\n').writerow(cells)
    return line.getvalue().encode('utf-8', 'replace')


def _without_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _dicom_member(attribute: Attribute, value: str) -> dict[str, object]:
    """Return the member of an attribute, empty if its value is missing. An unknown VR has bytes (PS3.18 F.2.2)."""
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
    """Return a number of IS or DS as a number of JSON (PS3.18 F.2.3.1), the text if it is none."""
    try:
        number = int(text) if text.strip(' ').lstrip('+-').isdecimal() else float(text)
        return number if isfinite(number) else text
    except ValueError:
        return text or None
