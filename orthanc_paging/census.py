"""Counting studies and series, and comparing their IDs, where the counts are not Orthanc's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .index import series_key

if TYPE_CHECKING:
    from .applier import Applier
    from .index import StudyIndex
    from .orthanc_api import OrthancApi
    from .pending import Pending


class Census:
    """Compares the index with Orthanc by numbers and IDs alone, and notes the studies that are to be fetched.

    A study that was deleted is noted too: to be fetched shows that it is gone.
    """

    def __init__(self, api: OrthancApi, index: StudyIndex, applier: Applier, pending: Pending) -> None:
        self._api = api
        self._index = index
        self._applier = applier
        self._pending = pending

    def agrees(self) -> bool:
        """Whether there are as many studies and series as in Orthanc. Raises `OrthancFailure`."""
        return self._api.count() == self._applier.count()

    def compare(self) -> None:
        """Note each study that is in Orthanc or in the index alone, or of which a series is.

        Lists all IDs: O(n), half a second at 100,000 studies in SQLite. Raises `OrthancFailure`.
        """
        studies = set(self._api.identifiers('studies'))
        for study in studies.symmetric_difference(self._applier.identifiers()):
            self._pending.study_changed(study)
        rest = self._index.series()
        for series_id in self._api.identifiers('series'):
            if rest.pop(series_key(series_id), None) is None and (series := self._api.series('series', series_id)):
                self._pending.study_changed(series.study)
        for study in rest.values():
            self._pending.study_changed(study)
