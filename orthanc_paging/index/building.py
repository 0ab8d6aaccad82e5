"""Building a view in small steps, while studies go on changing.

The candidates are sorted into runs, step by step. The runs are merged piece by piece. Then the view catches up
with what changed meanwhile.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

from ..queries.condition import Condition
from ..queries.filter import Filter
from ..queries.selection import Selection
from ..studies.study import Body, Study
from .view import View

Value = TypeVar('Value')

VALUES_A_PIECE = 10_000
"""Values that are merged at a time, about: 3 ms, during which no other Python code runs."""

CHANGES_A_STEP = 100
"""Changes that a new view catches up with at a time, with the lock: some 3 ms."""


class Past:
    """The studies as they are when this object is made, although they change afterwards.

    Make it, and call `record` and `changes`, with the index's lock. `find` needs no lock.
    """

    def __init__(self, studies: Mapping[str, Study]) -> None:
        self._studies = studies
        self._changed: dict[str, Study | None] = {}  # the former state; None if there was no such study

    def record(self, study_id: str, study: Study | None) -> None:
        """Record the state of a study before it changes. None means that there is none. O(1)."""
        self._changed.setdefault(study_id, study)

    def find(self, study_ids: Sequence[str]) -> list[Study]:
        """Return the studies with these IDs, without those that were unknown. 0.2 µs for each."""
        found = list(map(self._studies.get, study_ids))
        if self._changed:  # checked last, because a change is recorded before it is made
            changed = self._changed
            found = [changed.get(study_id, study) for study_id, study in zip(study_ids, found, strict=True)]
        return list(filter(None, found))

    @property
    def is_present(self) -> bool:
        """Whether no study differs from its former state."""
        return not self._changed

    def changes(self) -> Iterator[tuple[Study | None, Study | None]]:
        """Yield the former state and the present state of each study that changed, and forget the former one."""
        while self._changed:
            study_id, study = self._changed.popitem()
            yield study, self._studies.get(study_id)


class Candidates(NamedTuple):
    """A superset of the studies that match a filter, taken at one moment, some thousands at a time.

    `conditions` are those of the filter that are still to be tested.
    """

    studies: Iterator[list[Study]]
    conditions: tuple[Condition, ...]


class Building:
    """A view that is being built, from the studies of one moment."""

    def __init__(self, selection: Selection, studies: Mapping[str, Study]) -> None:
        self.view = View(selection)
        self.past = Past(studies)

    def fill(self, candidates: Candidates) -> None:
        """Fill the view with the candidates that match. Needs no lock. O(n log n), some µs for each candidate."""
        filter_, order = Filter(candidates.conditions), self.view.selection.order
        runs: list[Run[Body]] = []
        for some in candidates.studies:
            found = filter_.matching(some)
            runs.append(run_of(order.keys(found), [study.body for study in found]))
        self.view.bodies.extend(merged(runs))

    def catch_up(self) -> bool:
        """Apply some of the changes since that moment. Return whether none is left. Call it with the lock."""
        for old, new in islice(self.past.changes(), CHANGES_A_STEP):
            if (move := self.view.move(old, new)) is not None:
                self.view.apply(move)
        return self.past.is_present


class Run(NamedTuple, Generic[Value]):
    """Values in the order of their keys, of which no two are equal, and those keys."""

    keys: Sequence[bytes]
    values: Sequence[Value]


def run_of(keys: Sequence[bytes], values: Sequence[Value]) -> Run[Value]:
    """Sort values by their keys. 0.3 µs for each."""
    places = sorted(range(len(keys)), key=keys.__getitem__)
    return Run(list(map(keys.__getitem__, places)), list(map(values.__getitem__, places)))


def merged(runs: Sequence[Run[Value]]) -> Iterator[Run[Value]]:
    """Yield the content of all runs in order, piece by piece. 0.2 µs for each value.

    A piece is the content between two keys. Python's sort merges the sorted parts of which it is made.
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
    """Return keys with about `VALUES_A_PIECE` values between two of them: each n-th one of a sample of n runs."""
    step = max(1, VALUES_A_PIECE // max(1, len(runs)))
    sample = sorted(key for run in runs for key in run.keys[step::step])
    return sample[:: max(1, len(runs))]


def _piece(runs: Sequence[Run[Value]], begins: list[int], ends: list[int]) -> Run[Value]:
    keys: list[bytes] = []
    values: list[Value] = []
    for run, begin, end in zip(runs, begins, ends, strict=True):
        keys += run.keys[begin:end]
        values += run.values[begin:end]
    return run_of(keys, values)
