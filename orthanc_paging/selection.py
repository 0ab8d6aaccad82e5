"""Which studies, in which order: what a view is of."""

from __future__ import annotations

from dataclasses import dataclass, field

from .filter import Filter
from .order import DEFAULT, Order


@dataclass(frozen=True, slots=True)
class Selection:
    """A filter and an order. Two that have the same name are the same."""

    filter: Filter
    order: Order
    name: str = field(init=False)

    def __post_init__(self) -> None:
        conditions = [f'{condition.name}={condition.value}' for condition in self.filter.conditions]
        object.__setattr__(self, 'name', '\n'.join([*conditions, self.order.name]))


ALL = Selection(Filter(), DEFAULT)
"""All studies, as `/sort-studies` gives them where nothing is asked for."""


def selection_of(filter_: Filter, order: Order = DEFAULT) -> Selection:
    """The selection of a filter and an order; `ALL` itself where it is that."""
    return ALL if order is DEFAULT and not filter_.conditions else Selection(filter_, order)
