"""Puts into the index what Orthanc reports of studies, whatever is wrong with one of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from ..changes.tag_queue import TagQueue
from ..errors import NotAStudy
from ..figures import Figures
from ..index.store import Upsert, upsert_of
from ..index.study_index import StudyIndex
from ..orthanc_api.protocol import Count, OrthancApi
from ..studies.study import Computed, ExpandedStudy, Study


class Journal(Protocol):
    """Where the studies are recorded that differ from the snapshot."""

    def changed(self, studies: Sequence[str]) -> None:
        """The index has other studies of these IDs now, or none."""

    def completed(self) -> None:
        """A study of the index has computed tags for the first time."""


class Applier:
    """The one writer of the index, and the count of what it wrote. For the worker's thread."""

    def __init__(
        self,
        api: OrthancApi,
        index: StudyIndex,
        journal: Journal,
        tag_queue: TagQueue,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.applied = 0
        self._api = api
        self._index = index
        self._journal = journal
        self._tag_queue = tag_queue
        self._monotonic = monotonic
        self._left_out: dict[str, int] = {}  # study → number of its series
        self._unstable: dict[str, float] = {}  # study → when it was last put in
        self._applied_at: float | None = None

    def load(self, expanded: ExpandedStudy) -> None:
        """Put a study in before the index is arranged."""
        if (upsert := self._upsert_of(expanded)) is not None:
            self._index.load(upsert)

    def put(self, expanded: ExpandedStudy) -> bool:
        """Put a study in, or replace it. Return False if it does not differ, or cannot be kept. O(log n)."""
        upsert = self._upsert_of(expanded)
        return self._count(upsert is not None and self._index.upsert(upsert), str(expanded.get('ID')))

    def update(self, expanded: ExpandedStudy) -> bool:
        """Do the same as `put`. If the study differs, its computed tags are requested again."""
        is_changed = self.put(expanded)
        if is_changed:
            self.distrust_tags([str(expanded.get('ID'))])
        return is_changed

    def distrust_tags(self, studies: Sequence[str]) -> None:
        """Have the computed tags of these studies requested again."""
        self._tag_queue.add(studies)

    def distrust_all_tags(self) -> None:
        """Have the number of all instances compared with Orthanc's.

        No event says to which study a deleted instance belonged, and `LastUpdate` does not always show it.
        """
        self._tag_queue.is_doubted = True

    def make_stable(self, study_id: str) -> bool:
        """Mark a study as stable. Return False if the index does not contain it."""
        study = self._index.get(study_id)
        if study is not None:
            self.put({**study.expanded(), 'IsStable': True})
        return study is not None

    def drop(self, study_id: str) -> bool:
        """Remove a study. Return False if there was none. O(log n)."""
        was_left_out = self._left_out.pop(study_id, None) is not None
        self._unstable.pop(study_id, None)
        return self._count(self._index.delete(study_id) or was_left_out, study_id)

    def complete(self, study_id: str, computed: Computed) -> None:
        """Give a study its computed tags. If it had none, the journal need not name it."""
        study = self._index.get(study_id)
        was_known = study is not None and study.computed != ''
        if computed and self._index.complete(study_id, computed):
            if was_known:
                self._journal.changed([study_id])
            else:
                self._journal.completed()

    def get(self, study_id: str) -> Study | None:
        """Return the study with this ID. O(1)."""
        return self._index.get(study_id)

    def study_of(self, resource_id: str) -> str | None:
        """Return the ID of the study that this resource is, or to which this series belongs. O(1)."""
        return self._index.owner_of(resource_id)

    def long_unstable(self, seconds: float) -> list[str]:
        """Return the studies that are unstable for so long; each again after as long. O(unstable studies)."""
        now = self._monotonic()
        found = [study_id for study_id, since in self._unstable.items() if now - since > seconds]
        self._unstable.update(dict.fromkeys(found, now))
        return found

    def is_known(self, study_id: str) -> bool:
        """Return whether the study is in the index, or cannot be kept."""
        return study_id in self._left_out or self._index.get(study_id) is not None

    def identifiers(self) -> list[str]:
        """Return the IDs of all studies that Orthanc has, whether they are kept or left out. O(n)."""
        return [*self._index.identifiers(), *self._left_out]

    def count(self) -> Count:
        """Return the numbers of studies and series that Orthanc has, whether they are kept or left out."""
        index = self._index
        return Count(len(index) + len(self._left_out), index.series_count() + sum(self._left_out.values()))

    def measure(self, figures: Figures) -> None:
        """Fill in how many studies were applied and left out."""
        figures.applied = self.applied
        figures.left_out = len(self._left_out)
        if self._applied_at is not None:
            figures.seconds_since_applied = self._monotonic() - self._applied_at

    def _count(self, is_changed: bool, study_id: str) -> bool:
        if is_changed:
            self._journal.changed([study_id])
            self.applied += 1
            self._applied_at = self._monotonic()
        return is_changed

    def _upsert_of(self, expanded: ExpandedStudy) -> Upsert | None:
        """Return what the index takes; None if the study cannot be kept, which is logged the first time."""
        study_id = str(expanded.get('ID'))
        try:
            upsert = upsert_of(expanded)
        except Exception as error:  # one study that is not as expected must not stop the rest
            if study_id not in self._left_out:
                reason = error if isinstance(error, NotAStudy) else type(error).__name__
                self._api.log_warning(f'study {study_id} is left out: {reason}')
            series = expanded.get('Series')
            self._left_out[study_id] = len(series) if isinstance(series, list) else 0
            return None
        self._left_out.pop(study_id, None)
        if expanded.get('IsStable', True):
            self._unstable.pop(study_id, None)
        else:
            self._unstable[study_id] = self._monotonic()
        return upsert
