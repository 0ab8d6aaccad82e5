"""How studies are sorted: by a key of bytes, in which the study's ID comes last, so that no two are equal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .attributes import Attribute
from .sort_keys import ENCODERS, ascending, descending, kind_of
from .study import Study

MOST_KNOWN = 10_000
"""Values whose parts of keys are remembered: dates, descriptions and modalities come again and again."""

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


@dataclass(frozen=True, slots=True)
class Order:
    """How studies are sorted: a name to tell it by, and the key of a study.

    `is_computed`: by something that is known only some time after the rest of a study.
    """

    name: str
    key: Callable[[Study], OrderKey]
    is_computed: bool = False


def order_by(sort_keys: Sequence[SortKey]) -> Order:
    """The order by these, the first before the others: 2 µs a study for each."""
    parts = [_part(sort_key) for sort_key in sort_keys]
    is_computed = any(sort_key.attribute.is_computed for sort_key in sort_keys)
    if len(parts) == 1:
        (part,) = parts
        return Order(sort_keys[0].name, lambda study: part(study) + id_part(study.id), is_computed)
    name = ','.join(sort_key.name for sort_key in sort_keys)
    return Order(name, lambda study: b''.join([part(study) for part in parts]) + id_part(study.id), is_computed)


def id_part(study_id: str) -> bytes:
    """The ID at the end of a key: 20 bytes."""
    return bytes.fromhex(study_id.replace('-', ''))


@lru_cache(MOST_PARTS)  # else each view of a client's choice would remember values of its own
def _part(sort_key: SortKey) -> Callable[[Study], bytes]:
    value_of = sort_key.attribute.value_of
    encode = ENCODERS[kind_of(sort_key.attribute.vr)]
    direct = descending if sort_key.is_descending else ascending
    known: dict[str, bytes] = {}

    def part(study: Study) -> bytes:
        value = value_of(study)
        encoded = known.get(value)
        if encoded is None:
            encoded = direct(encode(value))
            if len(known) < MOST_KNOWN:
                known[value] = encoded
        return encoded

    return part


def _default_key(study: Study) -> OrderKey:
    return ascending(study.date.encode('utf-8', 'surrogatepass')) + id_part(study.id)


DEFAULT = Order('', _default_key)
"""As the Orthanc Book's `/sort-studies`: StudyDate compared as text, a missing one first; ties by ID."""
