"""Announcing to the other Orthancs of a database what Orthanc's change log does not contain."""

from __future__ import annotations

from collections.abc import Collection

from ..orthanc_api.protocol import OrthancApi

MOST_ANNOUNCED = 5
"""Studies that are announced at a time. Each costs two changes to the database. If there are more, the others
compare all IDs anyway, since the counts differ."""


def announce(api: OrthancApi, studies: Collection[str]) -> None:
    """Write to the change log that these studies changed. Raises `OrthancFailure`.

    Orthanc's log has no entry for a deleted series, a label or a reconstruction. Nothing is written if there are
    more than `MOST_ANNOUNCED` studies.
    """
    if len(studies) <= MOST_ANNOUNCED:
        for study_id in studies:
            api.write_to_log(study_id)
