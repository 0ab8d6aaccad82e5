"""An entry of Orthanc's log of changes."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """A change: its number in the log, its kind ('NewStudy'), the level and the ID of what changed, and when."""

    number: int
    kind: str
    level: str
    resource_id: str
    date: str


class Log(NamedTuple):
    """A part of the log, the oldest entry first, and whether it is the last part.

    `last` is the number of its last entry, and where it has none, the last number that the log ever gave.
    """

    entries: list[Entry]
    done: bool
    last: int
