"""Columns: the folded values of a few attributes of all studies, in long texts that are searched at GB/s.

A row begins with a line feed; before, between and after its values, or component groups, stands a separator. A
study that changed gets a new row, and the former one stays: so what is found are candidates, to be looked at.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

from ..queries.filter import BETWEEN, Search
from ..studies.attributes import Attribute
from ..studies.study import Study
from ..values.folding import MOST_GROUPS, fold, groups
from ..values.sort_keys import Kind, kind_of
from .sieve import may_hold, sieve_of

ROWS_A_BLOCK = 500
"""Rows that are in no block are looked through one by one: 0.2 ms for so many."""

ROWS_A_LARGE_BLOCK = 4_000
"""Small blocks become a large one when they have so many: the fewer there are, the less a search takes. Sorting as
many values takes 2 ms, during which no other Python code runs."""

_VALUE = re.compile(BETWEEN + b'([^\n%b]*)(?=%b)' % (BETWEEN, BETWEEN))

NOT_AT_FIRST = '\x1e'
"""What stands before a value that is not to be found by how it begins, and in no folded text."""

Fold = Callable[[Study], bytes]
"""What gives the row of a study in a column."""


Row = tuple[bytes, ...]
"""What the columns hold of a study."""

Told = tuple[str, Row]
"""The ID of a study, and its row."""


class _Column(NamedTuple):
    """A part of a column: the text of some rows, and where each ends in it.

    `starts` is where what stands before each value does, in the order of the values, `rows_of` in which row that
    is; `sieve` is that of the values.
    """

    text: bytes
    ends: array[int]
    starts: array[int]
    rows_of: array[int]
    sieve: bytes

    def rows(self) -> Iterator[bytes]:
        """The rows."""
        return (self.text[start:end] for start, end in pairwise([0, *self.ends]))

    def rows_with(self, needle: bytes) -> Iterator[int]:
        """The numbers of the rows that hold a needle (see `Search`)."""
        if not needle.startswith(BETWEEN):
            return self._rows_anywhere(needle)
        if needle.endswith(BETWEEN) and not may_hold(self.sieve, needle.strip(BETWEEN)):
            return iter(())
        return self._rows_by_beginning(needle)

    def _rows_anywhere(self, needle: bytes) -> Iterator[int]:
        """O(bytes)."""
        find, ends = self.text.find, self.ends
        at = find(needle)
        while at != -1:
            row = bisect_right(ends, at)
            yield row
            at = find(needle, ends[row])

    def _rows_by_beginning(self, needle: bytes) -> Iterator[int]:
        """O(log n), 3 µs.

        What stands behind a value is less than all that is in one: whatever follows it, the order is the same.
        """
        text, length = self.text, len(needle)

        def beginning(start: int) -> bytes:
            return text[start : start + length]

        first = bisect_left(self.starts, needle, key=beginning)
        last = bisect_right(self.starts, needle, first, key=beginning)
        return iter(self.rows_of[first:last])


class _Block:
    """Rows that no more are added to: the IDs of their studies, and the columns."""

    __slots__ = ('columns', 'studies')

    def __init__(self, studies: list[str], columns: tuple[_Column, ...]) -> None:
        self.studies = studies
        self.columns = columns

    def __len__(self) -> int:
        return len(self.studies)

    def rows(self) -> Iterator[Told]:
        """The rows."""
        values = zip(*[column.rows() for column in self.columns], strict=True)
        return zip(self.studies, values, strict=True)


class Columns:
    """The columns, by the keywords of their attributes. For one writer and many readers.

    Where nothing else is said, a method is to be called with the lock held that both share.
    """

    def __init__(self, folds: Mapping[str, Fold]) -> None:
        self._folds = tuple(folds.values())
        self._places = {keyword: place for place, keyword in enumerate(folds)}
        self._parts: tuple[list[_Block], list[Told]] = [], []  # the rows that are in no block yet at the end
        self.outdated: set[str] = set()
        """The IDs of the studies of which there are rows of former values."""

    def __len__(self) -> int:
        """The number of rows, those of former values included."""
        blocks, rows = self._parts
        return sum(map(len, blocks)) + len(rows)

    def emptied(self) -> Columns:
        """The same columns, without rows."""
        return Columns(dict(zip(self._places, self._folds, strict=True)))

    def row(self, study: Study) -> Row:
        """What the columns hold of a study, without the lock: 4 µs."""
        return tuple([fold(study) for fold in self._folds])

    def add(self, rows: Iterable[Told]) -> None:
        """Add rows. O(rows)."""
        self._parts[1].extend(rows)

    def replace(self, old: Study | None, new: Study | None) -> None:
        """Let a study be as it is now: None where it was not, or is no more."""
        row = self.row(new) if new is not None else None
        if old is not None:
            if row == self.row(old):
                return
            self.outdated.add(old.id)
        if new is not None and row is not None:
            self.add([(new.id, row)])

    def settle(self, rows_a_block: int) -> None:
        """Make a block of the rows that are in none, if there are so many. For the writer, without the lock.

        O(1) rows in the mean, 5 µs for each.
        """
        blocks, rows = self._parts
        if len(rows) < rows_a_block:
            return
        block = _block(rows)
        small = [one for one in blocks if len(one) < ROWS_A_LARGE_BLOCK]
        if len(block) + sum(map(len, small)) >= ROWS_A_LARGE_BLOCK and small:
            blocks = [one for one in blocks if len(one) >= ROWS_A_LARGE_BLOCK]
            block = _block([row for one in (*small, block) for row in one.rows()])
        self._parts = [*blocks, block], []

    def finder(self, search: Search) -> Callable[[], Iterator[str]]:
        """What finds, in the columns as they are just now, whatever becomes of them meanwhile.

        It gives the IDs of all studies that may match, and of some that do not; some more than once. O(bytes of
        the columns) for a part of a value, or else O(log n) for each block, and 0.5 µs for each that is found.
        """
        blocks, rows = self._parts
        rows = list(rows)
        places = [self._places[keyword] for keyword in search.keywords]
        return lambda: chain(_in_blocks(blocks, places, search), _in_rows(rows, places, search.needles))


def _block(rows: Sequence[Told]) -> _Block:
    studies, values = zip(*rows, strict=True)
    return _Block(list(studies), tuple(map(_column, zip(*values, strict=True))))


def _column(rows: Sequence[bytes]) -> _Column:
    text = b''.join(rows)
    values = sorted((found[1], found.start()) for found in _VALUE.finditer(text))
    ends = _integers(list(accumulate(map(len, rows))), len(text))
    starts = _integers([start for _, start in values], len(text))
    rows_of = _integers([bisect_right(ends, start) for start in starts], len(rows))
    return _Column(text, ends, starts, rows_of, sieve_of({value for value, _ in values}))


def _integers(values: list[int], most: int) -> array[int]:
    return array('H' if most < 1 << 16 else 'I', values)


def _in_blocks(blocks: Sequence[_Block], places: Sequence[int], search: Search) -> Iterator[str]:
    for needle in search.needles:
        for block in blocks:
            for place in places:
                yield from map(block.studies.__getitem__, block.columns[place].rows_with(needle))


def _in_rows(rows: Sequence[Told], places: Sequence[int], needles: Sequence[bytes]) -> Iterator[str]:
    for place in places:
        for needle in needles:
            yield from [study_id for study_id, row in rows if row[place].find(needle) != -1]


def fold_of(attribute: Attribute) -> Fold:
    """What gives the row of a study in the column of an attribute, whose values are names or texts: 1 µs."""
    value_of, folded = attribute.value_of, _names if kind_of(attribute.vr) is Kind.NAME else _texts

    def row(study: Study) -> bytes:
        values = [value.encode('utf-8', 'surrogatepass') for value in folded(value_of(study))]
        return b'\n' + BETWEEN + BETWEEN.join(values) + BETWEEN

    return row


def _names(value: str) -> list[str]:
    """The component groups; also those that are too many, in which words alone are found."""
    return [group for one in value.split('\\') for group in [*groups(one), *_surplus(fold(one))]]


def _surplus(name: str) -> list[str]:
    return [NOT_AT_FIRST + group for group in name.split('=')[MOST_GROUPS:]]


def _texts(value: str) -> list[str]:
    return [fold(one) for one in value.split('\\')]
