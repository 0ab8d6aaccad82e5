"""A view: the studies that match, in one order, kept sorted by every change, so that a page is a slice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sortedcontainers import SortedKeyList

from ..queries.order import OrderKey
from ..queries.selection import Selection
from ..studies.study import Body, Study
from .runs import Run

LOAD = 50_000
"""The load factor of the sorted list, as sortedcontainers names it: with this one rather than its 1,000, a page is
found in half of the steps, and a change, which moves up to 80 kB, still takes microseconds."""

A_STEP = 10_000
"""Studies that are forgotten at a time: 1 ms."""


class View:
    """The studies of a selection. Not locked: the index that owns it does that.

    What is sorted are the bodies alone, so that a page touches nothing else in memory: at 1,000,000 studies,
    going through the studies to their bodies takes longer than all the rest.

    `version` changes with each change of the content, and only then. For n studies, a change takes O(log n), a
    slice of m studies O(log n + m), a position O(log n).
    """

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.version = 0
        self.conditions = frozenset(selection.filter.conditions)
        self._key = b''  # of the study that is being put in or taken out
        self._bodies: SortedKeyList[Body, OrderKey] = SortedKeyList(key=lambda _: self._key)
        self._bodies._reset(LOAD)

    def __len__(self) -> int:
        return len(self._bodies)

    def replace(self, old: Study | None, new: Study | None) -> None:
        """Let a study be as it is now: None where it was not, or is no more. O(log n)."""
        matches, key = self.selection.filter.matches, self.selection.order.key
        old = old if old is not None and matches(old) else None
        new = new if new is not None and matches(new) else None
        if old is not None and new is not None and old.body is new.body and key(old) == key(new):
            return
        if old is not None:
            self.remove(old)
        if new is not None:
            self.insert(new, key(new))

    def insert(self, study: Study, key: OrderKey) -> None:
        """Put in a study that matches, and is not there, by its key. O(log n)."""
        self._key = key
        self._bodies.add(study.body)
        self.version += 1

    def fill(self, pieces: Iterable[Run[Body]]) -> None:
        """Put in bodies of studies that match, by their keys, where there are none yet; `LOAD` at most in a piece.

        Makes the sorted list as its own `update` does, but with the keys that are there, and in small steps.
        """
        bodies: Any = self._bodies
        for run in pieces:
            if not run.keys:
                continue
            if not bodies._lists or len(bodies._lists[-1]) >= LOAD:
                bodies._lists.append([])
                bodies._keys.append([])
                bodies._maxes.append(b'')
            bodies._lists[-1] += run.values
            bodies._keys[-1] += run.keys
            bodies._maxes[-1] = run.keys[-1]
            bodies._len += len(run.keys)
        del bodies._index[:]
        self.version += 1

    def remove(self, study: Study) -> None:
        """Take out a study that was put in; ValueError where it was not. O(log n)."""
        self._key = self.selection.order.key(study)
        self._bodies.remove(study.body)
        self.version += 1

    def slice(self, start: int, stop: int | None) -> list[Body]:
        """The bodies from a position up to another (None: the end), as a list of the caller's."""
        return self._bodies[start:stop]

    def key_at(self, position: int) -> OrderKey:
        """The key of the study at a position. O(log n)."""
        bodies: Any = self._bodies
        part, place = bodies._pos(position)
        key: OrderKey = bodies._keys[part][place]
        return key

    def dissolve(self) -> None:
        """Forget all studies, in small steps: freed at once, 1,000,000 keys would stop all other Python code."""
        bodies: Any = self._bodies
        for part in (*bodies._lists, *bodies._keys):
            while part:
                del part[-A_STEP:]
        bodies.clear()

    def before(self, key: OrderKey) -> int:
        """The number of studies whose keys come before that one. O(log n)."""
        return self._bodies.bisect_key_left(key)

    def up_to(self, key: OrderKey) -> int:
        """The number of studies whose keys come before that one, or are it. O(log n)."""
        return self._bodies.bisect_key_right(key)
