"""Finding the differences of two sorted lists of IDs by halving."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.replicas import bisection
from orthanc_paging.replicas.bisection import Differences, Places, find_differences
from tests.support.fake_orthanc import FakeOrthanc

ids = st.sets(st.integers(0, 60).map('{:02}'.format))


def orthanc_with(ids: set[str]) -> FakeOrthanc:
    orthanc = FakeOrthanc()
    orthanc.contain(*({'ID': study_id} for study_id in ids))
    return orthanc


def differences(ours: set[str], theirs: set[str], most: int = 1000) -> Differences[str]:
    places = Places(orthanc_with(theirs), 'studies')
    return find_differences(sorted(ours), places, str, len(theirs) - len(ours), most)


def test_a_deleted_and_an_added_study_are_found() -> None:
    assert differences({'a', 'b', 'c'}, {'a', 'c'}) == Differences(gone=['b'])
    assert differences({'a', 'c'}, {'a', 'b', 'c', 'd'}) == Differences(new=['b', 'd'])


def test_an_id_can_be_read_at_each_place() -> None:
    places = Places(orthanc_with({'a', 'b', 'c'}), 'studies')
    assert [places.at(place) for place in (2, 0, 1, 3, 1000)] == ['c', 'a', 'b', '', '']


@given(ids, ids, st.sampled_from([1, 2, 5, 100]))
def test_if_one_side_is_a_subset_all_differences_are_found(some: set[str], more: set[str], around: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bisection, 'AROUND', around)
        assert differences(some, some | more) == Differences(new=sorted(more - some))
        assert differences(some | more, some) == Differences(gone=sorted(more - some))


@given(ids, ids, st.integers(0, 5))
def test_each_found_study_differs_and_together_they_explain_the_counts(
    ours: set[str], theirs: set[str], most: int
) -> None:
    found = differences(ours, theirs, most)
    assert set(found.gone) <= ours - theirs
    assert set(found.new) <= theirs - ours
    assert found.balance == len(theirs) - len(ours) or len(found.gone) + len(found.new) == most


def test_one_deletion_among_many_takes_few_calls() -> None:
    theirs = {f'{number:05}' for number in range(10_000)}
    orthanc = orthanc_with(theirs - {'04321'})
    found = find_differences(sorted(theirs), Places(orthanc, 'studies'), str, -1, 10)
    assert found == Differences(gone=['04321'])
    assert orthanc.calls.count('identifiers') <= 9
