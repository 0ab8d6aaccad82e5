"""Traces in Orthanc's log of changes of what it tells nobody: deletions, for the other Orthancs of its database.

A trace is an entry on another study: on the one whose ID comes before that of the deleted one. Whoever reads it
and has more studies than Orthanc looks at the study that comes next. For a series, it is on the series' study.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .applier import Applier
    from .change_log import ChangeLog
    from .orthanc_api import OrthancApi
    from .pending import Pending

MOST = 5
"""Deletions at a time of which traces are left: each costs two changes to the database, and where there are more,
all IDs have to be compared anyway."""


class Traces:
    """Leaves traces of what this Orthanc deleted, and follows those of others. For the reflector's thread.

    Only where Orthanc lists slowly: elsewhere comparing all IDs takes no longer.
    """

    def __init__(self, api: OrthancApi, applier: Applier, pending: Pending, log: ChangeLog) -> None:
        self._api = api
        self._applier = applier
        self._pending = pending
        self._log = log

    def are_left(self) -> bool:
        """Whether an Orthanc of this kind leaves any."""
        capabilities = self._api.capabilities()
        return capabilities.lists_slowly and not capabilities.checks_revisions

    def leave(self, deleted: Sequence[str], less: Collection[str]) -> None:
        """Tell of studies that were deleted, and of those that have less series. O(n), 5 ms at 100,000 studies."""
        if self.are_left() and len(deleted) + len(less) <= MOST:
            identifiers = self._applier.identifiers()
            for study in {*less, *(_before(study, identifiers) for study in deleted)}:
                self._api.write_to_log(study)

    def follow(self) -> None:
        """Note the studies that come after the last ones of which the log told lately. O(n)."""
        if touched := self._log.touched_lately():
            identifiers = self._applier.identifiers()
            for study in touched[-MOST:]:
                self._pending.study_changed(_after(study, identifiers))


def _before(study: str, identifiers: Collection[str]) -> str:
    """The ID that comes before that of the study, which need not be there; before the first comes the last."""
    return max((one for one in identifiers if one < study), default=max(identifiers, default=study))


def _after(study: str, identifiers: Collection[str]) -> str:
    """The ID that comes after that of the study; after the last comes the first."""
    return min((one for one in identifiers if one > study), default=min(identifiers, default=study))
