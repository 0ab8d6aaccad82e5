"""Fetching changed studies, by the cheapest calls that the running Orthanc has for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .orthanc_api import OrthancApi
    from .study import ExpandedStudy, Study


UIDS_A_CALL = 20
"""Twenty StudyInstanceUIDs cost Orthanc 1.13.0 little more than one; from about fifty on, each costs more."""

SINGLE_FETCHES = 2
"""Up to so many studies without a known UID are fetched by ID: one such call reads a table of Orthanc's once,
finding by time reads three, for any number of studies (28 ms and 100 ms at 100,000 studies)."""

CLOCK_SLACK_SECONDS = 5.0
"""How much older than the event that tells of it a change may be: events wait in Orthanc's queue."""

_NOT_IN_A_UID_LIST = frozenset('*?\\')


class Fetcher:
    """Fetches studies from Orthanc; from 1.12.5 on, `GET /studies/{id}` is the dearest way on SQLite."""

    def __init__(self, api: OrthancApi) -> None:
        self._api = api

    def fetch(
        self, studies: Iterable[tuple[str, Study | None]], since: float, now: float
    ) -> Iterator[ExpandedStudy | str]:
        """For each (ID, what is held of it): the expanded study as it is now, or its ID where it is gone.

        `since` is when the first change was told, `now` the present, both in seconds since 1970.
        Raises `OrthancFailure`.
        """
        missing = dict(studies)
        if self._api.capabilities().extended_find:
            for expanded in self._queried(tuple(missing.values()), since, now):
                if expanded['ID'] in missing:
                    del missing[expanded['ID']]
                    yield expanded
        for study_id in missing:
            yield self._api.study(study_id) or study_id

    def touched(self, since: float, now: float) -> Iterator[ExpandedStudy]:
        """The studies that changed since then, where Orthanc can tell; else none."""
        if not self._api.capabilities().extended_find:
            return iter(())
        return self._api.studies_touched(since - CLOCK_SLACK_SECONDS, now + 1)

    def _queried(self, held: Sequence[Study | None], since: float, now: float) -> Iterator[ExpandedStudy]:
        uids = [uid for study in held if study is not None and (uid := _uid(study))]
        without_uid = len(held) - len(uids)
        yield from self._by_uid(uids)
        if without_uid > SINGLE_FETCHES:
            yield from self.touched(since, now)

    def _by_uid(self, uids: Collection[str]) -> Iterator[ExpandedStudy]:
        rest = iter(uids)
        while some := list(islice(rest, UIDS_A_CALL)):
            yield from self._api.studies_by_uid(some)


def _uid(study: Study) -> str | None:
    """The StudyInstanceUID, None where there is none that a query by it would find."""
    uid = study.expanded()['MainDicomTags'].get('StudyInstanceUID', '')
    usable = uid and uid.isascii() and uid == uid.strip() and not _NOT_IN_A_UID_LIST.intersection(uid)
    return uid if usable else None
