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
    """A part of the log, the oldest entry first; whether it is the last part; and the last number of all."""

    entries: list[Entry]
    done: bool
    last: int
