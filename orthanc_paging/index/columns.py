"""Columns: the folded values of a few attributes of all studies, in long texts that are searched at GB/s.

A row begins with a line feed; before, between and after its values, or component groups, stands a separator. A
study that changed gets a new row, and the former one stays. So the studies that are found are candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from ..dicom.folding import MOST_GROUPS, fold, groups
from ..dicom.searchable_text import searchable
from ..dicom.vr import Kind, kind_of
from ..queries.condition import BETWEEN, Search
from ..queries.words import Sought, WordSearch
from ..studies.attributes import Attribute
from ..studies.study import Study
from .column import NOT_AT_FIRST, Column, LooseColumn, column_of
from .word_rows import Missing, needle_of, rows_with_words

ROWS_A_BLOCK = 500
"""Rows that are in no block are searched one by one: 0.2 ms for so many."""

ROWS_A_LARGE_BLOCK = 4_000
"""Small blocks are merged if they have so many rows: a search takes less time with fewer blocks. Sorting as many
values takes 2 ms, during which no other Python code runs."""

MOST_KNOWN = 500
"""Values of an attribute whose rows are remembered: descriptions and institutions come again and again."""

Fold = Callable[[Study], bytes]
"""A function that makes the row of a study in a column."""

Row = tuple[bytes, ...]
"""The rows of a study, one in each column."""

StudyRow = tuple[str, Row]
"""The ID of a study, and its rows."""


class _Block:
    """A fixed number of rows: the IDs of their studies, and the columns."""

    __slots__ = ('columns', 'studies')

    def __init__(self, studies: list[str], columns: tuple[Column, ...]) -> None:
        self.studies = studies
        self.columns = columns

    def __len__(self) -> int:
        return len(self.studies)

    def rows(self) -> Iterator[StudyRow]:
        """The rows."""
        values = zip(*[column.rows() for column in self.columns], strict=True)
        return zip(self.studies, values, strict=True)


class Columns:
    """The columns, by the keywords of their attributes. For one writer and many readers.

    Call a method with the lock that both share, unless it says otherwise.
    """

    def __init__(self, folds: Mapping[str, Fold]) -> None:
        self._folds = tuple(folds.values())
        self._places = {keyword: place for place, keyword in enumerate(folds)}
        self._parts: tuple[list[_Block], list[StudyRow]] = [], []  # the blocks, and the rows that are in none yet
        self.outdated: set[str] = set()
        """The IDs of the studies that have rows of former values."""

    def __len__(self) -> int:
        """The number of rows, those of former values included."""
        blocks, rows = self._parts
        return sum(map(len, blocks)) + len(rows)

    def emptied(self) -> Columns:
        """The same columns, without rows."""
        return Columns(dict(zip(self._places, self._folds, strict=True)))

    def row(self, study: Study) -> Row:
        """Return the rows of a study: 6 to 12 µs. Needs no lock."""
        return tuple([fold(study) for fold in self._folds])

    def add(self, rows: Iterable[StudyRow]) -> None:
        """Add rows. O(rows)."""
        self._parts[1].extend(rows)

    def replace(self, old: Study | None, new: Study | None) -> None:
        """Add the row of a study that changed. None means that it was not there, or is deleted."""
        row = self.row(new) if new is not None else None
        if old is not None:
            if row == self.row(old):
                return
            self.outdated.add(old.id)
        if new is not None and row is not None:
            self.add([(new.id, row)])

    def settle(self, rows_a_block: int) -> None:
        """Make a block of the rows that are in none, if there are so many. For the writer, without the lock.

        5 µs a row, and O(1) rows a change on average.
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
        """Return a function that searches the columns as they are now. It needs no lock.

        It yields the IDs of all studies that may match, of some that do not, and some more than once. O(bytes of
        the columns) for a part of a value, else O(log n) for each block; 0.5 µs for each study that is found.
        """
        blocks, places = self._all_blocks(), self._places_of(search.keywords)
        return lambda: _with_needles(blocks, places, search.needles)

    def word_finder(
        self, search: WordSearch, optional: Collection[Sought]
    ) -> Callable[[], Iterator[tuple[Missing, list[str]]]]:
        """Return a function that searches the columns as they are now for rows that have words. It needs no lock.

        It yields the IDs of studies, by which of the `optional` words their rows lack. No row lacks the first one:
        the rarest that is not optional, or else the first of the search. See `rows_with_words`.
        """
        blocks, places = self._all_blocks(), self._places_of(search.keywords)
        return lambda: _with_words(blocks, places, search.sought, optional)

    def _all_blocks(self) -> list[_Block]:
        """The blocks, the last one of the rows that are in none yet."""
        blocks, rows = self._parts
        values = zip(*[row for _, row in rows], strict=True) if rows else [()] * len(self._places)
        return [*blocks, _Block([study_id for study_id, _ in rows], tuple(map(LooseColumn, values)))]

    def _places_of(self, keywords: Iterable[str]) -> list[int]:
        return [self._places[keyword] for keyword in keywords]


def _block(rows: Sequence[StudyRow]) -> _Block:
    studies, values = zip(*rows, strict=True)
    return _Block(list(studies), tuple(map(column_of, zip(*values, strict=True))))


def _with_needles(blocks: Sequence[_Block], places: Sequence[int], needles: Sequence[bytes]) -> Iterator[str]:
    for needle in needles:
        for block in blocks:
            for place in places:
                yield from map(block.studies.__getitem__, block.columns[place].rows_with(needle))


def _with_words(
    blocks: Sequence[_Block], places: Sequence[int], sought: Sequence[Sought], optional: Collection[Sought]
) -> Iterator[tuple[Missing, list[str]]]:
    sample = [blocks[0].columns[place] for place in places]
    words = [needle_of(one, one in optional, sample) for one in sought]
    if words[1:]:
        words.sort(key=lambda word: (word.is_optional, word.is_optional or word.frequency(sample)))
    for block in blocks:
        found = rows_with_words([block.columns[place] for place in places], words)
        for missing, rows in found.items():
            yield missing, list(map(block.studies.__getitem__, rows))


def fold_of(attribute: Attribute) -> Fold:
    """The function that makes the row of a study in the column of an attribute of names or texts: 1 µs."""
    value_of, kind = attribute.value_of, kind_of(attribute.vr)
    folded = _names if kind is Kind.NAME else _texts

    @lru_cache(MOST_KNOWN)
    def row_of(value: str) -> bytes:
        values = folded(value)
        values += [NOT_AT_FIRST + other for other in _other_texts(kind, value, values)]
        return b'\n' + BETWEEN + BETWEEN.join([one.encode('utf-8', 'surrogatepass') for one in values]) + BETWEEN

    return lambda study: row_of(value_of(study))


def _names(value: str) -> list[str]:
    return [group for one in value.split('\\') for group in groups(one)]


def _texts(value: str) -> list[str]:
    return [fold(one) for one in value.split('\\')]


_ASCII_SIGNS_TO_SPACES = {code: ' ' for code in range(128) if not chr(code).isalnum()}


def _other_texts(kind: Kind, value: str, folded: Sequence[str]) -> Iterable[str]:
    """The searchable texts that are not a folded value with spaces for signs: `mueller`, `obrien`, `洪吉洞`."""
    if value.isascii() and "'" not in value and '`' not in value and value.count('=') < MOST_GROUPS:
        return ()
    known = {' '.join(one.translate(_ASCII_SIGNS_TO_SPACES).split()) for one in folded}
    return [text for text in searchable(kind, value) if text not in known]
