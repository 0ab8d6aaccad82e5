"""Whole values: which stored values are the same, for a value in quotes and for facets."""

from __future__ import annotations

from collections.abc import Callable

from .folding import fold, groups
from .vr import PADDING, Kind, split_values

Canonical = Callable[[str], str]
"""What two values have in common if they are the same; '' for a missing value."""

QUOTE = '"'


def unquoted(text: str) -> str | None:
    """The text between the double quotes at its ends; None if it has none there. It may contain others."""
    text = text.strip(PADDING)
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == QUOTE else None


def canonical_of(kind: Kind) -> Canonical:
    """What is the same in two values of that kind if they are the same value: 0.1 to 0.8 µs.

    Texts are folded. Names are the same if all their component groups are, so that a name without components is a
    missing value. Dates, times, numbers and UIDs are the same if they are written alike, whether or not they have
    the form that DICOM requires.
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
    """Whether an attribute has no value, or none but empty ones (PS3.4 C.2.2.2, Empty Value Matching)."""
    return not value or not any(map(canonical_of(kind), split_values(kind, value)))


def _name(value: str) -> str:
    return '='.join(groups(value))


def _as_written(value: str) -> str:
    return value.strip(PADDING)


def _date_time(value: str) -> str:
    """Without the T that Orthanc writes in `LastUpdate`."""
    return value.strip(PADDING).replace('T', '')
