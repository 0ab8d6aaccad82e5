"""Finding the rows of columns that have several words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from ..queries.words import Sought
from .column import Column, RowTest

Missing = tuple[Sought, ...]
"""Words that a row has not, and that its study may have elsewhere."""

Found = dict[Missing, list[int]]
"""Numbers of rows, by what they lack."""


class Needles(NamedTuple):
    """What a row contains that has a word: all runs of one of its spellings, each in any column.

    `is_optional`: rows without the word are found as well, since their studies may have it elsewhere.
    """

    sought: Sought
    spellings: Sequence[Sequence[bytes]]
    is_optional: bool

    def frequency(self, columns: Iterable[Column]) -> int:
        """How often the first runs are in the columns, about."""
        return sum(column.frequency(runs[0]) for column in columns for runs in self.spellings)


def needles_of(sought: Sought, is_optional: bool, columns: Collection[Column]) -> Needles:
    """The needles of a word; of each spelling, the run comes first that is rarest in some columns, or longest."""

    def rarity(run: bytes) -> tuple[int, int]:
        return sum(column.frequency(run) for column in columns), -len(run)

    spellings = [
        [run.encode('utf-8', 'surrogatepass') for run in spelling.runs] for spelling in sought.word.spellings
    ]
    return Needles(sought, [sorted(runs, key=rarity) if runs[1:] else runs for runs in spellings], is_optional)


def rows_with_words(columns: Sequence[Column], words: Sequence[Needles]) -> Found:
    """The rows that have all words, and those that lack some of the optional ones, by what they lack.

    No row is found that lacks the first word. O(bytes of the columns), and for each row that has the first word
    1 µs for each other word.
    """
    first, *others = words
    found: Found = {(): _rows_with(columns, first)}
    for word in others:
        found = _divided(found, columns, word)
    return found


def _divided(found: dict[Missing, list[int]], columns: Sequence[Column], word: Needles) -> Found:
    if not any(found.values()):
        return {}
    test = _any_of([_all_of([_row_test(columns, run) for run in runs]) for runs in word.spellings])
    divided: Found = {}
    for missing, rows in found.items():
        divided[missing] = having = [row for row in rows if test(row)]
        if word.is_optional and len(having) < len(rows):
            lacking = set(rows).difference(having)
            divided[(*missing, word.sought)] = list(lacking)
    return {missing: rows for missing, rows in divided.items() if rows}


def _rows_with(columns: Sequence[Column], word: Needles) -> list[int]:
    rows: dict[int, None] = {}
    for first, *others in word.spellings:
        some: Iterable[int] = (row for column in columns for row in column.rows_with(first))
        if others:
            some = filter(_all_of([_row_test(columns, run) for run in others]), list(some))
        rows.update(dict.fromkeys(some))
    return list(rows)


def _row_test(columns: Iterable[Column], run: bytes) -> RowTest:
    return _any_of([test for column in columns if (test := column.row_test(run)) is not None])


def _any_of(tests: Sequence[RowTest]) -> RowTest:
    if len(tests) == 1:
        return tests[0]

    def any_of(row: int) -> bool:
        for test in tests:  # noqa: SIM110 - a generator takes twice as long
            if test(row):
                return True
        return False

    return any_of


def _all_of(tests: Sequence[RowTest]) -> RowTest:
    if len(tests) == 1:
        return tests[0]
    return lambda row: all(test(row) for test in tests)
