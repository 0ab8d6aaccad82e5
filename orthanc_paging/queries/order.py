"""An order: sort keys, and the bytes by which studies compare. The study's ID comes last, so no two are equal."""

from __future__ import annotations

from binascii import unhexlify
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from struct import iter_unpack
from typing import NamedTuple

from ..dicom.sort_keys import Part, ascending, descending, encoder_of
from ..memo import Memo
from ..studies.attributes import Attribute
from ..studies.study import Study

KEPT_PARTS = 10_000
"""Values of which each sort key keeps the part of the order key."""

KEPT_SORT_KEYS = 64
"""Sort keys that are kept with their parts. All views by one sort key share them."""

OrderKey = bytes
"""What studies are compared by, byte by byte."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """An attribute, and whether its values are sorted from the last to the first."""

    attribute: Attribute
    is_descending: bool = False

    @property
    def name(self) -> str:
        """The sort key as a client writes it: `-StudyDate`."""
        return f'{"-" if self.is_descending else ""}{self.attribute.keyword}'


class KeyPart(NamedTuple):
    """What one sort key adds to order keys: it reads the values of studies, and encodes them."""

    value_of: Callable[[Study], str]
    values_of: Callable[[Sequence[Study]], list[str]]
    encoded: Memo[str, Part]


@dataclass(frozen=True, slots=True)
class Order:
    """How studies are sorted: the names of the sort keys, and the parts that they add to order keys.

    `is_computed`: a sort key is a computed tag, which is unknown until some time after the rest of a study.
    """

    names: tuple[str, ...]
    parts: tuple[KeyPart, ...] = field(compare=False)
    is_computed: bool = False

    @property
    def name(self) -> str:
        """The order as a client writes it: `-StudyDate,PatientName`; '' for the default order."""
        return ','.join(self.names)

    def key(self, study: Study) -> OrderKey:
        """Return the order key of a study: 0.4 µs, and 1 µs more for each value that is searched in its body."""
        return b''.join([part.encoded[part.value_of(study)] for part in self.parts]) + _id_part(study)

    def keys(self, studies: Sequence[Study]) -> list[OrderKey]:
        """Return the order keys of several studies, in half of the time of `key`."""
        columns = [map(part.encoded.__getitem__, part.values_of(studies)) for part in self.parts]
        return list(map(b''.join, zip(*columns, _id_parts(studies), strict=True)))


def order_by(sort_keys: Sequence[SortKey]) -> Order:
    """Return the order by these sort keys, the first before the others."""
    names = tuple(sort_key.name for sort_key in sort_keys)
    is_computed = any(sort_key.attribute.is_computed for sort_key in sort_keys)
    return Order(names, tuple(map(_key_part, sort_keys)), is_computed)


@lru_cache(KEPT_SORT_KEYS)  # else each view of a client's choice would keep parts of its own
def _key_part(sort_key: SortKey) -> KeyPart:
    attribute = sort_key.attribute
    encode = encoder_of(attribute.vr, attribute.keyword)
    direct = descending if sort_key.is_descending else ascending
    return KeyPart(attribute.value_of, attribute.values_of, Memo(lambda value: direct(encode(value)), KEPT_PARTS))


def _id_part(study: Study) -> Part:
    """Return the ID at the end of a key: 20 bytes."""
    return bytes.fromhex(study.id.replace('-', ''))


def _id_parts(studies: Sequence[Study]) -> Iterator[Part]:
    """Yield the IDs of several studies, in a third of the time: all digits are decoded at once."""
    digits = ''.join([study.id for study in studies]).encode().translate(None, b'-')
    return chain.from_iterable(iter_unpack('20s', unhexlify(digits)))


def _as_text(date: str) -> Part:
    return ascending(date.encode('utf-8', 'surrogatepass'))


_DATE = KeyPart(attrgetter('date'), lambda studies: [study.date for study in studies], Memo(_as_text, KEPT_PARTS))

DEFAULT = Order((), (_DATE,))
"""The order of the Orthanc Book's `/sort-studies`: StudyDate as text, a missing one first, then the ID."""
