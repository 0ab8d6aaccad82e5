r"""The snapshot: a file from which the index starts warm, and the journal of what changed since, at its end.

    {"Origin": …, "Studies": 2, …}                             the header
    {"ID":"…",…}⇥CT\SR 120                                     a study a line, as a page sends it, and what is
    {"ID":"…",…}                                               computed of it, if that is known (in quotes, as
                                                               JSON, if it contains control characters)
    {"Sha256": …}                                              of all lines above
    1d8a3f0c ["66c8e41e-…"]                                    the journal: studies that changed,
    5be2a977 [[17, "NewStudy", "Study", "66c8e41e-…", "…"]]    and marks: how far the log of changes was then

Each line of the journal begins with a checksum of itself and of all lines before it.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ..errors import SnapshotError
from ..orthanc_api.protocol import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

STUDIES_A_STEP = 1_000
BYTES_A_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Header:
    """What a snapshot is told by: `origin` names all versions that its content depends on.

    `marks` are entries of the log of changes, the oldest first. `studies` is how many lines of them follow.
    """

    origin: str
    taken: float  # seconds since 1970
    marks: tuple[Entry, ...]
    studies: int


@dataclass(frozen=True, slots=True)
class Journal:
    """What the journal tells: the studies that changed since the snapshot, and the marks, the newest last."""

    changed: dict[str, None]
    marks: list[Entry]


class SnapshotReader:
    """A snapshot that is whole: nothing of it was changed since it was written."""

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
            raise SnapshotError('it is damaged')
        self.journal, self.check = _journal(file, zlib.crc32(last))

    def lines(self) -> Iterator[bytes]:
        """The studies, each as the line that was written of it. Raises `SnapshotError`."""
        for part in self._parts():
            yield from part.split(b'\n')[:-1]  # which lie in memory one after the other

    def _parts(self) -> Iterator[bytes]:
        """All studies, some thousand whole lines at a time. Raises `SnapshotError`."""
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
    """The snapshot at `path`. Raises `SnapshotError`, and FileNotFoundError where there is none."""
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
    """A snapshot that is open: it takes lines of the journal. For one thread at a time."""

    def __init__(self, path: Path, check: int) -> None:
        self._path = path
        self._check = check
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)

    def changed(self, studies: Sequence[str]) -> None:
        """Note that these are not as the snapshot tells. Raises OSError."""
        if studies:
            self._append(studies)

    def mark(self, mark: Entry) -> None:
        """Note how far the log of changes is: all before it is in the snapshot or the journal. Raises OSError."""
        self._append([mark])

    def touch(self) -> None:
        """Let the file tell that this process lives now."""
        os.utime(self._descriptor)

    def move(self, path: Path) -> None:
        """Put the file in the place of another, at once. Raises OSError."""
        self._path.replace(path)
        self._path = path

    def close(self) -> None:
        """Let go of it; what was noted is in the file."""
        os.close(self._descriptor)

    def discard(self) -> None:
        """Make the file unusable, as the journal could not be kept; let go of it, and free its room."""
        try:
            os.ftruncate(self._descriptor, 0)
            self._path.unlink(missing_ok=True)
        finally:
            self.close()

    def _append(self, noted: Sequence[object]) -> None:
        line, self._check = _line(noted, self._check)
        if os.write(self._descriptor, line) != len(line):
            raise OSError(0, 'the disk is full')


def write(path: Path, header: Header, lines: Iterable[bytes], stop: Callable[[], bool]) -> SnapshotFile | None:
    """Write these lines, one for each study, to a new file, for its owner alone: O(bytes), for a thread.

    Gives other threads way at every thousand studies; None, and no file, where `stop` then says so.
    Raises OSError.
    """
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, 'wb', buffering=0) as file:
            seal = _write(file, header, lines, stop)
        if seal is None:
            path.unlink()
            return None
        return SnapshotFile(path, zlib.crc32(seal))
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _write(file: IO[bytes], header: Header, lines: Iterable[bytes], stop: Callable[[], bool]) -> bytes | None:
    """Write all but the journal; the line that seals it, None where it was stopped."""
    told = {'Origin': header.origin, 'Studies': header.studies, 'Taken': header.taken, 'Marks': header.marks}
    digest = hashlib.sha256()

    def put(part: bytes) -> None:
        digest.update(part)
        _write_all(file, part)

    put(json.dumps(told).encode() + b'\n')
    rest = iter(lines)
    for _ in range(0, header.studies, STUDIES_A_STEP):
        if stop():
            return None
        put(b''.join([line + b'\n' for line in islice(rest, STUDIES_A_STEP)]))
    seal = _seal(digest.hexdigest())
    _write_all(file, seal)
    return seal


def _write_all(file: IO[bytes], part: bytes) -> None:
    rest = memoryview(part)
    while rest:
        rest = rest[file.write(rest) :]


def _header(line: bytes) -> Header:
    try:
        told = json.loads(line)
        marks = tuple(Entry(*mark) for mark in told['Marks'])
        return Header(told['Origin'], float(told['Taken']), marks, int(told['Studies']))
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError):
        raise SnapshotError('it is damaged') from None


def _journal(lines: Iterable[bytes], check: int) -> tuple[Journal, int]:
    """What the lines tell, and the checksum of them all."""
    changed: dict[str, None] = {}
    marks: list[Entry] = []
    for line in lines:
        try:
            noted = json.loads(line[9:])
        except (ValueError, RecursionError):
            raise SnapshotError('its journal is damaged') from None
        expected, check = _line(noted, check)
        if line != expected:
            raise SnapshotError('its journal is damaged')
        for one in noted:
            if isinstance(one, str):
                changed[one] = None
            else:
                marks.append(Entry(*one))
    return Journal(changed, marks), check


def _line(noted: object, check: int) -> tuple[bytes, int]:
    """A line of the journal, and the checksum of it and of all before it."""
    text = json.dumps(noted).encode()
    check = zlib.crc32(text, check)
    return b'%08x %s\n' % (check, text), check


def _seal(digest: str) -> bytes:
    return json.dumps({'Sha256': digest}).encode() + b'\n'
