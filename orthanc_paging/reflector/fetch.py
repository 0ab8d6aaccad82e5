"""Fetching changed studies, by the cheapest calls that the running Orthanc has for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from math import ceil

from ..errors import NotFetched, Refused
from ..orthanc_api.protocol import OrthancApi
from ..studies.study import ExpandedStudy, Study
from .applier import Applier

UIDS_A_CALL = 20
"""StudyInstanceUIDs in one query. Twenty cost Orthanc 1.13.0 little more than one; above 50, each costs more."""

UID_SECONDS = 0.0025
TOUCHED_SECONDS = 0.065
"""What a query by UIDs and a query by time are expected to take, until some were measured. These are the times of
1.13.0 at 100,000 studies; on 1.12.7 they are 40 ms and 90 ms."""

SINGLE_FETCHES = 2
"""Up to so many studies whose UIDs are unknown are fetched by ID. Such a call reads one table of Orthanc's, and a
query by time reads three, for any number of studies (28 ms and 100 ms at 100,000 studies)."""

NEWEST_A_CALL = 100
"""Studies in one list of the newest. Each costs Orthanc 1.10.1 a third less there than by ID, during uploads."""

MOST_REFUSED = 3
"""If Orthanc refuses more studies, the cause is not in these studies."""

CLOCK_SLACKS = (0.1, 1.0, 10.0)
"""Seconds by which a change may be older than its event, or newer, by another machine's clock. It is more if
events wait in Orthanc's queue. Each second adds to the answer what was changed in it, so the shortest is tried
first."""

MOST_SECONDS = 60.0
"""The oldest report for which a query by time is made. The query names each second, and finds everything that was
changed in any of them. Within a minute, that is what is missing and little else."""

_NOT_IN_A_UID_LIST = frozenset('*?\\')


class Fetcher:
    """Fetches studies by the cheapest calls. From 1.12.5 on, the most expensive one on SQLite is by ID."""

    def __init__(self, api: OrthancApi, applier: Applier) -> None:
        self._api = api
        self._applier = applier
        self._uid_seconds = UID_SECONDS
        self._touched_seconds = TOUCHED_SECONDS

    def fetch(self, studies: Iterable[str], since: float | None, now: float) -> Iterator[ExpandedStudy | str]:
        """Yield the expanded study for each ID, or the ID if it is gone.

        `since` is when the first change was reported; None if the studies may be unchanged. `now` is the present.
        Both are in seconds since 1970. Raises `NotFetched` after the others if Orthanc refuses some, and
        `OrthancFailure`.
        """
        missing = {study_id: self._applier.get(study_id) for study_id in studies}
        with suppress(Refused):  # perhaps because of one study: then each is fetched by itself
            for expanded in self._queried(missing, since, now):
                if expanded['ID'] in missing:
                    del missing[expanded['ID']]
                    yield expanded
        refused: dict[str, Refused] = {}
        for study_id in missing:
            try:
                yield self._api.study(study_id) or study_id
            except Refused as refusal:
                refused[study_id] = refusal
                if len(refused) > MOST_REFUSED:
                    raise
        if refused:
            raise NotFetched(refused)

    def touched(self, since: float, now: float, slack: float = CLOCK_SLACKS[-1]) -> Iterator[ExpandedStudy]:
        """Yield the studies that changed since then; none if Orthanc cannot find by time.

        `can_query(since, now)` must be true, since the query names each second between them.
        """
        if not self._api.capabilities().extended_find:
            return iter(())
        before = self._api.seconds
        touched = self._api.studies_touched(since - slack, now + slack)
        self._touched_seconds = _learned(self._touched_seconds, self._api.seconds - before)
        return touched

    def can_query(self, since: float | None, now: float) -> bool:
        """Return whether a query by time is bounded: not if the clock was set between the two, or long ago."""
        return since is not None and 0.0 <= now - since <= MOST_SECONDS

    def _queried(
        self, missing: Mapping[str, Study | None], since: float | None, now: float
    ) -> Iterator[ExpandedStudy]:
        """Yield what queries find: missing studies, some of them twice, and others that changed."""
        if self._api.capabilities().lists_by_arrival:
            yield from self._newest(missing)
        if not self._api.capabilities().extended_find:
            return
        for slack in CLOCK_SLACKS:
            if since is None or not self.can_query(since, now):
                break
            uids = _uids(missing.values())
            without_uid = len(missing) - len(uids)
            seconds_by_uid = self._uid_seconds * ceil(len(uids) / UIDS_A_CALL)
            if without_uid <= SINGLE_FETCHES and seconds_by_uid <= self._touched_seconds:
                break
            yield from self.touched(since, now, slack)
        rest = iter(_uids(missing.values()))
        while some := list(islice(rest, UIDS_A_CALL)):
            before = self._api.seconds
            found = self._api.studies_by_uid(some)
            self._uid_seconds = _learned(self._uid_seconds, self._api.seconds - before)
            yield from found

    def _newest(self, missing: Mapping[str, Study | None]) -> Iterator[ExpandedStudy]:
        """Yield the last studies of Orthanc's list, while many new ones are missing and some of them are found."""
        place, before = self._applier.count().studies, len(missing) + 1
        while len(missing) < before and list(missing.values()).count(None) > SINGLE_FETCHES:
            before = len(missing)
            yield from self._api.list_studies(place, NEWEST_A_CALL)
            place += NEWEST_A_CALL


def _learned(before: float, seconds: float) -> float:
    """Return the seconds that the next call is expected to take, after one took so many."""
    return 0.8 * before + 0.2 * seconds


def _uids(studies: Iterable[Study | None]) -> list[str]:
    return [uid for study in studies if study is not None and (uid := usable_uid(study))]


def usable_uid(study: Study) -> str | None:
    """Return the StudyInstanceUID; None if a query by it would not find the study."""
    uid = study.expanded()['MainDicomTags'].get('StudyInstanceUID', '')
    usable = uid and uid.isascii() and uid == uid.strip() and not _NOT_IN_A_UID_LIST.intersection(uid)
    return uid if usable else None
