"""Listing in batches while others add and delete."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.errors import OrthancFailure
from orthanc_paging.orthanc_api.protocol import Count
from orthanc_paging.reflector.listing import Listing
from orthanc_paging.studies.study import ExpandedStudy
from tests.support.fake_orthanc import CAPABILITIES, FakeOrthanc

Changes = list[tuple[bool, int]]


class Shelf(FakeOrthanc):
    """An Orthanc that changes before each list as the test says.

    If it `loses`, the last but one study of each full list is deleted while the list is made. The list then
    misses it and is too short, as with Orthanc 1.10.1.
    """

    def __init__(
        self,
        studies: Sequence[str],
        changes: Sequence[Changes] = (),
        by_arrival: bool = False,
        loses: bool = False,
        failures: int = 0,
    ) -> None:
        super().__init__(replace(CAPABILITIES, lists_by_arrival=by_arrival))
        self.contain(*({'ID': study} for study in studies))
        self.always_there = set(studies)
        self._changes = list(changes)
        self._loses = loses
        self._failures = failures
        self.durations['list_studies'] = 1.0

    def list_studies(self, since: int, limit: int) -> Iterator[ExpandedStudy]:
        if self._failures:
            self._failures -= 1
            raise OrthancFailure('busy')
        for adds, number in self._changes.pop() if self._changes else []:
            if adds:
                self.contain({'ID': f'{number:03}-new'})
            else:
                self._delete_one(number)
        batch = list(super().list_studies(since, limit))
        if self._loses and len(batch) == limit:
            self._remove(batch[-2]['ID'])
            del batch[-2]
        return iter(batch)

    def _delete_one(self, number: int) -> None:
        if studies := sorted(self.state()):
            self._remove(studies[number % len(studies)])

    def _remove(self, study_id: str) -> None:
        self.always_there.discard(study_id)
        self.delete_by_id(study_id)


def listed(shelf: Shelf, batch_size: int) -> set[str]:
    seen: set[str] = set()
    listing = Listing(shelf, seen.__contains__)
    listing.batch_size = batch_size
    while not listing.done:
        seen.update(study['ID'] for study in listing.batch())
    return seen


def names(count: int) -> list[str]:
    return [f'{number:03}' for number in range(count)]


@pytest.mark.parametrize('count', [0, 1, 2, 3, 9, 10, 11])
def test_all_studies_are_listed(count: int) -> None:
    assert listed(Shelf(names(count)), batch_size=3) == set(names(count))


def test_no_study_is_missed_if_others_are_deleted_before_it() -> None:
    deletions: Changes = [(False, 0), (False, 0)]
    shelf = Shelf(names(12), [deletions] * 3)
    assert shelf.always_there <= listed(shelf, batch_size=4)


def test_a_batch_that_is_shorter_than_requested_is_not_the_end() -> None:
    shelf = Shelf(names(40), loses=True)
    assert shelf.always_there <= listed(shelf, batch_size=5)
    assert len(shelf.always_there) < 40


change = st.lists(st.tuples(st.booleans(), st.integers(0, 999)), max_size=5)


@given(st.integers(0, 30), st.lists(change, max_size=12), st.booleans(), st.booleans(), st.integers(3, 8))
def test_no_study_that_is_there_all_the_time_is_missed(
    count: int, changes: list[Changes], by_arrival: bool, loses: bool, batch_size: int
) -> None:
    shelf = Shelf(names(count), changes, by_arrival, loses)
    seen = listed(shelf, batch_size)
    assert shelf.always_there <= seen


def test_after_a_failure_the_listing_continues() -> None:
    shelf = Shelf(names(5), failures=1)
    seen: set[str] = set()
    listing = Listing(shelf, seen.__contains__)
    with pytest.raises(OrthancFailure):
        next(listing.batch())
    seen.update(study['ID'] for study in listing.batch())
    assert seen == set(names(5))


@pytest.mark.parametrize(('studies', 'size'), [(0, 1000), (99_999, 1000), (340_000, 3400), (5_000_000, 10_000)])
def test_the_batches_grow_with_the_number_of_studies(studies: int, size: int) -> None:
    class Many(Shelf):
        def count(self) -> Count:
            return Count(studies, 0)

    listing = Listing(Many([]), lambda _: False)
    listing.count()
    assert (listing.total, listing.batch_size) == (studies, size)
