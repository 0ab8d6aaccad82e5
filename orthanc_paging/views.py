"""The views that are held: each built at its first question, the ones not asked lately dropped."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from threading import Event as Flag
from threading import Lock

from .order import OrderKey
from .selection import ALL, Selection
from .study import Study
from .view import View

STEP = 1_000
"""Studies that are sorted at a time: some 2 ms during which no other Python code runs."""

FEW = 100
"""Changes that are made up for while everybody waits; where there are more, that is done before."""

ALL_STUDIES_TIMES = 4
"""How many studies all views but the default one hold together, at most: so many times those of the index."""

Change = tuple[Study | None, Study | None]
"""A study as it was and as it is; None where it was not there, or is not."""


class Views:
    """The views of an index, the default one always, of others `most` at most. `lock` guards it all.

    Where nothing else is said, a method is to be called with the lock held.
    """

    def __init__(self, lock: Lock, studies: Callable[[], list[Study]], most: int) -> None:
        self._lock = lock
        self._studies = studies
        self._most = most
        self.default = View(ALL)
        self._others: OrderedDict[str, View] = OrderedDict()  # by selection, the one asked last at the end
        self._building: dict[str, _Building] = {}

    def __iter__(self) -> Iterator[View]:
        """All views that are held."""
        yield self.default
        yield from self._others.values()

    def replace(self, old: Study | None, new: Study | None) -> None:
        """Let a study be as it is now, in each of them. O(views · log n)."""
        for view in self:
            view.replace(old, new)
        for building in self._building.values():
            building.changes.append((old, new))

    def held(self, selection: Selection) -> View | None:
        """The view of a selection, where it is held; it then counts as asked just now. O(1)."""
        if selection is ALL:
            return self.default
        view = self._others.get(selection.name)
        if view is not None:
            self._others.move_to_end(selection.name)
        return view

    def build(self, selection: Selection) -> None:
        """See that the view is held, without the lock held; who asks for the same waits for one build.

        O(n log n): some µs a study, in small steps.
        """
        with self._lock:
            if self.held(selection) is not None:
                return
            building = self._building.get(selection.name)
            is_mine = building is None
            if building is None:
                building = self._building[selection.name] = _Building(selection)
                studies = self._studies()
        if not is_mine:
            building.is_over.wait()
            return
        try:
            building.fill(studies)
            while building.has_many_changes():
                building.make_up(building.take_changes(self._lock))
            with self._lock:
                building.make_up(building.changes)
                self._others[selection.name] = building.view
                self._drop_surplus()
        finally:
            with self._lock:
                del self._building[selection.name]
            building.is_over.set()

    def _drop_surplus(self) -> None:
        room = ALL_STUDIES_TIMES * len(self.default)
        while len(self._others) > 1 and (
            len(self._others) > self._most or sum(map(len, self._others.values())) > room
        ):
            self._others.popitem(last=False)


class _Building:
    """A view that is being built, and the changes that it has to make up for."""

    def __init__(self, selection: Selection) -> None:
        self.view = View(selection)
        self.changes: list[Change] = []
        self.is_over = Flag()

    def fill(self, studies: Sequence[Study]) -> None:
        """Put those in that match; sorted in steps and merged, since one sort would stop all other Python code."""
        matches, key = self.view.selection.filter.matches, self.view.selection.order.key
        runs: list[list[tuple[OrderKey, Study]]] = []
        for at in range(0, len(studies), STEP):
            rows = [(key(study), study) for study in studies[at : at + STEP] if matches(study.body)]
            runs.append(sorted(rows, key=_first))
        for order_key, study in merge(*runs, key=_first):
            self.view.insert(study, order_key)

    def has_many_changes(self) -> bool:
        return len(self.changes) > FEW

    def take_changes(self, lock: Lock) -> list[Change]:
        with lock:
            changes, self.changes = self.changes, []
        return changes

    def make_up(self, changes: Sequence[Change]) -> None:
        for old, new in changes:
            self.view.replace(old, new)


def _first(row: tuple[OrderKey, Study]) -> OrderKey:
    return row[0]
