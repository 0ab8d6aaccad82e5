r"""The format of the snapshot: all studies, and at the end the journal of what changed since.

    {"Origin": …, "Studies": 2, …}                             the header
    {"ID":"…",…}⇥CT\SR 120                                     one study in each line, as a page sends it, and its
    {"ID":"…",…}                                               computed tags if they are known (as JSON in quotes
                                                               if they contain control characters)
    {"Sha256": …}                                              the seal: the digest of all lines above
    1d8a3f0c ["66c8e41e-…"]                                    the journal: studies that changed,
    5be2a977 [[17, "NewStudy", "Study", "66c8e41e-…", "…"]]    and marks: the end of the change log at that time

Each line of the journal begins with a checksum of itself and of all lines before it.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from ..errors import SnapshotError
from ..orthanc_api.protocol import Entry

STUDIES_A_STEP = 1_000
BYTES_A_STEP = 1 << 20

DAMAGED = 'it is damaged'
DAMAGED_JOURNAL = 'its journal is damaged'


@dataclass(frozen=True, slots=True)
class Header:
    """The first line. `origin` names all versions that the content depends on.

    `taken` is in seconds since 1970. `marks` are entries of the change log, the oldest first. `studies` is the
    number of lines with studies.
    """

    origin: str
    taken: float
    marks: tuple[Entry, ...]
    studies: int


class SnapshotReader:
    """A snapshot that is undamaged: its content is as it was written. `alive_at` is when it was last touched.

    Its journal contains `changed`, the studies that changed since it was taken, and `marks`, the newest last.
    """

    def __init__(self, file: IO[bytes], origin: str) -> None:
        """Check the whole file: O(bytes), 1 s at 1,000,000 studies. Raises `SnapshotError`, and OSError."""
        self._file = file
        self.alive_at = os.fstat(file.fileno()).st_mtime
        first = file.readline()
        self.header = _header(first)
        if self.header.origin != origin:
            raise SnapshotError(f'it is of {self.header.origin}, and this is {origin}')
        self._start = file.tell()
        digest = hashlib.sha256(first)
        for part in self._parts():
            digest.update(part)
        last = file.readline()
        if last != _seal(digest.hexdigest()):
            raise SnapshotError(DAMAGED)
        self.changed, self.marks, self.check = _journal(file, zlib.crc32(last))

    def lines(self) -> Iterator[bytes]:
        """Yield the studies, each as its line. Raises `SnapshotError`."""
        for part in self._parts():
            yield from part.split(b'\n')[:-1]

    def _parts(self) -> Iterator[bytes]:
        """Yield the lines of all studies, some thousand at a time. Raises `SnapshotError`."""
        with _reading():
            place, rest = self._start, self.header.studies
            self._file.seek(place)
            while rest > 0 and (part := self._file.read(BYTES_A_STEP) + self._file.readline()):
                lines = part.count(b'\n')
                if lines > rest:
                    part = b''.join(part.splitlines(keepends=True)[:rest])
                rest -= lines
                place += len(part)
                yield part
            self._file.seek(place)


@contextmanager
def opened(path: Path, origin: str) -> Iterator[SnapshotReader]:
    """Open the snapshot at `path`. Raises `SnapshotError`; FileNotFoundError if there is none."""
    with _reading():
        file = path.open('rb')
    with file:
        with _reading():
            reader = SnapshotReader(file, origin)
        yield reader


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise SnapshotError(f'it cannot be read: {error.strerror}') from None


class SnapshotFile:
    """An open snapshot, to whose journal lines are appended. For one thread at a time."""

    def __init__(self, path: Path, check: int) -> None:
        self._path = path
        self._check = check
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)

    def changed(self, studies: Sequence[str]) -> None:
        """Append studies that differ from the snapshot. Raises OSError."""
        if studies:
            self._append(studies)

    def mark(self, mark: Entry) -> None:
        """Append a mark: the snapshot or the journal contains all changes up to this entry. Raises OSError."""
        self._append([mark])

    def touch(self) -> None:
        """Record in the time of the file that this process runs now. Raises OSError."""
        os.utime(self._descriptor)

    def move(self, path: Path) -> None:
        """Move the file, atomically; it replaces a file at `path`. Raises OSError."""
        self._path.replace(path)
        self._path = path

    def close(self) -> None:
        """Close the file, which contains all that was appended."""
        os.close(self._descriptor)

    def discard(self) -> None:
        """Make the file unusable, since its journal is incomplete; close it and free its space. Raises OSError."""
        try:
            os.ftruncate(self._descriptor, 0)
            self._path.unlink(missing_ok=True)
        finally:
            self.close()

    def _append(self, records: Sequence[object]) -> None:
        line, self._check = _line(records, self._check)
        if os.write(self._descriptor, line) != len(line):
            raise OSError(0, 'the disk is full')


def write(path: Path, header: Header, lines: Iterable[bytes], stop: Callable[[], bool]) -> SnapshotFile | None:
    """Write the line of each study to a new file, which only its owner can read: O(bytes), for a thread.

    `stop` is called before each thousand studies, and lets other threads run. If it returns True, the result is
    None and there is no file. Raises OSError.
    """
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, 'wb') as file:
            seal = _write(file, header, lines, stop)
        if seal is None:
            path.unlink()
            return None
        return SnapshotFile(path, zlib.crc32(seal))
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _write(file: IO[bytes], header: Header, lines: Iterable[bytes], stop: Callable[[], bool]) -> bytes | None:
    """Write everything before the journal; return the seal, or None if `stop` returned True."""
    first = {'Origin': header.origin, 'Studies': header.studies, 'Taken': header.taken, 'Marks': header.marks}
    digest = hashlib.sha256()

    def put(part: bytes) -> None:
        digest.update(part)
        file.write(part)

    put(json.dumps(first).encode() + b'\n')
    rest = iter(lines)
    for _ in range(0, header.studies, STUDIES_A_STEP):
        if stop():
            return None
        put(b''.join([line + b'\n' for line in islice(rest, STUDIES_A_STEP)]))
    seal = _seal(digest.hexdigest())
    file.write(seal)
    return seal


def _header(line: bytes) -> Header:
    try:
        header = json.loads(line)
        marks = tuple(Entry(*mark) for mark in header['Marks'])
        return Header(header['Origin'], float(header['Taken']), marks, int(header['Studies']))
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError):
        raise SnapshotError(DAMAGED) from None


def _journal(lines: Iterable[bytes], check: int) -> tuple[dict[str, None], list[Entry], int]:
    """Return the changed studies, the marks, and the checksum of all lines. Raises `SnapshotError`."""
    changed: dict[str, None] = {}
    marks: list[Entry] = []
    for line in lines:
        try:
            records = json.loads(line[9:])
        except (ValueError, RecursionError):
            raise SnapshotError(DAMAGED_JOURNAL) from None
        expected, check = _line(records, check)
        if line != expected:
            raise SnapshotError(DAMAGED_JOURNAL)
        for record in records:
            if isinstance(record, str):
                changed[record] = None
            else:
                marks.append(Entry(*record))
    return changed, marks, check


def _line(records: object, check: int) -> tuple[bytes, int]:
    """Return a line of the journal, and the checksum of it and of all lines before it."""
    text = json.dumps(records).encode()
    check = zlib.crc32(text, check)
    return b'%08x %s\n' % (check, text), check


def _seal(digest: str) -> bytes:
    return json.dumps({'Sha256': digest}).encode() + b'\n'
