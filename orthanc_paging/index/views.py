"""The views that are held: each built at its first question, the ones not asked lately dropped."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from threading import Event as Flag
from threading import Lock

from ..queries.filter import Filter
from ..queries.selection import ALL, Key, Selection
from ..studies.study import Body, Study
from .past import Past
from .runs import Run, merged, run_of
from .search import Candidates
from .view import View

FEW = 100
"""Changes that are made up for at a time, while everybody waits: some 3 ms."""

ALL_STUDIES_TIMES = 4
"""How many studies all views but the default one hold together, at most: so many times those of the index."""


class Views:
    """The views of an index, the default one always, of others `most` at most. `lock` guards it all.

    Where nothing else is said, a method is to be called with the lock held.
    """

    def __init__(self, lock: Lock, studies: Mapping[str, Study], most: int) -> None:
        self._lock = lock
        self._studies = studies
        self._most = most
        self.default = View(ALL)
        self._others: OrderedDict[Key, View] = OrderedDict()  # by selection, the one asked last at the end
        self._building: dict[Key, _Building] = {}
        self._dropped: list[View] = []

    def __iter__(self) -> Iterator[View]:
        """All views that are held."""
        yield self.default
        yield from self._others.values()

    def replace(self, old: Study | None, new: Study | None) -> None:
        """Let a study be another in each of them, just before it is: None where it was not, or is to be no more.

        O(views · log n).
        """
        for view in self:
            view.replace(old, new)
        changed = new or old
        for building in self._building.values():
            if changed is not None:
                building.past.note(changed.id, old)

    def held(self, selection: Selection) -> View | None:
        """The view of a selection, where it is held; it then counts as asked just now. O(1)."""
        if selection is ALL:
            return self.default
        view = self._others.get(selection.key)
        if view is not None:
            self._others.move_to_end(selection.key)
        return view

    def build(self, selection: Selection, candidates_of: Callable[[Past], Candidates]) -> None:
        """See that the view is held, without the lock held; who asks for the same waits for one build.

        `candidates_of` is called with the lock held. O(candidates), some µs for each, in small steps.
        """
        with self._lock:
            if self.held(selection) is not None:
                return
            building = self._building.get(selection.key)
            is_mine = building is None
            if building is None:
                building = self._building[selection.key] = _Building(selection, self._studies)
                candidates = candidates_of(building.past)
        if not is_mine:
            building.is_over.wait()
            return
        try:
            building.fill(candidates)
            is_current = False
            while not is_current:
                with self._lock:
                    is_current = building.make_up()
                    if is_current:
                        self._others[selection.key] = building.view
                        self._drop_surplus()
            if sum(map(len, self._dropped)) > len(self.default):
                self.tidy()
        finally:
            with self._lock:
                del self._building[selection.key]
            building.is_over.set()

    def _drop_surplus(self) -> None:
        room = ALL_STUDIES_TIMES * len(self.default)
        while len(self._others) > 1 and (
            len(self._others) > self._most or sum(map(len, self._others.values())) > room
        ):
            _, view = self._others.popitem(last=False)
            self._dropped.append(view)

    def tidy(self) -> None:
        """Give up the memory of the views that were dropped, without the lock held. O(studies in them)."""
        while self._dropped:
            self._dropped.pop().dissolve()


class _Building:
    """A view that is being built: of the studies as they were when that began, and then of what became of them."""

    def __init__(self, selection: Selection, studies: Mapping[str, Study]) -> None:
        self.view = View(selection)
        self.past = Past(studies)
        self.is_over = Flag()

    def fill(self, candidates: Candidates) -> None:
        """Put those in that match; sorted in steps and merged, since one sort would stop all other Python code."""
        filter_, order = Filter(candidates.conditions), self.view.selection.order
        runs: list[Run[Body]] = []
        for some in candidates.studies:
            found = filter_.matching(some)
            runs.append(run_of(order.keys(found), [study.body for study in found]))
        self.view.fill(merged(runs))

    def make_up(self) -> bool:
        """Let some studies that changed be as they are now; whether all are. With the lock held."""
        for old, new in islice(self.past.changes(), FEW):
            self.view.replace(old, new)
        return self.past.is_present
