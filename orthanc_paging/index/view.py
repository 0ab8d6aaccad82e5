"""A view: the studies that match a filter, in one order. Changes keep it sorted, so that a page is a slice."""

from __future__ import annotations

from typing import NamedTuple

from ..queries.order import OrderKey
from ..queries.selection import Selection
from ..studies.study import Body, Study
from .sorted_bodies import SortedBodies

Place = tuple[OrderKey, Body]
"""The key of a study in a view, and its body."""


class Move(NamedTuple):
    """What a change of one study does to a view: the place that it leaves, and the one that it takes."""

    old: Place | None
    new: Place | None


class View:
    """The studies of a selection, as sorted `bodies`. Not locked: the index does that.

    `version` changes with each change of the content, and only then. `last_request` is the number of
    the last request for it, as `Views` counts them.
    """

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.version = 0
        self.last_request = 0
        self.conditions = frozenset(selection.filter.conditions)
        self.bodies = SortedBodies()

    def __len__(self) -> int:
        return len(self.bodies)

    def move(self, old: Study | None, new: Study | None) -> Move | None:
        """Return what the change of a study does to this view, None if nothing. Needs no lock. O(1).

        `old` is None if the study is new, `new` is None if it is deleted.
        """
        old_place, new_place = self._place(old), self._place(new)
        return Move(old_place, new_place) if old_place != new_place else None

    def apply(self, move: Move) -> None:
        """Apply a move. Raises ValueError if the view does not contain the old place. O(log n)."""
        if move.old is not None:
            self.bodies.remove(*move.old)
        if move.new is not None:
            self.bodies.add(*move.new)
        self.version += 1

    def _place(self, study: Study | None) -> Place | None:
        if study is None or not self.selection.filter.matches(study):
            return None
        return self.selection.order.key(study), study.body
