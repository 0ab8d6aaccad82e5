"""Starting from the snapshot: reading it, and noting what changed in Orthanc since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .. import __version__
from ..errors import SnapshotError
from ..index.store import upsert_of_line
from ..orthanc_api.protocol import Entry

if TYPE_CHECKING:
    from ..changes.change_log import ChangeLog
    from ..changes.queue import Queue
    from ..index.study_index import StudyIndex
    from ..orthanc_api.protocol import Capabilities, OrthancApi
    from .file import SnapshotReader

FORMAT = 2
"""Of the snapshot. One of another format is not used."""

MARKS_LOOKED_FOR = 10
STUDIES_A_STEP = 5_000

NEAR = 10_000
"""Entries of the log that are rather read once more than missed."""

UNSTABLE = b'"IsStable":false'

MANY = 5
"""Where more than one of five studies changed, listing all takes no longer than fetching those."""


class WarmStart:
    """Fills the index from a snapshot. To be done in turn: `recognise`, `load`, `note`."""

    def __init__(
        self, api: OrthancApi, index: StudyIndex, queue: Queue, log: ChangeLog, reader: SnapshotReader
    ) -> None:
        self._api = api
        self._index = index
        self._queue = queue
        self._log = log
        self._reader = reader
        self._changed = dict(reader.journal.changed)

    def recognise(self) -> None:
        """Find in Orthanc's log of changes what the snapshot knows of it, and go on from there.

        The entry of a resource that was deleted since is gone from the log; then the one before it serves. Raises
        `SnapshotError` where the log does not hold them, since it is another one's, was emptied, or is of an
        earlier day than the snapshot; and `OrthancFailure`.
        """
        marks = [*self._reader.header.marks, *self._reader.journal.marks[-MARKS_LOOKED_FOR:]]
        for mark in reversed(marks):
            if self._is_in_log(mark):
                newest = marks[-1]
                self._log.begin_after(mark if newest.number - mark.number <= NEAR else newest)
                return
            if mark.level == 'Study':
                self._changed[mark.resource_id] = None
        raise SnapshotError('the log of changes holds nothing of what it was made after')

    def load(self) -> Iterator[int]:
        """Put all studies in, some thousand at a time; tells how many so far. The index is then to be arranged."""
        for count, line in enumerate(self._reader.lines(), 1):
            upsert = upsert_of_line(line)
            self._index.load(upsert)
            if UNSTABLE in line:
                self._changed[upsert.study.id] = None  # Orthanc forgets that at its end
            if count % STUDIES_A_STEP == 0:
                yield count

    def note(self) -> None:
        """Note the studies that are not as the snapshot has them. Raises `SnapshotError` and `OrthancFailure`."""
        for study in self._changed:
            self._queue.study_changed(study)
        while not self._log.read_on():
            pass
        if len(self._queue) > max(len(self._index) // MANY, STUDIES_A_STEP):
            raise SnapshotError(f'{len(self._queue)} studies changed since')

    def _is_in_log(self, mark: Entry) -> bool:
        """Whether the log has the entry that the mark tells of; False where it is gone. Raises `SnapshotError`."""
        number = mark.number
        entries, _, last = self._api.changes(number - 1, 1)
        if last < number or (entries and entries[0].number == number and entries[0] != mark):
            raise SnapshotError('the log of changes is not the one that it was made after')
        return bool(entries and entries[0].number == number)


def origin_of(capabilities: Capabilities) -> str:
    """What the content of a snapshot depends on: our version and format, Orthanc's, and the tags that it keeps."""
    tags = hashlib.sha256(capabilities.main_dicom_tags.encode()).hexdigest()[:16]
    return f'orthanc-paging {__version__}, format {FORMAT}, Orthanc {capabilities.version}, main DICOM tags {tags}'
