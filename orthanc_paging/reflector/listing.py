"""Listing all studies of Orthanc, in batches, while others add and delete."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..orthanc_api.protocol import OrthancApi
    from ..studies.study import ExpandedStudy


CALLS = 100
SMALLEST_BATCH = 1_000
LARGEST_BATCH = 10_000
"""A listing takes some hundred calls: each reads whole tables from Orthanc 1.12.5 on, so that few are better,
and each keeps uploads waiting while it runs, so that they must not be long (0.15 s at 100,000 studies)."""


class Listing:
    """One pass over all studies. Misses none that is there all the time, and may tell one twice.

    Orthanc counts a batch's place from the start of an order of its own (by ID, or by arrival), so a deletion
    shifts what follows. Therefore each batch begins with the study at which the former ended; where one stands
    there that is not `known` from before, the pass goes back until it meets one that is.
    """

    def __init__(self, api: OrthancApi, known: Callable[[str], bool]) -> None:
        self.total = 0
        self.batch_size = SMALLEST_BATCH
        self.done = False
        self._api = api
        self._known = known
        self._place = 0
        self._step_back = 1
        self._started = time.monotonic()
        self._ended: float | None = None
        self._orthanc_seconds = 0.0

    def count(self) -> None:
        """Ask for the number of studies, by which the batches are made. Raises `OrthancFailure`."""
        self.total = self._api.count().studies
        self.batch_size = min(max(self.total // CALLS, SMALLEST_BATCH), LARGEST_BATCH)

    def batch(self) -> Iterator[ExpandedStudy]:
        """The next studies; `done` tells whether they were the last. After an `OrthancFailure` call it again."""
        before = self._api.seconds
        try:
            studies = self._api.list_studies(self._place, self.batch_size)
        finally:
            self._orthanc_seconds += self._api.seconds - before
        first = next(studies, None)
        if self._place and (first is None or not self._known(first['ID'])):
            self._go_back()
        elif first is None:
            self.done = True
        else:
            yield from self._forward(chain([first], studies))

    def end(self) -> None:
        """Stop the clock of `seconds`."""
        self._ended = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long the pass took, or takes so far."""
        return (self._ended or time.monotonic()) - self._started

    @property
    def orthanc_seconds(self) -> float:
        """How much of it was spent in Orthanc's own calls."""
        return self._orthanc_seconds

    def _forward(self, studies: Iterator[ExpandedStudy]) -> Iterator[ExpandedStudy]:
        count = 0
        for study in studies:
            count += 1
            yield study
        self._place += count - 1
        self._step_back = 1
        if count == 1:  # not "fewer than asked for": Orthanc 1.10.1 leaves out what is deleted meanwhile
            self.done = True

    def _go_back(self) -> None:
        self._place = max(0, self._place - self._step_back)
        self._step_back *= 2
