"""Bodies sorted by keys that the caller gives. Only this file uses private members of sortedcontainers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sortedcontainers import SortedKeyList

from ..queries.order import OrderKey
from ..studies.study import Body

LOAD = 50_000
"""The load factor of the sorted list, as sortedcontainers names it. A page is found in half of the steps of its
default 1,000. A change moves up to 80 kB, which still takes microseconds."""

BODIES_A_STEP = 10_000
"""Bodies that `dissolve` frees at a time: 1 ms, during which no other Python code runs."""


class SortedBodies:
    """Bodies in the order of their keys, of which no two are equal. Not locked.

    Sortedcontainers computes the key of each value that it sorts. This class gives it the key instead, fills it
    from sorted runs, reads a key at a position, and frees the content in steps. The list has the bodies alone: at
    1,000,000 studies, to go from studies to their bodies takes longer than the rest of a page.
    """

    def __init__(self) -> None:
        self._key = b''  # of the body that is being added or removed
        self._list: SortedKeyList[Body, OrderKey] = SortedKeyList(key=lambda _: self._key)
        self._list._reset(LOAD)

    def __len__(self) -> int:
        return len(self._list)

    def add(self, key: OrderKey, body: Body) -> None:
        """Add a body. O(log n)."""
        self._key = key
        self._list.add(body)

    def remove(self, key: OrderKey, body: Body) -> None:
        """Remove a body. Raises ValueError if there is no such body with this key. O(log n)."""
        self._key = key
        self._list.remove(body)

    def extend(self, runs: Iterable[tuple[Sequence[OrderKey], Sequence[Body]]]) -> None:
        """Add runs of at most `LOAD` bodies: keys, each greater than those before it, and the bodies. O(bodies).

        The same as `update` of sortedcontainers, with the keys that are known, and in small steps.
        """
        bodies: Any = self._list
        for keys, values in runs:
            if not keys:
                continue
            if not bodies._lists or len(bodies._lists[-1]) >= LOAD:
                bodies._lists.append([])
                bodies._keys.append([])
                bodies._maxes.append(b'')
            bodies._lists[-1] += values
            bodies._keys[-1] += keys
            bodies._maxes[-1] = keys[-1]
            bodies._len += len(keys)
        del bodies._index[:]

    def slice(self, start: int, stop: int | None) -> list[Body]:
        """Return the bodies from one position to another (None: the end) as a new list. O(log n + length)."""
        return self._list[start:stop]

    def key_at(self, position: int) -> OrderKey:
        """Return the key at a position. Raises IndexError if there is none. O(log n)."""
        bodies: Any = self._list
        part, place = bodies._pos(position)
        key: OrderKey = bodies._keys[part][place]
        return key

    def before(self, key: OrderKey) -> int:
        """Return the number of keys less than this one. O(log n)."""
        return self._list.bisect_key_left(key)

    def up_to(self, key: OrderKey) -> int:
        """Return the number of keys less than or equal to this one. O(log n)."""
        return self._list.bisect_key_right(key)

    def dissolve(self) -> None:
        """Remove all bodies in small steps. To free 1,000,000 keys at once would stop all other Python code."""
        bodies: Any = self._list
        for part in (*bodies._lists, *bodies._keys):
            while part:
                del part[-BODIES_A_STEP:]
        bodies.clear()
