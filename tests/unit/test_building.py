"""Building a view: the studies of one moment, and sorted runs that are merged piece by piece."""

from itertools import chain
from operator import itemgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.index import building
from orthanc_paging.index.building import Past, Run, merged, run_of
from orthanc_paging.studies.study import Study, from_expanded
from tests.unit.studies import expanded, identifier


@given(st.lists(st.binary(max_size=3), unique=True), st.lists(st.integers(0, 9), max_size=40), st.integers(1, 20))
def test_merged_runs_are_sorted_however_the_values_are_distributed(
    keys: list[bytes], places: list[int], piece: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, 'VALUES_A_PIECE', piece)
        of = {key: places[number % len(places)] if places else 0 for number, key in enumerate(keys)}
        rows = [[(key, object()) for key in keys if of[key] == place] for place in range(10)]
        parts = [run_of([key for key, _ in some], [value for _, value in some]) for some in rows]
        found = [row for run in merged(parts) for row in zip(run.keys, run.values, strict=True)]
        assert found == sorted(chain(*rows), key=itemgetter(0))


def test_no_run_gives_one_empty_piece() -> None:
    runs_of_numbers: list[Run[int]] = []
    assert [run.keys for run in merged(runs_of_numbers)] == [[]]


def study(name: str, text: str = '') -> Study:
    return from_expanded(expanded(name, text=text))


def test_the_past_has_the_studies_as_they_were() -> None:
    same, changed, deleted, added = study('same'), study('changed'), study('deleted'), study('added')
    studies = {one.id: one for one in (same, changed, deleted)}
    past = Past(studies)
    for name, new in (('changed', study('changed', 'new')), ('deleted', None), ('added', added)):
        past.record(identifier(name), studies.get(identifier(name)))
        studies.pop(identifier(name), None)
        if new is not None:
            studies[new.id] = new
    names = ['added', 'same', 'deleted', 'unknown', 'changed']
    assert past.find(list(map(identifier, names))) == [same, deleted, changed]


def test_the_past_keeps_the_first_state_and_yields_each_change_once() -> None:
    first, second, third = study('a', '1'), study('a', '2'), study('a', '3')
    studies = {first.id: first}
    past = Past(studies)
    assert past.is_present
    for new in (second, third):
        past.record(new.id, studies[new.id])
        studies[new.id] = new
    assert not past.is_present
    assert list(past.changes()) == [(first, third)]
    assert past.is_present
    assert past.find([first.id]) == [third]
