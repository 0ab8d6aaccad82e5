"""Equality: which stored values are the same, for a value in double quotes and for facets; missing values."""

from __future__ import annotations

from collections.abc import Callable

from .folding import fold, groups
from .vr import PADDING, Kind, split_values

QUOTE = '"'


def unquoted(text: str) -> str | None:
    """Return the text between the double quotes at its ends; None if it has none there. It may contain others."""
    text = text.strip(PADDING)
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == QUOTE else None


def canonical_of(kind: Kind) -> Callable[[str], str]:
    """Return the canonical form of values of that kind, as a function: 0.1 to 0.8 µs a value.

    Equal values share it. It is '' for a missing value.

    Texts are folded. Names are equal if all their component groups are; a name without components is missing.
    Dates, times, numbers and UIDs are equal if they are written alike, even without the form that DICOM requires.
    """
    match kind:
        case Kind.TEXT | Kind.PASSAGE | Kind.AGE:
            return fold
        case Kind.NAME:
            return _name
        case Kind.DATE_TIME:
            return _date_time
        case Kind.NUMBER | Kind.DATE | Kind.TIME | Kind.UID:
            return _as_written


def is_missing(kind: Kind, value: str) -> bool:
    """Return whether an attribute has no value, or only empty ones (PS3.4 C.2.2.2, Empty Value Matching)."""
    return not value or not any(map(canonical_of(kind), split_values(kind, value)))


def _name(value: str) -> str:
    return '='.join(groups(value))


def _as_written(value: str) -> str:
    return value.strip(PADDING)


def _date_time(value: str) -> str:
    """Return the value without the T that Orthanc writes in `LastUpdate`."""
    return value.strip(PADDING).replace('T', '')
