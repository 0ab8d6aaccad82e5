"""Columns: the folded values of a few attributes of all studies, in long texts that are searched at GB/s.

A row begins with a line feed; before, between and after its values, or component groups, stands a separator. A
study that changed gets a new row, and the former one stays: so what is found are candidates, to be looked at.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate, chain
from typing import NamedTuple

from .attributes import Attribute
from .filter import BETWEEN, Search
from .folding import MOST_GROUPS, fold, groups
from .sieve import may_hold, sieve_of
from .sort_keys import Kind, kind_of
from .study import Study

ROWS_A_BLOCK = 2_000

NOT_AT_FIRST = '\x1e'
"""What stands before a value that is not to be found by how it begins, and in no folded text."""

Fold = Callable[[Study], bytes]
"""What gives the row of a study in a column."""


Row = tuple[bytes, ...]
"""What the columns hold of a study."""


class _Column(NamedTuple):
    """A part of a column: the text of some rows, their limits in it, and the sieve of their values."""

    text: bytes
    limits: array[int]
    sieve: bytes

    def rows_with(self, needle: bytes) -> list[int]:
        """The numbers of the rows in which the needle is, from 1 on."""
        find, limits = self.text.find, self.limits
        found = []
        at = find(needle)
        while at != -1:
            row = bisect_right(limits, at)
            found.append(row)
            at = find(needle, limits[row])
        return found


class _Block(NamedTuple):
    """Rows that no more are added to: the IDs of their studies, and the columns."""

    studies: list[str]
    columns: tuple[_Column, ...]


class Columns:
    """The columns, by the keywords of their attributes. For one writer and many readers."""

    def __init__(self, folds: Mapping[str, Fold]) -> None:
        self._folds = tuple(folds.values())
        self._places = {keyword: place for place, keyword in enumerate(folds)}
        self._blocks: list[_Block] = []
        self._rows: list[tuple[str, Row]] = []  # those that are in no block yet, and the IDs of their studies
        self.outdated: set[str] = set()
        """The IDs of the studies of which there are rows of former values."""

    def __len__(self) -> int:
        """The number of rows, those of former values included."""
        return sum(len(block.studies) for block in self._blocks) + len(self._rows)

    def emptied(self) -> Columns:
        """The same columns, without rows."""
        return Columns(dict(zip(self._places, self._folds, strict=True)))

    def row(self, study: Study) -> Row:
        """What the columns hold of a study: 4 µs."""
        return tuple([fold(study) for fold in self._folds])

    def add(self, study_id: str, row: Row) -> None:
        """Add a row. O(1) in the mean."""
        self._rows.append((study_id, row))
        if len(self._rows) >= ROWS_A_BLOCK:
            self._blocks.append(_block(self._rows))
            self._rows = []

    def replace(self, old: Study | None, new: Study | None) -> None:
        """Let a study be as it is now: None where it was not, or is no more."""
        row = self.row(new) if new is not None else None
        if old is not None:
            if row == self.row(old):
                return
            self.outdated.add(old.id)
        if new is not None and row is not None:
            self.add(new.id, row)

    def finder(self, search: Search) -> Callable[[], Iterator[str]]:
        """What finds, in the columns as they are just now, whatever becomes of them meanwhile.

        It gives the IDs of all studies that may match, and of some that do not; some more than once. O(bytes of
        the columns), and 0.7 µs for each that is found.
        """
        blocks, rows = list(self._blocks), list(self._rows)
        places = [self._places[keyword] for keyword in search.keywords]
        return lambda: chain(_in_blocks(blocks, places, search), _in_rows(rows, places, search.needles))


def _block(rows: Sequence[tuple[str, Row]]) -> _Block:
    studies, values = zip(*rows, strict=True)
    return _Block(list(studies), tuple(map(_column, zip(*values, strict=True))))


def _column(rows: Sequence[bytes]) -> _Column:
    text = b''.join(rows)
    limits = array('H' if len(text) < 1 << 16 else 'I', accumulate(map(len, rows), initial=0))
    return _Column(text, limits, sieve_of(set(text.replace(b'\n', b'').split(BETWEEN))))


def _in_blocks(blocks: Sequence[_Block], places: Sequence[int], search: Search) -> Iterator[str]:
    for needle in search.needles:
        value = needle.strip(BETWEEN)
        for studies, columns in blocks:
            for place in places:
                column = columns[place]
                if not search.are_whole or may_hold(column.sieve, value):
                    for row in column.rows_with(needle):
                        yield studies[row - 1]


def _in_rows(rows: Sequence[tuple[str, Row]], places: Sequence[int], needles: Sequence[bytes]) -> Iterator[str]:
    for study_id, row in rows:
        if any(needle in row[place] for place in places for needle in needles):
            yield study_id


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
