"""A view: studies in one order, kept sorted by every change, so that a page is a slice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sortedcontainers import SortedKeyList

from .study import Study

OrderKey = tuple[str, ...]
"""What studies are compared by. The last element is the study's ID, so that no two are equal."""


@dataclass(frozen=True, slots=True)
class Order:
    """How studies are sorted: a name to tell it by, and the key of a study."""

    name: str
    key: Callable[[Study], OrderKey]


BY_STUDY_DATE = Order('StudyDate', lambda study: (study.date, study.id))
"""As the Orthanc Book's `/sort-studies`: dates compared as text, a missing one first; ties by ID."""


class View:
    """The studies in one order. Not locked: the index that owns it does that.

    `version` changes with each change of the content, and only then. For n studies, `insert` and `remove`
    take O(log n), a slice of m studies O(log n + m).
    """

    def __init__(self, order: Order) -> None:
        self.order = order
        self.version = 0
        self._studies: SortedKeyList[Study, OrderKey] = SortedKeyList(key=order.key)

    def __len__(self) -> int:
        return len(self._studies)

    def insert(self, study: Study) -> None:
        """Put in a study whose ID is not there. O(log n)."""
        self._studies.add(study)
        self.version += 1

    def remove(self, study: Study) -> None:
        """Take out a study that was put in; ValueError where it was not. O(log n)."""
        self._studies.remove(study)
        self.version += 1

    def slice(self, offset: int, limit: int | None) -> list[Study]:
        """The studies at `offset` and after it, `limit` at most (None: all), as a list of the caller's."""
        stop = len(self._studies) if limit is None else offset + limit
        return self._studies[offset:stop]

    def check(self) -> None:
        """AssertionError unless the studies are sorted and no ID stands twice. O(n), for tests."""
        keys = [self.order.key(study) for study in self._studies]
        assert keys == sorted(set(keys))
        assert len({study.id for study in self._studies}) == len(keys)
