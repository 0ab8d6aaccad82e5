"""The views that are kept. Each is built at its first request; the least recently used ones are dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Condition, Lock

from ..figures import ViewFigures
from ..queries.selection import ALL, Key, Selection
from ..studies.study import Study
from .building import Building
from .search import Finder
from .view import Move, View

MOST_TIMES = 4
"""The views other than the default one have at most so many times the studies of the index, together."""

PLACE_MEMORY = 90
"""Bytes for the key of a study in a view, in CPython 3.11."""

Moves = dict[View, Move | None]
"""What a change of one study does to each of some views."""


class Views:
    """The views of an index: the default one always, and at most `most` others.

    `lock` guards all of it. Call a method with the lock, unless it says otherwise.
    """

    def __init__(self, lock: Lock, studies: Mapping[str, Study], finder: Finder, most: int) -> None:
        self._lock = lock
        self._studies = studies
        self._finder = finder
        self._most = most
        self.default = View(ALL)
        self._others: dict[Key, View] = {}
        self._requests = 0
        self._buildings: dict[Key, Building] = {}
        self._has_finished = Condition(lock)  # a building, or all of them
        self._dropped: list[View] = []

    def __iter__(self) -> Iterator[View]:
        """All views that are kept, the default one first."""
        yield self.default
        yield from self._others.values()

    def get(self, selection: Selection) -> View:
        """Return the view of a selection. If there is none, build it and release the lock meanwhile.

        O(1), or O(candidates) in small steps, some µs for each. Requests for the same view wait for one build.
        """
        if selection is ALL:
            return self.default
        key = selection.key
        while (view := self._others.get(key)) is None:
            if key in self._buildings:
                self._has_finished.wait()
            else:
                self._build(selection)
        self._requests += 1
        view.last_request = self._requests
        return view

    def moves(self, old: Study | None, new: Study | None) -> Moves:
        """Return what a change of a study will do to each view. Call it without the lock. O(views)."""
        with self._lock:
            views = list(self)
        return {view: view.move(old, new) for view in views}

    def replace(self, old: Study | None, new: Study | None, moves: Moves) -> None:
        """Apply the change of a study to each view, before the index has it. O(views · log n).

        `old` is None if the study is new, `new` is None if it is deleted. `moves` are of the same change; for a
        view that was built since, they are made here.
        """
        for view in self:
            move = moves[view] if view in moves else view.move(old, new)
            if move is not None:
                view.apply(move)
        for building in self._buildings.values():
            if (changed := new or old) is not None:
                building.past.record(changed.id, old)

    def reset(self, default: View) -> None:
        """Drop all views for a new default one. What is being built starts over."""
        self._dropped += self
        self.default = default
        self._others.clear()
        self._buildings.clear()
        self._has_finished.notify_all()

    def tidy(self) -> None:
        """Free the memory of dropped views, in small steps. Call it without the lock. O(studies in them)."""
        with self._lock:
            dropped, self._dropped = self._dropped, []
        for view in dropped:
            view.bodies.dissolve()

    def figures(self) -> list[ViewFigures]:
        """Return the figures of each view, the default one first."""
        return [
            ViewFigures(view.selection.order.name or 'StudyDate', len(view.conditions), len(view)) for view in self
        ]

    def memory(self) -> int:
        """Return about how many bytes of memory the views take."""
        return PLACE_MEMORY * sum(map(len, self))

    def _build(self, selection: Selection) -> None:
        """Build a view, and keep it. It is not kept if `reset` was called meanwhile."""
        key, building = selection.key, Building(selection, self._studies)
        self._buildings[key] = building
        try:
            candidates = self._finder.candidates(selection.filter, list(self), building.past)
            is_crowded = sum(map(len, self._dropped)) > len(self.default)
            with self._released():
                if is_crowded:
                    self.tidy()
                building.fill(candidates)
            while self._buildings.get(key) is building:
                if building.catch_up():
                    self._make_room(building.view)
                    self._others[key] = building.view
                    return
                with self._released():
                    pass  # so that others have their turn
        finally:
            if self._buildings.get(key) is building:
                del self._buildings[key]
            self._has_finished.notify_all()

    def _make_room(self, view: View) -> None:
        """Drop the least recently used views, as far as a new one needs room. O(views²)."""
        others, room = self._others, MOST_TIMES * len(self.default) - len(view)
        while others and (len(others) >= self._most or sum(map(len, others.values())) > room):
            least_recent = min(others, key=lambda key: others[key].last_request)
            self._dropped.append(others.pop(least_recent))

    @contextmanager
    def _released(self) -> Iterator[None]:
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
