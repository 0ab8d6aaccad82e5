"""Traces in Orthanc's log of changes of what it tells nobody: deletions, for the other Orthancs of its database.

For a deleted series, the trace is an entry on the series' study. For a deleted study, it is one on the study whose
ID comes before: whoever reads it, and has more studies than Orthanc, looks at the study that comes next.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..changes.change_log import ChangeLog
    from ..changes.queue import Queue
    from ..orthanc_api.protocol import OrthancApi
    from ..reflector.applier import Applier

MOST = 5
"""Deletions at a time of which traces are left: each costs two changes to the database, and where there are more,
all IDs have to be compared anyway."""

LARGE = 2_000
"""Studies from which on those that are deleted leave traces: fewer are listed soon enough to be compared."""


class Traces:
    """Leaves traces of what this Orthanc deleted, and follows those of others. For the reflector's thread."""

    def __init__(self, api: OrthancApi, applier: Applier, queue: Queue, log: ChangeLog) -> None:
        self._api = api
        self._applier = applier
        self._queue = queue
        self._log = log

    def are_left(self) -> bool:
        """Whether an Orthanc like this one leaves traces of studies that it deletes: to find them takes long.

        Where it lists slowly; and where it lists by arrival, as all IDs take 0.3 s from PostgreSQL then, twice.
        """
        capabilities = self._api.capabilities()
        takes_long = capabilities.lists_slowly or capabilities.lists_by_arrival
        return takes_long and self._applier.count().studies >= LARGE and not capabilities.checks_revisions

    def leave(self, deleted: Sequence[str], less: Collection[str]) -> None:
        """Tell of studies that were deleted, and of those that have less series. O(n), 5 ms at 100,000 studies."""
        told = set(less) if len(less) <= MOST else set()
        if 0 < len(deleted) <= MOST and self.are_left():
            identifiers = self._applier.identifiers()
            told.update(_before(study, identifiers) for study in deleted)
        for study in told:
            self._api.write_to_log(study)

    def follow(self) -> None:
        """Note the studies that come after the last ones of which the log told lately. O(n)."""
        if touched := self._log.touched_lately():
            identifiers = self._applier.identifiers()
            for study in touched[-MOST:]:
                self._queue.study_changed(_after(study, identifiers))


def _before(study: str, identifiers: Collection[str]) -> str:
    """The ID that comes before that of the study, which need not be there; before the first comes the last."""
    return max((one for one in identifiers if one < study), default=max(identifiers, default=study))


def _after(study: str, identifiers: Collection[str]) -> str:
    """The ID that comes after that of the study; after the last comes the first."""
    return min((one for one in identifiers if one > study), default=min(identifiers, default=study))
