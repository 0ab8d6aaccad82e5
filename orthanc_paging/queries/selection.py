"""A selection: which studies, in which order. Each view is the sorted list of one selection."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import blake2b

from ..dicom.sort_keys import KEY_FORMAT
from .filter import Filter
from .filter import Key as FilterKey
from .order import DEFAULT, Order
from .scope import EVERYTHING, Scope

DIGEST_SIZE = 6
"""Bytes of a digest: a client does not meet two selections with the same one."""

Key = tuple[FilterKey, FilterKey, tuple[str, ...]]
"""A scope, the names and values of a filter's conditions, and the names of an order's sort keys."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A filter and an order, within a scope. The filter includes the conditions of the scope.

    Two selections are the same if their `key` is. The key has the structure of the request, so a value with
    separators in it cannot pass for two conditions. `digest` represents the key and the format of order keys in
    few bytes. It is the same on every Orthanc.
    """

    filter: Filter
    order: Order
    scope: Scope = EVERYTHING
    key: Key = field(init=False)
    digest: bytes = field(init=False)

    def __post_init__(self) -> None:
        key = self.scope.key, self.filter.key, self.order.names
        text = json.dumps([KEY_FORMAT, *key])
        digest = blake2b(text.encode(), digest_size=DIGEST_SIZE).digest()
        object.__setattr__(self, 'key', key)
        object.__setattr__(self, 'digest', digest)

    @property
    def is_computed(self) -> bool:
        """Whether it needs computed tags, which are unknown until some time after the rest of a study."""
        return self.order.is_computed or any(condition.is_computed for condition in self.filter.conditions)

    def within(self, scope: Scope) -> Selection:
        """Return the selection of those of its studies that the user of a request may see."""
        if scope is EVERYTHING:
            return self
        return Selection(Filter((*scope.conditions, *self.filter.conditions)), self.order, scope)


ALL = Selection(Filter(), DEFAULT)
"""All studies in the default order, as `/sort-studies` returns them without parameters."""


def selection_of(filter_: Filter, order: Order = DEFAULT) -> Selection:
    """Return the selection of a filter and an order; `ALL` itself if it is equal to that."""
    return ALL if order is DEFAULT and not filter_.conditions else Selection(filter_, order)
