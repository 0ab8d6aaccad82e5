"""How studies are sorted: by a key of bytes, in which the study's ID comes last, so that no two are equal."""

from __future__ import annotations

from binascii import unhexlify
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from struct import iter_unpack

from ..dicom.sort_keys import Part, ascending, descending, encoder_of
from ..studies.attributes import Attribute
from ..studies.study import Study

MOST_KNOWN = 10_000
"""Values whose parts of keys are remembered, for each sort key."""

MOST_PARTS = 64

OrderKey = bytes
"""What studies are compared by, byte by byte."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """An attribute, and whether its values are sorted from the last to the first."""

    attribute: Attribute
    is_descending: bool = False

    @property
    def name(self) -> str:
        """As a client writes it: `-StudyDate`."""
        return f'{"-" if self.is_descending else ""}{self.attribute.keyword}'


class Parts(dict[str, Part]):
    """What one sort key gives to the keys of studies: by its value, which `value_of` reads, the part of the key.

    `values_of` reads the values of some studies. The parts of the first values are remembered: dates, descriptions
    and modalities come again and again.
    """

    def __init__(
        self,
        value_of: Callable[[Study], str],
        values_of: Callable[[Sequence[Study]], list[str]],
        part_of: Callable[[str], Part],
    ) -> None:
        super().__init__()
        self.value_of = value_of
        self.values_of = values_of
        self._part_of = part_of

    def __missing__(self, value: str) -> Part:
        part = self._part_of(value)
        if len(self) < MOST_KNOWN:
            self[value] = part
        return part


@dataclass(frozen=True, slots=True)
class Order:
    """How studies are sorted: the names of its sort keys, and the parts of keys, the first before the others.

    `is_computed`: by something that is known only some time after the rest of a study.
    """

    names: tuple[str, ...]
    parts: tuple[Parts, ...] = field(compare=False)
    is_computed: bool = False

    @property
    def name(self) -> str:
        """As a client writes it: `-StudyDate,PatientName`; '' for the default order."""
        return ','.join(self.names)

    def key(self, study: Study) -> OrderKey:
        """The key of a study: 0.4 µs, and 1 µs for each part that has to be searched in its body."""
        return b''.join([parts[parts.value_of(study)] for parts in self.parts]) + id_part(study)

    def keys(self, studies: Sequence[Study]) -> list[OrderKey]:
        """The keys of some studies, in half of the time."""
        columns = [map(parts.__getitem__, parts.values_of(studies)) for parts in self.parts]
        return list(map(b''.join, zip(*columns, _id_parts(studies), strict=True)))


def order_by(sort_keys: Sequence[SortKey]) -> Order:
    """The order by these, the first before the others."""
    names = tuple(sort_key.name for sort_key in sort_keys)
    is_computed = any(sort_key.attribute.is_computed for sort_key in sort_keys)
    return Order(names, tuple(map(_parts, sort_keys)), is_computed)


def id_part(study: Study) -> Part:
    """The ID at the end of a key: 20 bytes."""
    return bytes.fromhex(study.id.replace('-', ''))


def _id_parts(studies: Sequence[Study]) -> Iterator[Part]:
    """The same of many studies, in a third of the time: all digits are decoded at once."""
    digits = ''.join([study.id for study in studies]).encode().translate(None, b'-')
    return chain.from_iterable(iter_unpack('20s', unhexlify(digits)))


@lru_cache(MOST_PARTS)  # else each view of a client's choice would remember values of its own
def _parts(sort_key: SortKey) -> Parts:
    attribute = sort_key.attribute
    encode = encoder_of(attribute.vr, attribute.keyword)
    direct = descending if sort_key.is_descending else ascending
    return Parts(attribute.value_of, attribute.values_of, lambda value: direct(encode(value)))


def _as_text(date: str) -> Part:
    return ascending(date.encode('utf-8', 'surrogatepass'))


DEFAULT = Order((), (Parts(attrgetter('date'), lambda studies: [study.date for study in studies], _as_text),))
"""As the Orthanc Book's `/sort-studies`: StudyDate compared as text, a missing one first; ties by ID."""
