"""Puts into the index what Orthanc told, study by study, whatever is wrong with one of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..errors import NotAStudy
from ..index.store import Upsert, upsert_of
from ..index.study_index import StudyIndex
from ..orthanc_api.protocol import Count

if TYPE_CHECKING:
    from ..orthanc_api.protocol import OrthancApi
    from ..studies.study import Computed, ExpandedStudy


class Applier:
    """The one writer of the index, and the count of what it wrote. For one thread alone."""

    def __init__(
        self,
        api: OrthancApi,
        index: StudyIndex,
        changed: Callable[[Sequence[str]], object] = lambda _: None,
        completed: Callable[[], object] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Have `changed` called with the ID of each study that was written after the listing.

        And `completed` for each that has computed tags for the first time.
        """
        self.applied = 0
        self._api = api
        self._index = index
        self._changed = changed
        self._completed = completed
        self._left_out: dict[str, int] = {}  # with the number of their series
        self._unstable: dict[str, float] = {}  # studies that more may come of, and when one was told so last
        self._applied_at: float | None = None
        self._monotonic = monotonic

    def load(self, expanded: ExpandedStudy) -> None:
        """Put a study in before the index is arranged."""
        if (upsert := self._upsert_of(expanded)) is not None:
            self._index.load(upsert)

    def put(self, expanded: ExpandedStudy) -> bool:
        """Put a study in, or in the place of the former; False where nothing differs, or it cannot be kept."""
        upsert = self._upsert_of(expanded)
        return self._count(upsert is not None and self._index.upsert(upsert), str(expanded.get('ID')))

    def make_stable(self, study_id: str) -> bool:
        """Let a study be stable, and else as it is; False where it is not in."""
        held = self._index.get(study_id)
        if held is not None:
            self.put({**held.expanded(), 'IsStable': True})
        return held is not None

    def drop(self, study_id: str) -> bool:
        """Take a study out; False where it was not in."""
        was_left_out = self._left_out.pop(study_id, None) is not None
        self._unstable.pop(study_id, None)
        return self._count(self._index.delete(study_id) or was_left_out, study_id)

    def complete(self, study_id: str, computed: Computed) -> None:
        """Let a study have what was computed of it. In the snapshot, it has it when that is taken anew."""
        held = self._index.get(study_id)
        was_known = held is not None and held.computed != ''
        if computed and self._index.complete(study_id, computed):
            if was_known:
                self._changed([study_id])
            else:
                self._completed()

    def long_unstable(self, seconds: float) -> list[str]:
        """The studies that have not been stable for so long; each again after as long. O(unstable studies)."""
        now = self._monotonic()
        found = [study_id for study_id, since in self._unstable.items() if now - since > seconds]
        self._unstable.update(dict.fromkeys(found, now))
        return found

    def is_known(self, study_id: str) -> bool:
        """Whether the study is in the index, or is one that cannot be kept."""
        return study_id in self._left_out or self._index.get(study_id) is not None

    def identifiers(self) -> list[str]:
        """The IDs of all studies that Orthanc told, whether they are kept or left out. O(n)."""
        return [*self._index.identifiers(), *self._left_out]

    def left_out(self) -> int:
        """The number of studies that Orthanc told and that cannot be kept."""
        return len(self._left_out)

    def count(self) -> Count:
        """The numbers of studies and series that Orthanc told, whether they are kept or left out."""
        index = self._index
        return Count(len(index) + len(self._left_out), index.series_count() + sum(self._left_out.values()))

    def seconds_since_applied(self) -> float | None:
        """The age of the last applied change; None where there was none since the listing."""
        return None if self._applied_at is None else self._monotonic() - self._applied_at

    def _count(self, is_changed: bool, study_id: str) -> bool:
        if is_changed:
            self._changed([study_id])
            self.applied += 1
            self._applied_at = self._monotonic()
        return is_changed

    def _upsert_of(self, expanded: ExpandedStudy) -> Upsert | None:
        """What is put in for the study; None, after a line in the log the first time, where it cannot be kept."""
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
