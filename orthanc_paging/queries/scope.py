"""Which studies a request's user may see: a condition that every answer to the request obeys."""

from __future__ import annotations

from dataclasses import dataclass

from .condition import Condition
from .filter import Filter, Key


@dataclass(frozen=True, slots=True)
class Scope:
    """The conditions that a study meets if the user may see it. Two scopes are equal if their conditions are."""

    conditions: tuple[Condition, ...] = ()

    @property
    def key(self) -> Key:
        """The scope as a part of a key by which something is kept."""
        return Filter(self.conditions).key

    def narrow(self, filter_: Filter) -> Filter:
        """Return the filter of the studies that match and that the user may see."""
        return Filter((*self.conditions, *filter_.conditions))


EVERYTHING = Scope()
"""The scope of a user who may see all studies."""
