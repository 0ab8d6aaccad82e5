"""Columns: the folded values of a few attributes of all studies, in long texts that are searched at GB/s.

A row begins with a line feed; before, between and after its values, or component groups, stands a separator. A
study that changed gets a new row, and the former one stays: so what is found are candidates, to be looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from .attributes import Attribute
from .filter import BETWEEN, Search
from .folding import MOST_GROUPS, fold, groups
from .sort_keys import Kind, kind_of
from .study import Study

ROWS_A_BLOCK = 2_000

Fold = Callable[[Study], bytes]
"""What gives the row of a study in a column."""


class _Block(NamedTuple):
    """Rows that no more are added to: the IDs of their studies, and the text of each column."""

    studies: list[str]
    texts: tuple[bytes, ...]


class Columns:
    """The columns, by the keywords of their attributes. For one writer and many readers."""

    def __init__(self, folds: Mapping[str, Fold]) -> None:
        self._folds = tuple(folds.values())
        self._places = {keyword: place for place, keyword in enumerate(folds)}
        self._blocks: list[_Block] = []
        self._studies: list[str] = []  # of the rows that are in no block yet
        self._rows: list[tuple[bytes, ...]] = []

    def __len__(self) -> int:
        """The number of rows, those of former values included."""
        return sum(len(block.studies) for block in self._blocks) + len(self._studies)

    def emptied(self) -> Columns:
        """The same columns, without rows."""
        return Columns(dict(zip(self._places, self._folds, strict=True)))

    def row(self, study: Study) -> tuple[bytes, ...]:
        """What the columns hold of a study: 4 µs."""
        return tuple([fold(study) for fold in self._folds])

    def add(self, study_id: str, row: tuple[bytes, ...]) -> None:
        """Add a row. O(1) in the mean."""
        self._rows.append(row)
        self._studies.append(study_id)
        if len(self._studies) >= ROWS_A_BLOCK:
            self._blocks.append(self._last_block())
            self._studies, self._rows = [], []

    def finder(self, search: Search) -> Callable[[], Iterator[str]]:
        """What finds, in the columns as they are just now, whatever becomes of them meanwhile.

        It gives the IDs of all studies that may match, and of some that do not; some more than once. O(bytes of
        the columns), and 0.5 µs for each that is found.
        """
        blocks = [*self._blocks, self._last_block()]
        places = [self._places[keyword] for keyword in search.keywords]
        return lambda: _find(blocks, places, search.needles)

    def _last_block(self) -> _Block:
        studies = list(self._studies)
        rows = self._rows[: len(studies)]
        return _Block(studies, tuple(map(b''.join, zip(*rows, strict=True))) or (b'',) * len(self._folds))


def _find(blocks: Sequence[_Block], places: Sequence[int], needles: Sequence[bytes]) -> Iterator[str]:
    for block in blocks:
        for place in places:
            for needle in needles:
                for row in _rows_with(needle, block.texts[place]):
                    yield block.studies[row]


def _rows_with(needle: bytes, text: bytes) -> Iterator[int]:
    """The numbers of the rows in which the needle is."""
    row, counted = -1, 0
    at = text.find(needle)
    while at != -1:
        row += text.count(b'\n', counted, at)
        yield row
        counted = at
        end = text.find(b'\n', at)
        at = text.find(needle, end) if end != -1 else -1


def fold_of(attribute: Attribute) -> Fold:
    """What gives the row of a study in the column of an attribute, whose values are names or texts: 1 µs."""
    value_of, folded = attribute.value_of, _names if kind_of(attribute.vr) is Kind.NAME else _texts

    def row(study: Study) -> bytes:
        values = [value.encode('utf-8', 'surrogatepass') for value in folded(value_of(study))]
        return b'\n' + BETWEEN + BETWEEN.join(values) + BETWEEN

    return row


def _names(value: str) -> list[str]:
    """The component groups; also those that are too many, in which words are found all the same."""
    return [group for one in value.split('\\') for group in [*groups(one), *fold(one).split('=')[MOST_GROUPS:]]]


def _texts(value: str) -> list[str]:
    return [fold(one) for one in value.split('\\')]
