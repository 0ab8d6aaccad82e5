"""Listing all studies of Orthanc, in batches, while others add and delete."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from itertools import chain

from ..changes.change_log import ChangeLog
from ..figures import Figures
from ..index.study_index import StudyIndex
from ..orthanc_api.protocol import OrthancApi
from ..studies.study import ExpandedStudy
from .applier import Applier

CALLS = 100
SMALLEST_BATCH = 1_000
LARGEST_BATCH = 10_000
"""A listing takes some hundred calls. Each reads whole tables from Orthanc 1.12.5 on, so few are better; and each
keeps uploads waiting while it runs, so it must not be long (0.15 s at 100,000 studies)."""


class Listing:
    """One pass over all studies. It misses no study that is there all the time, and may yield one twice.

    Orthanc counts a batch's place from the start of an order of its own (by ID, or by arrival), so a deletion
    shifts what follows. Therefore each batch begins with the study at which the former one ended. If another study
    is there that is not `known` from before, the pass goes back until it meets one that is.
    """

    def __init__(self, api: OrthancApi, known: Callable[[str], bool]) -> None:
        self.total = 0
        self.batch_size = SMALLEST_BATCH
        self.done = False
        self.orthanc_seconds = 0.0
        """How much of the pass was spent in Orthanc's own calls."""
        self._api = api
        self._known = known
        self._place = 0
        self._step_back = 1
        self._started = time.monotonic()

    def count(self) -> None:
        """Request the number of studies, by which the size of batches is chosen. Raises `OrthancFailure`."""
        self.total = self._api.count().studies
        self.batch_size = min(max(self.total // CALLS, SMALLEST_BATCH), LARGEST_BATCH)

    def batch(self) -> Iterator[ExpandedStudy]:
        """Yield the next studies. After them, `done` says whether they were the last.

        Raises `OrthancFailure`; the next call then yields the same batch.
        """
        before = self._api.seconds
        try:
            studies = self._api.list_studies(self._place, self.batch_size)
        finally:
            self.orthanc_seconds += self._api.seconds - before
        first = next(studies, None)
        if self._place and (first is None or not self._known(first['ID'])):
            self._go_back()
        elif first is None:
            self.done = True
        else:
            yield from self._forward(chain([first], studies))

    @property
    def seconds(self) -> float:
        """How long the pass takes so far."""
        return time.monotonic() - self._started

    def _forward(self, studies: Iterator[ExpandedStudy]) -> Iterator[ExpandedStudy]:
        count = 0
        for study in studies:
            count += 1
            yield study
        self._place += count - 1
        self._step_back = 1
        if count == 1:  # not "fewer than requested": Orthanc 1.10.1 leaves out what is deleted meanwhile
            self.done = True

    def _go_back(self) -> None:
        self._place = max(0, self._place - self._step_back)
        self._step_back *= 2


class ColdStart:
    """Fills the index by listing all studies, while the queue records what changes."""

    state = 'listing'

    def __init__(self, api: OrthancApi, index: StudyIndex, applier: Applier, log: ChangeLog) -> None:
        self.is_done = False
        self.total = 0
        self._index = index
        self._applier = applier
        self._log = log
        self._listing = Listing(api, applier.is_known)
        self._is_begun = False

    def step(self) -> None:
        """Load one batch. Raises `OrthancFailure`; the next step then loads the same one."""
        if not self._is_begun:
            self._log.begin_at_end()
            self._listing.count()
            self.total = self._listing.total
            self._is_begun = True
        for expanded in self._listing.batch():
            self._applier.load(expanded)
        spare_the_collector()
        if self._listing.done:
            self._index.arrange()
            spare_the_collector()
            self.is_done = True

    def measure(self, figures: Figures) -> None:
        """Fill in how studies are listed."""
        figures.list_batch_size = self._listing.batch_size
        figures.list_orthanc_seconds = self._listing.orthanc_seconds


def spare_the_collector() -> None:
    """Keep Python's garbage collector from visiting the studies that were loaded, none of which is in a cycle.

    At 1,000,000 studies it would stop all other Python code for half a second, again and again.
    """
    gc.freeze()
