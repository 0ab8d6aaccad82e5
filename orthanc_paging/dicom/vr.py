"""Value representations (PS3.5 6.2): what kind of values an attribute has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

SEQUENCE = 'SQ'

UNKNOWN = 'UN'
"""The representation of a tag of which nothing is known (PS3.5 6.2.2)."""

WILDCARD_VRS = frozenset(('AE', 'CS', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UR', 'UT'))
"""The representations for which `*` and `?` are wildcards (PS3.4 C.2.2.2.4)."""

PADDING = ' \0\t\r\n'
"""Characters that may stand around a value, and are no part of it."""


class Kind(StrEnum):
    """What a value is. It decides how values are compared and matched."""

    TEXT = 'text'
    PASSAGE = 'passage'
    NAME = 'name'
    NUMBER = 'number'
    DATE = 'date'
    TIME = 'time'
    DATE_TIME = 'date and time'
    UID = 'UID'
    AGE = 'age'


_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(('LT', 'ST', 'UT', 'UR'), Kind.PASSAGE),
    **dict.fromkeys(('IS', 'DS', 'US', 'SS', 'UL', 'SL', 'UV', 'SV', 'FL', 'FD'), Kind.NUMBER),
    'PN': Kind.NAME,
    'DA': Kind.DATE,
    'TM': Kind.TIME,
    'DT': Kind.DATE_TIME,
    'UI': Kind.UID,
    'AS': Kind.AGE,
}

_IDENTIFIER_VRS = frozenset(('SH', 'LO', 'CS'))
_IDENTIFIER_ENDS = ('ID', 'IDs', 'Number')
"""How the keywords of identifiers end: PatientID, OtherPatientIDs, AccessionNumber."""


def kind_of(vr: str) -> Kind:
    """Return the kind of values of a value representation (PS3.5 6.2); text for all without a rule."""
    return _KINDS.get(vr, Kind.TEXT)


def is_identifier(vr: str, keyword: str) -> bool:
    """Return whether the values of an attribute are identifiers, which are sorted by the numbers in them."""
    return vr in _IDENTIFIER_VRS and keyword.endswith(_IDENTIFIER_ENDS)


def split_values(kind: Kind, value: str) -> Sequence[str]:
    r"""Return the values of an attribute (`\` between them). A passage is one value (PS3.5 6.2)."""
    return [value] if kind is Kind.PASSAGE or '\\' not in value else value.split('\\')
