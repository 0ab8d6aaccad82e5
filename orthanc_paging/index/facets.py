"""Facets: the values of an attribute among some studies, and how many have each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ..dicom.dates_and_times import parse_date
from ..dicom.equality import canonical_of
from ..dicom.vr import PADDING, kind_of, split_values

Split = Callable[[str], Mapping[str, str]]
"""The values that a text counts for, as they are written, by what equal ones have in common (`dicom.equality`)."""


class Facet(NamedTuple):
    """A value, and the number of studies that have it."""

    value: str
    studies: int


def facets(texts: Iterable[str], split: Split) -> list[Facet]:
    """The values in the texts of some studies, the most frequent first, and equally frequent ones by themselves.

    Equal values are one, written as in the most frequent text of those that have it. O(n log n).
    """
    counts: Counter[str] = Counter()
    written: dict[str, tuple[int, str]] = {}
    for text, studies in Counter(texts).items():
        for whole, value in split(text).items():
            counts[whole] += studies
            candidate = -studies, value
            written[whole] = min(written.get(whole, candidate), candidate)
    found = [Facet(written[whole][1], studies) for whole, studies in counts.items()]
    return sorted(found, key=lambda facet: (-facet.studies, facet.value))


def values_of(vr: str) -> Split:
    r"""Each of the several values of an attribute (`\` between them), once; none for those that are empty.

    In double quotes, a value that is counted matches exactly the studies that it is counted for.
    """
    kind = kind_of(vr)
    whole_value = canonical_of(kind)

    def values(text: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for value in split_values(kind, text):
            whole = whole_value(value)
            if whole:
                found.setdefault(whole, value.strip(PADDING))
        return found

    return values


def part_of_date(digits: int) -> Split:
    """The year of a date (4 digits), or the year and month (6); none if it is no date."""

    def part(text: str) -> Mapping[str, str]:
        date = parse_date(text)
        return {date[:digits]: date[:digits]} if date else {}

    return part
