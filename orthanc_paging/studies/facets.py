"""Facets: the values of an attribute among some studies, and how many have each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ..values import moments

Split = Callable[[str], Sequence[str]]
"""The values that a text counts for."""


class Facet(NamedTuple):
    """A value, and the number of studies that have it."""

    value: str
    studies: int


def facets(texts: Iterable[str], split: Split) -> list[Facet]:
    """The values in the texts of some studies, the most frequent first, and equal ones by themselves. O(n)."""
    counts: Counter[str] = Counter()
    for text, studies in Counter(texts).items():
        for value in split(text):
            counts[value] += studies
    return sorted(map(Facet._make, counts.items()), key=lambda facet: (-facet.studies, facet.value))


def values(text: str) -> Sequence[str]:
    r"""Each of the several values of an attribute (`\` between them), once; none where it is missing."""
    if '\\' not in text:
        return [text] if text.strip(moments.PADDING) else []
    return [value for value in dict.fromkeys(text.split('\\')) if value.strip(moments.PADDING)]


def part_of_date(digits: int) -> Split:
    """The year of a date (4 digits), or the year and month (6); none where it is no date."""

    def part(text: str) -> Sequence[str]:
        date = moments.date(text)
        return [date[:digits]] if date else []

    return part
