"""Facets: the values of an attribute in some studies, and the number of studies with each value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ..dicom.dates_and_times import parse_date
from ..dicom.equality import canonical_of
from ..dicom.vr import PADDING, kind_of, split_values

Split = Callable[[str], Mapping[str, str]]
"""A function that returns the values in a text, as written, by their canonical forms (`dicom/equality.py`)."""


class Facet(NamedTuple):
    """A value, and the number of studies with it."""

    value: str
    studies: int


def facets(texts: Iterable[str], split: Split) -> list[Facet]:
    """Return the values in the texts of some studies, sorted by falling frequency, then by the value itself.

    Equal values are one. It is written as in the most frequent text that has it. O(n log n).
    """
    counts: Counter[str] = Counter()
    written: dict[str, tuple[int, str]] = {}
    for text, studies in Counter(texts).items():
        for form, value in split(text).items():
            counts[form] += studies
            candidate = -studies, value
            written[form] = min(written.get(form, candidate), candidate)
    found = [Facet(written[form][1], studies) for form, studies in counts.items()]
    return sorted(found, key=lambda facet: (-facet.studies, facet.value))


def values_of(vr: str) -> Split:
    r"""Return the function for an attribute: each of its values (`\` between them) once, without empty ones.

    A filter with a counted value in double quotes matches exactly the studies that are counted.
    """
    kind = kind_of(vr)
    canonical = canonical_of(kind)

    def values(text: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for value in split_values(kind, text):
            form = canonical(value)
            if form:
                found.setdefault(form, value.strip(PADDING))
        return found

    return values


def part_of_date(digits: int) -> Split:
    """Return the function for the years of dates (4 digits), or their years and months (6)."""

    def part(text: str) -> Mapping[str, str]:
        date = parse_date(text)
        return {date[:digits]: date[:digits]} if date else {}

    return part
