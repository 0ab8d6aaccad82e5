"""Sorting in small steps: runs that are sorted by themselves, and merged piece by piece."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

Value = TypeVar('Value')

PIECE = 10_000
"""Values that are merged at a time, about: 3 ms during which no other Python code runs."""


class Run(NamedTuple, Generic[Value]):
    """Values in the order of their keys, of which no two are equal, and those keys."""

    keys: Sequence[bytes]
    values: Sequence[Value]


def run_of(keys: Sequence[bytes], values: Sequence[Value]) -> Run[Value]:
    """The values, sorted by their keys: 0.3 µs for each."""
    places = sorted(range(len(keys)), key=keys.__getitem__)
    return Run(list(map(keys.__getitem__, places)), list(map(values.__getitem__, places)))


def merged(runs: Sequence[Run[Value]]) -> Iterator[Run[Value]]:
    """What all runs hold, in order, piece by piece: 0.2 µs for each value.

    A piece is what they have between two keys; Python's sort merges the sorted parts of which it is made.
    """
    if len(runs) == 1:
        yield runs[0]
        return
    begins = [0] * len(runs)
    for limit in _limits(runs):
        ends = [bisect_left(run.keys, limit, begin) for run, begin in zip(runs, begins, strict=True)]
        yield _piece(runs, begins, ends)
        begins = ends
    yield _piece(runs, begins, [len(run.keys) for run in runs])


def _limits(runs: Sequence[Run[Value]]) -> list[bytes]:
    """Keys between which there are about as many values as are merged at a time: one of so many of each run."""
    step = max(1, PIECE // max(1, len(runs)))
    sample = sorted(key for run in runs for key in run.keys[step::step])
    return sample[:: max(1, len(runs))]


def _piece(runs: Sequence[Run[Value]], begins: list[int], ends: list[int]) -> Run[Value]:
    keys: list[bytes] = []
    values: list[Value] = []
    for run, begin, end in zip(runs, begins, ends, strict=True):
        keys += run.keys[begin:end]
        values += run.values[begin:end]
    return run_of(keys, values)
