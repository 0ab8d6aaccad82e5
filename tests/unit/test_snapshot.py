"""The snapshot as a file: what is written is read, and nothing else ever is."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orthanc_paging.errors import SnapshotError
from orthanc_paging.orthanc_api.protocol import Entry
from orthanc_paging.snapshot import file as snapshot
from orthanc_paging.snapshot.file import Header, SnapshotFile
from orthanc_paging.studies.study import Body, from_expanded
from tests.unit.disk import open_files, room_for
from tests.unit.studies import expanded, expanded_studies, identifier

ORIGIN = 'Orthanc 1.12.7'
PATIENTS = ['Müller', 'Zoë', '"PatientID"', '20240131']
"""Patient data in `expanded`."""


def entry(number: int) -> Entry:
    return Entry(number, 'NewStudy', 'Study', identifier(number), '20261124T120000')


HEADER = Header(ORIGIN, 1234.5, (entry(3), entry(7)), 2)


def studies(*names: str) -> list[Body]:
    return [from_expanded(expanded(name, text=f'of {name}')).body for name in names]


@dataclass(frozen=True)
class Content:
    """The whole content of a snapshot."""

    header: Header
    lines: list[bytes]
    changed: list[str]
    marks: list[Entry]


def read(path: Path, origin: str = ORIGIN) -> Content:
    with snapshot.opened(path, origin) as reader:
        return Content(reader.header, list(reader.lines()), list(reader.changed), reader.marks)


def read_if_usable(path: Path) -> Content | None:
    """Return what is read; None if it is refused, by an error without patient data."""
    try:
        return read(path)
    except SnapshotError as error:
        text = str(error)
    assert not any(part in text for part in PATIENTS)
    return None


def written(path: Path, of: Sequence[Body], header: Header = HEADER) -> SnapshotFile:
    file = snapshot.write(path, replace(header, studies=len(of)), of, lambda: False)
    assert file is not None
    return file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / 'snapshot'


@pytest.fixture
def kept(path: Path) -> bytes:
    """The content of a snapshot of two studies, with three lines in its journal."""
    file = written(path, studies('a', 'b'))
    file.changed([identifier('a'), identifier('c')])
    file.mark(entry(9))
    file.changed([identifier('d')])
    file.close()
    return path.read_bytes()


@contextmanager
def refused() -> Iterator[pytest.ExceptionInfo[SnapshotError]]:
    """Expect an error without patient data."""
    with pytest.raises(SnapshotError) as caught:
        yield caught
    assert not any(part in str(caught.value) for part in PATIENTS)


def test_the_studies_the_header_the_journal_and_the_marks_are_read_as_they_were_written(
    path: Path, kept: bytes
) -> None:
    assert kept.count(b'\n') == 1 + 2 + 1 + 3
    content = read(path)
    assert content.header == HEADER
    assert content.lines == studies('a', 'b')
    assert content.changed == [identifier(name) for name in 'acd']
    assert content.marks == [entry(9)]


texts = st.text(max_size=8)
entries = st.builds(Entry, st.integers(0, 2**62), texts, texts, texts, texts)
records = st.lists(st.one_of(entries, st.lists(texts, min_size=1, max_size=3)), max_size=5)


@settings(max_examples=50)
@given(st.lists(expanded_studies, max_size=5), st.lists(entries, max_size=3), records)
def test_any_content_that_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    expandeds: list[dict[str, object]],
    marks: list[Entry],
    records: list[Entry | list[str]],
) -> None:
    path = tmp_path_factory.getbasetemp() / 'any-snapshot'
    of = [from_expanded(one).body for one in expandeds]
    file = written(path, of, Header(ORIGIN, 0.0, tuple(marks), 0))
    for one in records:
        if isinstance(one, Entry):
            file.mark(one)
        else:
            file.changed(one)
    file.close()
    content = read(path)
    assert content.header.marks == tuple(marks)
    assert content.lines == of
    assert content.changed == list(dict.fromkeys(name for one in records if isinstance(one, list) for name in one))
    assert content.marks == [one for one in records if isinstance(one, Entry)]


ONE_LINE = len(studies('a')[0]) + 1


@pytest.mark.parametrize('step', [1, 100, ONE_LINE, ONE_LINE + 1, 5 * ONE_LINE])
def test_more_studies_than_are_written_at_a_time_are_all_read(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    monkeypatch.setattr(snapshot, 'STUDIES_A_STEP', 2)
    monkeypatch.setattr(snapshot, 'BYTES_A_STEP', step)
    written(path, studies(*'abcde')).close()
    assert read(path).lines == studies(*'abcde')


def test_an_empty_index_has_a_snapshot_too(path: Path) -> None:
    written(path, []).close()
    assert read(path) == Content(replace(HEADER, studies=0), [], [], [])


def test_the_journal_is_gone_on_with_after_it_was_read(path: Path, kept: bytes) -> None:
    with snapshot.opened(path, ORIGIN) as reader:
        file = SnapshotFile(path, reader.check)
        file.changed([identifier('e')])
        file.close()
    assert path.read_bytes().startswith(kept)
    assert read(path).changed == [identifier(name) for name in 'acde']


def test_the_journal_goes_on_after_the_file_was_moved(path: Path) -> None:
    file = written(path, studies('a'))
    moved = path.with_suffix('.moved')
    moved.write_bytes(b'older')
    file.move(moved)
    file.changed([identifier('a')])
    file.close()
    assert not path.exists()
    assert read(moved).changed == [identifier('a')]


def test_only_the_owner_may_read_a_snapshot(path: Path) -> None:
    path.write_bytes(b'')
    path.chmod(0o666)
    before = os.umask(0)
    try:
        written(path, studies('a')).close()
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600


def test_its_time_is_when_it_was_last_touched(path: Path) -> None:
    file = written(path, studies('a'))
    os.utime(path, (1000, 1000))
    with snapshot.opened(path, ORIGIN) as reader:
        assert reader.alive_at == 1000
    file.touch()
    file.close()
    with snapshot.opened(path, ORIGIN) as reader:
        assert reader.alive_at > 1000


def test_cut_anywhere_it_is_refused_or_its_journal_is_shorter_by_whole_lines(path: Path, kept: bytes) -> None:
    whole = read(path)
    prefixes = []
    for length in range(len(kept)):
        path.write_bytes(kept[:length])
        content = read_if_usable(path)
        if content is not None:
            assert kept[length - 1 : length] == b'\n'
            assert (content.header, content.lines) == (whole.header, whole.lines)
            prefixes.append((content.changed, content.marks))
    changed = [identifier(name) for name in 'ac']
    assert prefixes == [([], []), (changed, []), (changed, [entry(9)])]


def test_with_any_one_bit_flipped_it_is_refused(path: Path, kept: bytes) -> None:
    with path.open('r+b', buffering=0) as file:
        for place, byte in enumerate(kept):
            for bit in range(8):
                os.pwrite(file.fileno(), bytes([byte ^ 1 << bit]), place)
                with refused():
                    read(path)
            os.pwrite(file.fileno(), bytes([byte]), place)
    assert path.read_bytes() == kept


def test_with_lines_left_out_repeated_or_in_another_order_it_is_refused(path: Path, kept: bytes) -> None:
    lines = kept.splitlines(keepends=True)
    last = len(lines) - 1
    for place in range(len(lines)):
        for other in (
            lines[:place] + lines[place + 1 :],
            lines[:place] + lines[place : place + 1] + lines[place:],
            lines[:place] + lines[place + 1 : place + 2] + lines[place : place + 1] + lines[place + 2 :],
        ):
            if other not in (lines, lines[:last]):  # without its last line, it is what a kill leaves
                path.write_bytes(b''.join(other))
                with refused():
                    read(path)


def test_the_journal_of_another_snapshot_is_refused(path: Path, kept: bytes) -> None:
    written(path, studies('a')).close()
    another = path.read_bytes()
    path.write_bytes(another + b''.join(kept.splitlines(keepends=True)[4:]))
    with refused():
        read(path)


def test_a_snapshot_of_another_origin_is_refused(path: Path, kept: bytes) -> None:
    assert kept
    with refused() as caught:
        read(path, 'Orthanc 1.13.0')
    assert str(caught.value) == 'it is of Orthanc 1.12.7, and this is Orthanc 1.13.0'


@pytest.mark.parametrize(
    'garbage',
    [
        b'',
        b'\n',
        b'\0' * 1000,
        b'\xff\xfe\n',
        b'Mueller\n',
        b'[]\n',
        b'null\n',
        b'{}\n',
        b'{"Origin": "Orthanc 1.12.7", "Taken": 0, "Marks": [], "Studies": 1e999}\n',
        b'{"Origin": "Orthanc 1.12.7", "Taken": 0, "Marks": [[1]], "Studies": 0}\n',
        b'{"Origin": "Orthanc 1.12.7", "Taken": 0, "Marks": [], "Studies": -1}\n',
        b'{"Origin": "Orthanc 1.12.7", "Taken": 0, "Marks": [], "Studies": 9999999999}\n',
        b'[' * 100_000,
    ],
    ids=range(13),
)
def test_a_file_that_is_no_snapshot_is_refused(path: Path, garbage: bytes) -> None:
    path.write_bytes(garbage)
    with refused():
        read(path)


@given(st.binary(max_size=100))
def test_any_bytes_after_a_snapshot_are_refused(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / 'snapshot-and-more'
    written(path, studies('a')).close()
    with path.open('ab') as file:
        file.write(garbage)
    content = read_if_usable(path)
    assert content is None or (garbage, content.changed) == (b'', [])


def test_a_missing_snapshot_is_not_a_damaged_one(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(path)


def test_a_snapshot_that_cannot_be_opened_is_refused(path: Path) -> None:
    path.write_bytes(b'a file instead of a folder')
    with refused() as caught:
        read(path / 'snapshot')
    assert str(caught.value) == 'it cannot be read: Not a directory'
    with refused() as caught:
        read(path.parent)
    assert str(caught.value) == 'it cannot be read: Is a directory'


def test_a_snapshot_that_the_disk_cannot_read_is_refused(path: Path) -> None:
    path.symlink_to('/proc/self/mem')  # which can be opened, and has nothing at its beginning
    with refused() as caught:
        read(path)
    assert str(caught.value) == 'it cannot be read: Input/output error'


def test_an_error_of_who_reads_it_is_left_to_them(path: Path, kept: bytes) -> None:
    assert kept
    with pytest.raises(OSError, match='of the reader'), snapshot.opened(path, ORIGIN):
        raise OSError('of the reader')


def test_a_snapshot_that_cannot_be_written_raises(path: Path) -> None:
    path.write_bytes(b'a file instead of a folder')
    with pytest.raises(NotADirectoryError):
        written(path / 'snapshot', studies('a'))


def test_when_the_disk_is_full_no_half_of_it_is_left(path: Path, kept: bytes) -> None:
    path.unlink()
    without_journal = b''.join(kept.splitlines(keepends=True)[:4])
    for size in range(0, len(without_journal), 20):
        with room_for(size), pytest.raises(OSError, match='File too large'):
            written(path, studies('a', 'b'))
        assert os.listdir(path.parent) == []
    assert open_files(path.parent) == []


def test_when_the_disk_is_full_the_journal_says_so_and_is_refused(path: Path, kept: bytes) -> None:
    with snapshot.opened(path, ORIGIN) as reader:
        check = reader.check
    file = SnapshotFile(path, check)
    with room_for(len(kept) + 20), pytest.raises(OSError, match='the disk is full'):
        file.changed([identifier('e')])
    file.close()
    assert path.stat().st_size == len(kept) + 20
    with refused():
        read(path)


def test_a_journal_on_a_full_disk_says_so(path: Path) -> None:
    path.symlink_to('/dev/full')
    file = SnapshotFile(path, 0)
    with pytest.raises(OSError, match='No space left on device'):
        file.changed([identifier('a')])
    file.close()


def test_a_discarded_snapshot_and_its_parts_in_memory_are_gone(path: Path) -> None:
    file = written(path, studies('a'))
    with path.open('rb') as still_open:
        file.discard()
        assert still_open.read() == b''
    assert os.listdir(path.parent) == []
    assert open_files(path.parent) == []


def test_a_snapshot_whose_writing_is_stopped_is_not_left_behind(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, 'STUDIES_A_STEP', 1)
    answers = iter([False, True])
    assert snapshot.write(path, HEADER, studies('a', 'b'), lambda: next(answers)) is None
    assert os.listdir(path.parent) == []
    assert open_files(path.parent) == []
