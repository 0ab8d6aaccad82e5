"""Sorting in small steps: runs that are sorted by themselves, and merged piece by piece."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import TypeVar

Value = TypeVar('Value')
Row = tuple[bytes, Value]
"""What is sorted, after the key by which it is."""

PIECE = 10_000
"""Rows that are merged at a time, about: 2 ms during which no other Python code runs."""

key_of = itemgetter(0)


def merged(runs: Sequence[Sequence[Row[Value]]]) -> Iterator[Row[Value]]:
    """The rows of all runs in order, each of which is sorted, by keys of which no two are equal: 0.2 µs for each.

    Each piece is what all runs have between two keys; Python's sort merges the sorted parts of which it is made.
    """
    if len(runs) == 1:
        yield from runs[0]
        return
    begins = [0] * len(runs)
    for limit in _limits(runs):
        ends = [bisect_left(run, limit, begin, key=key_of) for run, begin in zip(runs, begins, strict=True)]
        yield from _piece(runs, begins, ends)
        begins = ends
    yield from _piece(runs, begins, [len(run) for run in runs])


def _limits(runs: Sequence[Sequence[Row[Value]]]) -> list[bytes]:
    """Keys between which there are about as many rows as are merged at a time: one of so many of each run."""
    step = max(1, PIECE // max(1, len(runs)))
    sample = sorted(run[at][0] for run in runs for at in range(step, len(run), step))
    return sample[:: max(1, len(runs))]


def _piece(runs: Sequence[Sequence[Row[Value]]], begins: list[int], ends: list[int]) -> list[Row[Value]]:
    piece: list[Row[Value]] = []
    for run, begin, end in zip(runs, begins, ends, strict=True):
        piece += run[begin:end]
    piece.sort(key=key_of)
    return piece
