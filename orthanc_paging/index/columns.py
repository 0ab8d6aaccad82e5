"""Columns: the folded values of a few attributes of all studies, in long texts that are searched at GB/s.

The rows are in blocks. A study that changed gets a new row, and the former one stays. So the studies that are
found are candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from threading import Lock

from ..queries.condition import Search
from ..queries.words import Sought, WordSearch
from ..studies.study import Study
from .column_kinds import Column, LooseColumn, Part, column_of
from .column_rows import RowOf
from .column_words import Missing, needle_of, rows_with_words

STUDIES_A_STEP = 2_000
"""Studies that are put into the columns at a time: 5 ms."""

ROWS_A_BLOCK = 500
"""Rows that are in no block are searched one by one: 0.2 ms for so many."""

ROWS_A_LARGE_BLOCK = 4_000
"""Small blocks are merged if they have so many rows: a search takes less time with fewer blocks."""

SPARE_ROWS = 10_000
"""Rows of former values that columns may have, beside as many as there are studies."""

ROW_MEMORY = 90
"""Bytes for a row in all columns, in CPython 3.11."""

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
        """Yield the rows."""
        values = zip(*[column.rows() for column in self.columns], strict=True)
        return zip(self.studies, values, strict=True)


class Columns:
    """The columns, by the keywords of their attributes. For one writer and many readers.

    `lock` guards them and the `studies`. Call a method with the lock, unless it says otherwise. The columns begin
    without rows: call `fill` until all studies of the beginning have theirs.
    """

    def __init__(self, lock: Lock, studies: Mapping[str, Study], makers: Mapping[str, RowOf]) -> None:
        self._lock = lock
        self._studies = studies
        self._makers = makers
        self._places = {keyword: place for place, keyword in enumerate(makers)}
        self._without_row = list(studies)
        self._parts: tuple[list[_Block], list[StudyRow]] = [], []  # the blocks, and the rows that are in none yet
        self.outdated: set[str] = set()
        """The IDs of the studies that have rows of former values."""

    def __len__(self) -> int:
        """The number of rows, those of former values included. O(blocks)."""
        blocks, rows = self._parts
        return sum(map(len, blocks)) + len(rows)

    @property
    def is_filled(self) -> bool:
        """Whether each study has its row. Needs no lock."""
        return not self._without_row

    @property
    def has_many_former_values(self) -> bool:
        """Whether most rows are of former values, so that new columns would take less memory. O(blocks)."""
        return len(self) > 2 * len(self._studies) + SPARE_ROWS

    def emptied(self) -> Columns:
        """Return the same columns, to be filled. O(studies)."""
        return Columns(self._lock, self._studies, self._makers)

    def fill(self) -> bool:
        """Add the rows of some more studies, 5 ms. Return whether all are in. For the writer, without the lock."""
        some = self._without_row[-STUDIES_A_STEP:]
        rows = [(study.id, self.row(study)) for study in map(self._studies.get, some) if study is not None]
        with self._lock:
            self._parts[1].extend(rows)
            del self._without_row[-STUDIES_A_STEP:]
        self._settle(1 if self.is_filled else ROWS_A_LARGE_BLOCK)
        return self.is_filled

    def row(self, study: Study) -> Row:
        """Return the rows of a study: 6 to 12 µs. Needs no lock."""
        return tuple([row_of(study) for row_of in self._makers.values()])

    def replace(self, study_id: str, old: Row | None, new: Row | None) -> None:
        """Add the new row of a study that changed. `old` is None if it is new, `new` if it is deleted. O(1)."""
        if old == new:
            return
        if old is not None:
            self.outdated.add(study_id)
        if new is not None:
            self._parts[1].append((study_id, new))

    def settle(self) -> None:
        """Make a block of the rows that are in none, if they are many. For the writer, without the lock.

        5 µs a row, and O(1) rows a change on average.
        """
        if self.is_filled:
            self._settle(ROWS_A_BLOCK)

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

        It yields the IDs of studies, by the `optional` words that their rows lack. No row lacks the first one: the
        rarest that is not optional, or else the first of the search. See `rows_with_words`.
        """
        blocks, places = self._all_blocks(), self._places_of(search.keywords)
        return lambda: _with_words(blocks, places, search.sought, optional)

    def _settle(self, fewest_rows: int) -> None:
        """Make a block of the rows that are in none, if there are so many."""
        blocks, rows = self._parts
        if len(rows) < fewest_rows:
            return
        block = _block(rows)
        small = [one for one in blocks if len(one) < ROWS_A_LARGE_BLOCK]
        if len(block) + sum(map(len, small)) >= ROWS_A_LARGE_BLOCK and small:
            blocks = [one for one in blocks if len(one) >= ROWS_A_LARGE_BLOCK]
            block = _block([row for one in (*small, block) for row in one.rows()])
        self._parts = [*blocks, block], []

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
                yield from map(block.studies.__getitem__, block.columns[place].rows_with(Part(needle)))


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
