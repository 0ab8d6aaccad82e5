"""The journal of the snapshot: the studies that changed since it was taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from ..orthanc_api.protocol import Entry
from .file import SnapshotFile, SnapshotReader
from .folder import SnapshotFolder

LONG_JOURNAL = 1_000
"""From how many studies in the journal on a new snapshot is due, if they are more than one of a hundred. The next
start fetches them again, which takes up to a second for each hundred."""


class SnapshotJournal:
    """Records in the file of the snapshot which studies differ from it. If that fails, the snapshot is removed.

    While the next snapshot is written, its journal is collected, too. Every method is for any thread.
    """

    def __init__(self, folder: SnapshotFolder) -> None:
        self._folder = folder
        self._lock = Lock()  # guards what follows
        self._file: SnapshotFile | None = None
        self.taken: float | None = None
        """When the snapshot was taken, in seconds since 1970; None if there is none."""
        self._studies: dict[str, None] = {}
        self._next: dict[str, None] | None = None  # the journal of the next snapshot, while that is written
        self._under_way: list[str] = []
        self._incomplete = 0  # studies whose computed tags are not in the snapshot
        self._marked = 0  # the number of the last mark

    def __len__(self) -> int:
        """The number of studies that changed since the snapshot was taken."""
        return len(self._studies)

    def is_long(self, studies: int) -> bool:
        """Return whether a new snapshot is due, of an index with so many studies."""
        many = min(LONG_JOURNAL, studies // 100)
        return self._file is None or len(self._studies) > many or self._incomplete > many

    def changed(self, studies: Sequence[str]) -> None:
        """Record that these differ from the snapshot. Some µs, and one line on disk for the first time of each."""
        with self._lock:
            self._record(studies)

    def completed(self) -> None:
        """Count a study with computed tags that the snapshot lacks. The snapshot can be used all the same."""
        self._incomplete += 1

    @contextmanager
    def around(self, studies: Sequence[str]) -> Iterator[None]:
        """Record these studies before the wrapped change starts. It must end by recording them in the queue.

        Until then, the journal of each new snapshot names them, too.
        """
        with self._lock:
            self._under_way += studies
            self._record(studies)
        try:
            yield
        finally:
            with self._lock:
                for study_id in studies:
                    self._under_way.remove(study_id)

    def continue_with(self, reader: SnapshotReader) -> None:
        """Continue the journal of the snapshot that was read."""
        with self._lock:
            try:
                self._file = SnapshotFile(self._folder.file, reader.check)
                self.taken = reader.header.taken
                self._studies = dict(reader.changed)
            except OSError as error:
                self._fail(error)

    def begin_next(self) -> None:
        """Begin to collect the journal of the next snapshot. The index is read after this."""
        self._incomplete = 0
        with self._lock:
            self._next = dict.fromkeys(self._under_way)

    def end_next(self, written: SnapshotFile, taken: float) -> None:
        """Replace this snapshot by the next one and its journal. Raises OSError; then this one stays."""
        with self._lock:
            studies = self._next or {}
            try:
                written.changed(list(studies))
                written.move(self._folder.file)
            except OSError:
                written.discard()
                raise
            if self._file is not None:
                self._file.close()
            self._file, self.taken, self._studies, self._next = written, taken, studies, None

    def forget_next(self) -> None:
        """End collecting the journal of the next snapshot."""
        with self._lock:
            self._next = None

    def mark(self, mark: Entry | None, unsettled: Sequence[str]) -> None:
        """Record up to which entry the index or `unsettled` studies contain the change log; touch the file."""
        with self._lock:
            self._record(unsettled)
            try:
                if self._file is not None:
                    self._file.touch()
                    if mark is not None and mark.number != self._marked:
                        self._file.mark(mark)
                        self._marked = mark.number
            except OSError as error:
                self._fail(error)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _record(self, studies: Sequence[str]) -> None:
        new = [study_id for study_id in studies if study_id not in self._studies]
        if self._next is not None:
            self._next.update(dict.fromkeys(studies))
        if new and self._file is not None:
            try:
                self._file.changed(new)
                self._studies.update(dict.fromkeys(new))
            except OSError as error:
                self._fail(error)

    def _fail(self, error: OSError) -> None:
        """Remove the snapshot: without its journal it is of no use."""
        self._folder.warn(error)
        file, self._file, self.taken, self._studies = self._file, None, None, {}
        if file is None:
            self._folder.remove()
            return
        try:
            file.discard()
        except OSError as another:
            self._folder.warn(another)
