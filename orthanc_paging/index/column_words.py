"""Finding the rows of columns that contain several words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from ..queries.words import Sought, Spelling
from .column_kinds import BORDERS, Column, Part, RowTest

Missing = tuple[Sought, ...]
"""Words that a row does not contain, and that its study may have elsewhere."""

Found = dict[Missing, list[int]]
"""Numbers of rows, by the words that are missing in them."""


class Needle(NamedTuple):
    """A word in rows. A row that has the word contains one of the `parts` in a column. A part is one spelling.

    `is_optional`: rows without the word are found, too, since their studies may have it elsewhere.
    """

    sought: Sought
    parts: Sequence[Part]
    is_optional: bool

    def frequency(self, columns: Iterable[Column]) -> int:
        """Return how often the runs of the parts are in the columns."""
        return sum(column.frequency(part.run) for column in columns for part in self.parts)


def needle_of(sought: Sought, is_optional: bool, sample: Collection[Column]) -> Needle:
    """Return the needle of a word. Each part is searched by its run that is rarest in a sample, or longest."""

    def rarity(run: bytes) -> tuple[int, int]:
        return sum(column.frequency(run) for column in sample), -len(run)

    return Needle(sought, [_part(spelling, rarity) for spelling in sought.word.spellings], is_optional)


def _part(spelling: Spelling, rarity: Callable[[bytes], tuple[int, int]]) -> Part:
    runs = [_bytes(run) for run in spelling.runs]
    if spelling.is_run:
        return Part(runs[0])
    first, *others = [_pattern(piece) for piece in spelling.pattern.split('*')]
    pattern = first + b''.join(b'(?>[^%b]*?%b)' % (BORDERS, other) for other in others)
    return Part(min(runs, key=rarity), re.compile(pattern, re.DOTALL))


_PIECE = re.compile('[? ]|[^? ]+')
_PIECES = {' ': rb'[^0-9a-z\x80-\xff%b]+' % BORDERS, '?': b'[^%b]+?' % BORDERS}
"""A space stands for any signs: a row has them as they are. `?` stands for them, or for one character's bytes."""


def _pattern(text: str) -> bytes:
    return b''.join(_PIECES.get(piece) or re.escape(_bytes(piece)) for piece in _PIECE.findall(text))


def _bytes(text: str) -> bytes:
    return text.encode('utf-8', 'surrogatepass')


def rows_with_words(columns: Sequence[Column], words: Sequence[Needle]) -> Found:
    """Return the rows that have all words but some of the optional ones, by the words that are missing.

    All rows have the first word. A word with `?` may be in none of the texts of a row that is found. O(bytes
    of the columns). Each other word takes 1 µs for each row that has the first word.
    """
    first, *others = words
    rows = dict.fromkeys(row for part in first.parts for column in columns for row in column.rows_with(part))
    found: Found = {(): list(rows)}
    for word in others:
        found = _divided(found, columns, word) if any(found.values()) else {}
    return found


def _divided(found: Found, columns: Sequence[Column], word: Needle) -> Found:
    tests = [test for part in word.parts for column in columns if (test := column.row_test(part)) is not None]
    divided: Found = {}
    for missing, rows in found.items():
        divided[missing] = having = _with_any(tests, rows)
        if word.is_optional and len(having) < len(rows):
            divided[(*missing, word.sought)] = list(set(rows).difference(having))
    return {missing: rows for missing, rows in divided.items() if rows}


def _with_any(tests: Sequence[RowTest], rows: Sequence[int]) -> list[int]:
    """Return the rows for which a test is true."""
    having: list[int] = []
    for test in tests:
        some = list(filter(test, rows))
        if some:
            having += some
            rows = list(set(rows).difference(some))
    return having
