"""Counting studies and series, and comparing their IDs, where the counts are not Orthanc's."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from heapq import merge
from typing import TYPE_CHECKING, Any

from ..index.study_index import series_key

if TYPE_CHECKING:
    from ..changes.queue import Queue
    from ..index.study_index import StudyIndex
    from ..orthanc_api.protocol import OrthancApi
    from ..reflector.applier import Applier

FEW = 5
"""Differences that are searched one by one, in some ten calls each, where Orthanc lists slowly; where there are
more, all IDs are asked for."""

AROUND = 128
"""IDs that are asked for around a place where Orthanc lists slowly: a fifth more than the time for one alone, and
seven calls less."""

PART = 1_000
"""IDs that are asked for at a time where Orthanc lists slowly: a tenth of a second at 100,000 studies."""

SORTED_AT_A_TIME = 10_000


class Census:
    """Compares the index with Orthanc by numbers and IDs alone, and notes the studies that are to be fetched.

    A study that was deleted is noted too: to be fetched shows that it is gone.
    """

    def __init__(
        self,
        api: OrthancApi,
        index: StudyIndex,
        applier: Applier,
        queue: Queue,
        between: Callable[[], None] = lambda: None,
    ) -> None:
        """Have `between` called now and then while that lasts long."""
        self._api = api
        self._index = index
        self._applier = applier
        self._queue = queue
        self._between = between

    def agrees(self) -> bool:
        """Whether there are as many studies and series as in Orthanc. Raises `OrthancFailure`."""
        return self._api.count() == self._applier.count()

    def compare(self) -> bool:
        """Note studies that are in Orthanc or in the index alone, or of which a series is; whether there are any.

        Lists all IDs: O(n), half a second at 100,000 studies in SQLite. Where Orthanc takes eight seconds for
        that, as with PostgreSQL's plugin 5.0, a few differences are searched for, in some ten calls each; and
        those of series not before those of studies are settled. Raises `OrthancFailure`.
        """
        if not self._api.capabilities().lists_slowly:
            studies = self._compare_studies(self._api.identifiers('studies'))
            return self._compare_series(self._api.identifiers('series')) or studies
        theirs, ours = self._api.count(), self._applier.count()
        if missing := theirs.studies - ours.studies:
            return self._find_studies(missing)
        if missing := theirs.series - ours.series:
            return self._find_series(missing)
        return False

    def _compare_studies(self, theirs: Iterable[str]) -> bool:
        different = set(theirs).symmetric_difference(self._applier.identifiers())
        for study in different:
            self._queue.study_changed(study)
        return bool(different)

    def _compare_series(self, theirs: Iterable[str]) -> bool:
        gone = self._index.series()
        new = [series for series in theirs if gone.pop(series_key(series), None) is None]
        return self._note_series(gone.values(), new)

    def _find_studies(self, missing: int) -> bool:
        if abs(missing) > FEW:
            return self._compare_studies(self._in_parts('studies'))
        found = list(self._search('studies', _sorted(self._applier.identifiers()), str, missing))
        for gone, new in found:
            self._queue.study_changed(gone or new)
        return bool(found)

    def _find_series(self, missing: int) -> bool:
        if abs(missing) > FEW:
            return self._compare_series(self._in_parts('series'))
        studies = self._index.series()
        ours = _sorted([key for key in studies if isinstance(key, int)])
        found = list(self._search('series', ours, series_key, missing))
        return self._note_series([studies[gone] for gone, _ in found if gone], [new for _, new in found if new])

    def _note_series(self, studies_of_gone: Collection[str], new: Collection[str]) -> bool:
        """Note the studies of series that are in the index alone, or in Orthanc alone."""
        for study in studies_of_gone:
            self._queue.study_changed(study)
        for series_id in new:
            if series := self._api.series('series', series_id):
                self._queue.study_changed(series.study)
        return bool(studies_of_gone or new)

    def _in_parts(self, level: str) -> Iterator[str]:
        place = 0
        while part := list(self._api.identifiers(level, place, PART)):
            yield from part
            place += len(part)
            self._between()

    def _search(
        self, level: str, ours: Sequence[Any], key: Callable[[str], Any], missing: int
    ) -> Iterator[tuple[Any, str]]:
        """The keys that Orthanc has not (the first of a pair), and the IDs that `ours` has not (the second).

        Orthanc counts places in the order of IDs. So the first place where the two differ is found by halving,
        O(log n) calls; then the next, until so many are found as are `missing` there (below 0: too many here).
        """
        start = shift = 0
        there = Places(self._api, level)
        for _ in range(2 * FEW):
            if shift == missing:
                return
            place = bisect_left(
                range(len(ours)),
                True,
                start,
                key=lambda place: key(there.at(place + shift)) != ours[place],
            )
            found = there.at(place + shift)
            if place < len(ours) and (not found or ours[place] < key(found)):
                yield ours[place], ''
                start, shift = place + 1, shift - 1
            elif found:
                yield None, found
                start, shift = place, shift + 1
            else:
                return


class Places:
    """The IDs of a level by their place in Orthanc's order, of which some are asked for at a time."""

    def __init__(self, api: OrthancApi, level: str) -> None:
        self._api = api
        self._level = level
        self._first = -AROUND
        self._known: list[str] = []  # those at that place and after it

    def at(self, place: int) -> str:
        """The ID at a place; '' past the end. Raises `OrthancFailure`."""
        if not self._first <= place < self._first + AROUND:
            self._first = max(0, place - AROUND // 2)
            self._known = list(self._api.identifiers(self._level, self._first, AROUND))
        return self._known[place - self._first] if place - self._first < len(self._known) else ''


def _sorted(keys: Sequence[Any]) -> list[Any]:
    """The keys in order; sorted in steps and merged, since one sort of all would stop all other Python code."""
    steps = [sorted(keys[at : at + SORTED_AT_A_TIME]) for at in range(0, len(keys), SORTED_AT_A_TIME)]
    return list(merge(*steps))
