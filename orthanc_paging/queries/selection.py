"""Which studies, in which order: what a view is of."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

from .filter import Filter
from .order import DEFAULT, Order

DIGEST_SIZE = 6
"""Bytes: two selections of one client will not have the same."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A filter and an order. Two that have the same name are the same; `digest` tells them apart in few bytes."""

    filter: Filter
    order: Order
    name: str = field(init=False)
    digest: bytes = field(init=False)

    def __post_init__(self) -> None:
        conditions = [f'{condition.name}={condition.value}' for condition in self.filter.conditions]
        name = '\n'.join([*conditions, self.order.name])
        digest = blake2b(name.encode('utf-8', 'surrogatepass'), digest_size=DIGEST_SIZE).digest()
        object.__setattr__(self, 'name', name)
        object.__setattr__(self, 'digest', digest)

    @property
    def is_computed(self) -> bool:
        """Whether it asks for something that is known only some time after the rest of a study."""
        return self.order.is_computed or any(condition.is_computed for condition in self.filter.conditions)


ALL = Selection(Filter(), DEFAULT)
"""All studies, as `/sort-studies` gives them where nothing is asked for."""


def selection_of(filter_: Filter, order: Order = DEFAULT) -> Selection:
    """The selection of a filter and an order; `ALL` itself where it is that."""
    return ALL if order is DEFAULT and not filter_.conditions else Selection(filter_, order)
