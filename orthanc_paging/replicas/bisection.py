"""Finding a few differences between two sorted lists of IDs, one of which is slow to read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ..orthanc_api.protocol import OrthancApi

AROUND = 128
"""IDs that are listed around a place. Such a call takes a fifth more than a call for one ID, and saves seven."""

Key = TypeVar('Key', str, int)


class Places:
    """The IDs of a level by their place in Orthanc's order, which is that of the IDs."""

    def __init__(self, api: OrthancApi, level: str) -> None:
        """`level` is 'studies' or 'series'."""
        self._api = api
        self._level = level
        self._first = -AROUND  # the place of the first known ID
        self._known: list[str] = []

    def at(self, place: int) -> str:
        """Return the ID at a place; '' past the end. Raises `OrthancFailure`."""
        if not self._first <= place < self._first + AROUND:
            self._first = max(0, place - AROUND // 2)
            self._known = list(self._api.identifiers(self._level, self._first, AROUND))
        return self._known[place - self._first] if place - self._first < len(self._known) else ''


@dataclass(slots=True)
class Differences(Generic[Key]):
    """`gone` are keys of ours that Orthanc does not have, `new` are IDs of Orthanc's that we do not have."""

    gone: list[Key] = field(default_factory=list)
    new: list[str] = field(default_factory=list)

    @property
    def balance(self) -> int:
        """How many more there are in Orthanc than here."""
        return len(self.new) - len(self.gone)


def find_differences(
    ours: Sequence[Key], theirs: Places, key: Callable[[str], Key], balance: int, most: int
) -> Differences[Key]:
    """Return the first differences: `most` at most, and only until they explain the `balance`.

    `ours` are sorted keys, `key` makes one of an ID of `theirs`. Up to the first difference, both lists have the
    same at the same place, so it is found by halving: some ten calls at 1,000,000 IDs. Then the next is searched
    for behind it. Raises `OrthancFailure`.
    """
    found: Differences[Key] = Differences()
    start = 0
    while found.balance != balance and len(found.new) + len(found.gone) < most:
        shift = found.balance
        start = _first_difference(ours, theirs, key, start, shift)
        their_id = theirs.at(start + shift)
        if start < len(ours) and (not their_id or ours[start] < key(their_id)):
            found.gone.append(ours[start])
            start += 1
        elif their_id:
            found.new.append(their_id)
        else:
            break
    return found


def _first_difference(
    ours: Sequence[Key], theirs: Places, key: Callable[[str], Key], start: int, shift: int
) -> int:
    """Return the first place from `start` on with something else than `theirs` has `shift` places later."""

    def differs(place: int) -> bool:
        return key(theirs.at(place + shift)) != ours[place]

    return bisect_left(range(len(ours)), True, start, key=differs)
