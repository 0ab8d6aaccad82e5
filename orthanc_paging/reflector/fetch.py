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
"""Twenty StudyInstanceUIDs cost Orthanc 1.13.0 little more than one; from about fifty on, each costs more."""

UID_SECONDS = 0.0025
TOUCHED_SECONDS = 0.065
"""What a query by UIDs and one by time take on 1.13.0 at 100,000 studies, until it is known what they take here:
on 1.12.7 it is 40 ms and 90 ms."""

SINGLE_FETCHES = 2
"""Up to so many studies without a known UID are fetched by ID: one such call reads a table of Orthanc's once,
finding by time reads three, for any number of studies (28 ms and 100 ms at 100,000 studies)."""

NEWEST_A_CALL = 100
"""New studies cost Orthanc 1.10.1 a third less in one list than by ID, while others upload."""

MOST_REFUSED = 3
"""Where more studies are refused, it is not because of them."""

CLOCK_SLACKS = (0.1, 1.0, 10.0)
"""How many seconds older than the event that tells of it a change may be, or newer, by another machine's clock:
more where events wait in Orthanc's queue. Each second makes the answer longer by all that was changed in it."""

MOST_SECONDS = 60.0
"""How long ago the first change may have been reported for a query by time. The query names each second, and finds
all that was changed in any of them: within a minute, that is what is missing and little else."""

_NOT_IN_A_UID_LIST = frozenset('*?\\')


class Fetcher:
    """Fetches studies from Orthanc; from 1.12.5 on, `GET /studies/{id}` is the dearest way on SQLite."""

    def __init__(self, api: OrthancApi, applier: Applier) -> None:
        self._api = api
        self._applier = applier
        self._uid_seconds = UID_SECONDS
        self._touched_seconds = TOUCHED_SECONDS

    def fetch(
        self, studies: Iterable[tuple[str, Study | None]], since: float | None, now: float
    ) -> Iterator[ExpandedStudy | str]:
        """For each (ID, study of the index): yield the expanded study as it is now, or its ID if it is gone.

        `since` is when the first change was reported, `now` the present, both in seconds since 1970; None if the
        studies need not have changed. Raises `NotFetched` after the others, if Orthanc refuses a few, and
        `OrthancFailure` else.
        """
        missing = dict(studies)
        with suppress(Refused):  # perhaps because of one study: then they are asked for one by one
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
        """The studies that changed since then; none if Orthanc cannot be queried for that.

        `can_query` has to be True.
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
        """What queries find of the missing ones, some of it perhaps twice, and others that changed."""
        if self._api.capabilities().lists_by_arrival:
            yield from self._newest(missing)
        if not self._api.capabilities().extended_find:
            return
        for slack in CLOCK_SLACKS:
            if since is None or not self.can_query(since, now):
                break
            uids = _uids(missing.values())
            without_uid = len(missing) - len(uids)
            if without_uid <= SINGLE_FETCHES and self._seconds_by_uid(len(uids)) <= self._touched_seconds:
                break
            yield from self.touched(since, now, slack)
        rest = iter(_uids(missing.values()))
        while some := list(islice(rest, UIDS_A_CALL)):
            before = self._api.seconds
            found = self._api.studies_by_uid(some)
            self._uid_seconds = _learned(self._uid_seconds, self._api.seconds - before)
            yield from found

    def _newest(self, missing: Mapping[str, Study | None]) -> Iterator[ExpandedStudy]:
        """The last studies of Orthanc's list, as long as many new ones are missing, and some of them are found."""
        place, before = self._applier.count().studies, len(missing) + 1
        while len(missing) < before and list(missing.values()).count(None) > SINGLE_FETCHES:
            before = len(missing)
            yield from self._api.list_studies(place, NEWEST_A_CALL)
            place += NEWEST_A_CALL

    def _seconds_by_uid(self, count: int) -> float:
        return self._uid_seconds * ceil(count / UIDS_A_CALL)


def _learned(before: float, seconds: float) -> float:
    """What a call is expected to take, after one took so many seconds."""
    return 0.8 * before + 0.2 * seconds


def _uids(studies: Iterable[Study | None]) -> list[str]:
    return [uid for study in studies if study is not None and (uid := usable_uid(study))]


def usable_uid(study: Study) -> str | None:
    """The StudyInstanceUID, None where there is none that a query by it would find."""
    uid = study.expanded()['MainDicomTags'].get('StudyInstanceUID', '')
    usable = uid and uid.isascii() and uid == uid.strip() and not _NOT_IN_A_UID_LIST.intersection(uid)
    return uid if usable else None
