"""Sorted runs, merged piece by piece."""

from itertools import chain
from operator import itemgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.index import building
from orthanc_paging.index.building import Run, merged, run_of


@given(st.lists(st.binary(max_size=3), unique=True), st.lists(st.integers(0, 9), max_size=40), st.integers(1, 20))
def test_merged_they_are_sorted_whatever_is_in_which_run(keys: list[bytes], places: list[int], piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, 'VALUES_A_PIECE', piece)
        of = {key: places[number % len(places)] if places else 0 for number, key in enumerate(keys)}
        rows = [[(key, object()) for key in keys if of[key] == place] for place in range(10)]
        parts = [run_of([key for key, _ in some], [value for _, value in some]) for some in rows]
        found = [row for run in merged(parts) for row in zip(run.keys, run.values, strict=True)]
        assert found == sorted(chain(*rows), key=itemgetter(0))


def test_without_a_run_there_is_nothing() -> None:
    runs_of_numbers: list[Run[int]] = []
    assert [run.keys for run in merged(runs_of_numbers)] == [[]]
