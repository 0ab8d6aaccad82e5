"""A filter: several conditions, all of which a study must match."""

from __future__ import annotations

from dataclasses import dataclass

from ..studies.study import Study
from .condition import Condition

Key = tuple[tuple[str, str], ...]
"""The names and values of conditions."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions, all of which a study must match. Without conditions, every study matches."""

    conditions: tuple[Condition, ...] = ()

    @property
    def key(self) -> Key:
        """What identifies the filter, as a part of a key. It has the structure of the request."""
        return tuple(condition.key for condition in self.conditions)

    def matches(self, study: Study) -> bool:
        """Return whether a study matches: 1 to 2 µs for each condition."""
        for condition in self.conditions:  # noqa: SIM110 - a generator takes twice as long
            if not condition.matches(study):
                return False
        return True

    def matching(self, studies: list[Study]) -> list[Study]:
        """Return the studies that match, in their order. O(studies × conditions)."""
        found = studies
        for condition in self.conditions:
            found = list(filter(condition.matches, found))
        return found
