"""Listing in batches while others add and delete."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.errors import OrthancFailure
from orthanc_paging.orthanc_api.protocol import Count
from orthanc_paging.reflector.listing import Listing
from orthanc_paging.studies.study import ExpandedStudy

Changes = list[tuple[bool, int]]


@dataclass
class Shelf:
    """Studies in an order of its own, told in batches; before each batch it changes as the test says.

    With `loses`, the last but one of each full batch is deleted while the batch is made, and left out of it, as
    Orthanc 1.10.1 does.
    """

    studies: list[str]
    changes: list[Changes] = field(default_factory=list)
    by_arrival: bool = False
    loses: bool = False
    failures: int = 0
    seconds: float = 0.0
    always_there: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.always_there = set(self.studies)

    def count(self) -> Count:
        return Count(len(self.studies), 0)

    def list_studies(self, since: int, limit: int) -> Iterator[ExpandedStudy]:
        self.seconds += 1
        if self.failures:
            self.failures -= 1
            raise OrthancFailure('busy')
        for adds, number in self.changes.pop() if self.changes else []:
            self._add(f'{number:03}-new') if adds else self._delete(number)
        batch = self.studies[since : since + limit]
        if self.loses and len(batch) == limit:
            self._delete(since + limit - 2)
            del batch[-2]
        return iter([{'ID': study} for study in batch])

    def _add(self, study: str) -> None:
        if study not in self.studies:
            self.studies.append(study)
            if not self.by_arrival:
                self.studies.sort()

    def _delete(self, number: int) -> None:
        if self.studies:
            self.always_there.discard(self.studies.pop(number % len(self.studies)))


def listed(shelf: Shelf, batch_size: int) -> set[str]:
    told: set[str] = set()
    listing = Listing(shelf, told.__contains__)  # type: ignore[arg-type]
    listing.batch_size = batch_size
    while not listing.done:
        told.update(study['ID'] for study in listing.batch())
    return told


def names(count: int) -> list[str]:
    return [f'{number:03}' for number in range(count)]


@pytest.mark.parametrize('count', [0, 1, 2, 3, 9, 10, 11])
def test_all_are_told(count: int) -> None:
    assert listed(Shelf(names(count)), batch_size=3) == set(names(count))


def test_none_is_missed_where_others_are_deleted_before_it() -> None:
    deletions: Changes = [(False, 0), (False, 0)]
    shelf = Shelf(names(12), [deletions] * 3)
    assert shelf.always_there <= listed(shelf, batch_size=4)


def test_a_batch_that_is_shorter_than_asked_for_is_not_the_end() -> None:
    shelf = Shelf(names(40), loses=True)
    assert shelf.always_there <= listed(shelf, batch_size=5)
    assert len(shelf.always_there) < 40


change = st.lists(st.tuples(st.booleans(), st.integers(0, 999)), max_size=5)


@given(st.integers(0, 30), st.lists(change, max_size=12), st.booleans(), st.booleans(), st.integers(3, 8))
def test_none_that_is_there_all_the_time_is_missed(
    count: int, changes: list[Changes], by_arrival: bool, loses: bool, batch_size: int
) -> None:
    shelf = Shelf(names(count), changes, by_arrival, loses)
    told = listed(shelf, batch_size)
    assert shelf.always_there <= told


def test_after_a_failure_it_goes_on_where_it_was() -> None:
    shelf = Shelf(names(5), failures=1)
    told: set[str] = set()
    listing = Listing(shelf, told.__contains__)  # type: ignore[arg-type]
    with pytest.raises(OrthancFailure):
        next(listing.batch())
    told.update(study['ID'] for study in listing.batch())
    assert told == set(names(5))


@pytest.mark.parametrize(('studies', 'size'), [(0, 1000), (99_999, 1000), (340_000, 3400), (5_000_000, 10_000)])
def test_the_batches_grow_with_the_number_of_studies(studies: int, size: int) -> None:
    class Many(Shelf):
        def count(self) -> Count:
            return Count(studies, 0)

    listing = Listing(Many([]), lambda _: False)  # type: ignore[arg-type]
    listing.count()
    assert (listing.total, listing.batch_size) == (studies, size)
