"""Facets: the values of an attribute among some studies, and how many have each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from . import moments
from .attributes import Attribute, labels_in
from .study import Study

ValuesOf = Callable[[Study], Sequence[str]]
"""The values that a study counts for."""


class Facet(NamedTuple):
    """A value, and the number of studies that have it."""

    value: str
    studies: int


def facets(studies: Iterable[Study], values_of: ValuesOf) -> list[Facet]:
    """The values of these studies, the most frequent first, and equal ones by themselves. O(n), 1 µs for each."""
    counts: Counter[str] = Counter()
    for study in studies:
        counts.update(values_of(study))
    return sorted(map(Facet._make, counts.items()), key=lambda facet: (-facet.studies, facet.value))


def values_of(attribute: Attribute) -> ValuesOf:
    r"""Each of the attribute's values (`\` between them), once; none where it is missing."""
    value_of = attribute.value_of

    def values(study: Study) -> Sequence[str]:
        told = value_of(study)
        if '\\' not in told:
            return [told] if told.strip(moments.PADDING) else []
        return [value for value in dict.fromkeys(told.split('\\')) if value.strip(moments.PADDING)]

    return values


def labels_of(study: Study) -> Sequence[str]:
    """The labels of a study."""
    return labels_in(study.body)


def part_of_date(attribute: Attribute, digits: int) -> ValuesOf:
    """The year of a date (4 digits), or the year and month (6); none where it is no date."""

    def part(study: Study) -> Sequence[str]:
        date = moments.date(attribute.value_of(study))
        return [date[:digits]] if date else []

    return part
