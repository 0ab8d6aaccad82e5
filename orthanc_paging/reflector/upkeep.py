"""Small tasks: columns for searching, and studies that should be stable by now."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..changes.queue import Queue
from ..index.study_index import StudyIndex
from ..orthanc_api.protocol import OrthancApi
from .applier import Applier
from .schedule import Task

RENEW_SECONDS = 5.0
"""How often the columns are looked at for rows of studies that are no more."""

STABLE_LATE_SECONDS = 3.0
"""How much later than StableAge a study may become stable: Orthanc looks once a second."""


class FillColumns(Task):
    """Fills the columns in which searches find studies, and fills them anew if most of their rows are outdated."""

    def __init__(
        self, api: OrthancApi, index: StudyIndex, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._api = api
        self._index = index
        self._monotonic = monotonic
        self._is_filled = False
        self._next = 0.0

    def begin(self) -> None:
        """Begin with columns of the attributes that are searched most."""
        self._index.begin_columns(self._api.capabilities().schema)

    def due_in(self) -> float:
        """Return 0 until the columns are filled, then the seconds until they are looked at again."""
        return max(0.0, self._next - self._monotonic()) if self._is_filled else 0.0

    def step(self) -> None:
        """Put some thousand studies into the columns."""
        if self._is_filled:
            self._is_filled = not self._index.renew_columns()
            self._next = self._monotonic() + RENEW_SECONDS
        else:
            self._is_filled = self._index.fill_columns()


def record_overdue(api: OrthancApi, queue: Queue, applier: Applier) -> None:
    """Record in the queue the studies that must be stable by now. O(unstable studies).

    If its database is busy, Orthanc does not report some of them.
    """
    for study_id in applier.long_unstable(api.capabilities().stable_age + STABLE_LATE_SECONDS):
        queue.study_changed(study_id)
