"""The views that are held: each built at its first question, the ones not asked lately dropped."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from operator import attrgetter
from threading import Event as Flag
from threading import Lock

from .order import OrderKey
from .runs import key_of, merged
from .selection import ALL, Selection
from .study import Study
from .view import View

STEP = 5_000
"""Studies that are sorted at a time: some 3 ms during which no other Python code runs."""

FEW = 100
"""Changes that are made up for while everybody waits; where there are more, that is done before."""

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
        changed = new or old
        for building in self._building.values():
            if changed is not None:
                building.changed.append(changed.id)

    def held(self, selection: Selection) -> View | None:
        """The view of a selection, where it is held; it then counts as asked just now. O(1)."""
        if selection is ALL:
            return self.default
        view = self._others.get(selection.name)
        if view is not None:
            self._others.move_to_end(selection.name)
        return view

    def build(self, selection: Selection, candidates: Callable[[], Iterable[Study]]) -> None:
        """See that the view is held, without the lock held; who asks for the same waits for one build.

        `candidates` is called with the lock held, and gives studies among which all are that match. O(candidates),
        some µs for each, in small steps.
        """
        with self._lock:
            if self.held(selection) is not None:
                return
            building = self._building.get(selection.name)
            is_mine = building is None
            if building is None:
                building = self._building[selection.name] = _Building(selection, self._studies)
                among = candidates()
        if not is_mine:
            building.is_over.wait()
            return
        try:
            building.fill(among)
            while len(building.changed) > FEW:
                building.make_up()
            with self._lock:
                building.make_up()
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
    """A view that is being built, and the IDs of the studies that changed since that began."""

    def __init__(self, selection: Selection, studies: Mapping[str, Study]) -> None:
        self.view = View(selection)
        self.changed: list[str] = []
        self.is_over = Flag()
        self._studies = studies
        self._inserted: dict[str, Study] = {}

    def fill(self, candidates: Iterable[Study]) -> None:
        """Put those in that match; sorted in steps and merged, since one sort would stop all other Python code."""
        filter_, key = self.view.selection.filter, self.view.selection.order.key
        rest = iter(candidates)
        runs: list[list[tuple[OrderKey, Study]]] = []
        while some := list(islice(rest, STEP)):
            found = filter_.matching(some)
            self._inserted.update(zip(map(_ID, found), found, strict=True))
            runs.append(sorted(zip(map(key, found), found, strict=True), key=key_of))
        self.view.fill(merged(runs))

    def make_up(self) -> None:
        """Let all that changed be as it is now."""
        changed, self.changed = self.changed, []
        for study_id in changed:
            old, new = self._inserted.pop(study_id, None), self._studies.get(study_id)
            self.view.replace(old, new)
            if new is not None and self.view.selection.filter.matches(new):
                self._inserted[study_id] = new


_ID = attrgetter('id')
