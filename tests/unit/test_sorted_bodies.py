"""Sorted bodies, against a plain sorted list; and the private members of sortedcontainers that they use."""

from bisect import bisect_left, bisect_right
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sortedcontainers import SortedKeyList

from orthanc_paging.index.sorted_bodies import SortedBodies

keys = st.binary(max_size=3)


def filled(some: list[bytes], runs: int = 1) -> SortedBodies:
    """Return bodies that are equal to their keys, filled from so many runs."""
    bodies, step = SortedBodies(), 1 + len(some) // runs
    parts = [sorted(some)[at : at + step] for at in range(0, len(some), step)]
    bodies.extend((part, part) for part in parts)
    return bodies


def content(bodies: SortedBodies) -> list[bytes]:
    return bodies.slice(0, None)


@given(st.sets(keys), st.sets(keys), st.integers(1, 5), st.integers(0, 9), keys)
def test_bodies_are_sorted_however_they_were_added(
    first: set[bytes], changed: set[bytes], runs: int, position: int, key: bytes
) -> None:
    bodies = filled(list(first), runs)
    for one in changed:
        (bodies.remove if one in first else bodies.add)(one, one)
    model = sorted(first ^ changed)
    assert content(bodies) == model
    assert bodies.slice(position, position + 2) == model[position : position + 2]
    assert (bodies.before(key), bodies.up_to(key)) == (bisect_left(model, key), bisect_right(model, key))
    if position < len(model):
        assert bodies.key_at(position) == model[position]
    else:
        with pytest.raises(IndexError):
            bodies.key_at(position)


def test_more_than_one_part_of_the_list_is_filled_and_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('orthanc_paging.index.sorted_bodies.LOAD', 10)
    model = [b'%03d' % number for number in range(95)]
    bodies = filled(model, runs=19)
    assert content(bodies) == model
    assert [bodies.key_at(position) for position in range(95)] == model
    bodies.add(b'0455', b'0455')
    assert bodies.key_at(46) == b'0455'


def test_bodies_may_be_read_between_two_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('orthanc_paging.index.sorted_bodies.LOAD', 2)
    bodies = SortedBodies()
    for keys_of_a_run in ([b'a', b'b'], [b'c', b'd'], [b'e', b'f'], [b'g', b'h']):
        bodies.extend([(keys_of_a_run, keys_of_a_run)])
        assert bodies.key_at(len(bodies) - 1) == keys_of_a_run[-1]


def test_a_body_that_is_not_there_cannot_be_removed() -> None:
    with pytest.raises(ValueError, match='not in list'):
        filled([b'a']).remove(b'b', b'b')


def test_dissolved_they_are_empty_and_can_be_filled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('orthanc_paging.index.sorted_bodies.BODIES_A_STEP', 3)
    bodies = filled([b'%d' % number for number in range(10)])
    bodies.dissolve()
    assert (len(bodies), content(bodies)) == (0, [])
    bodies.add(b'a', b'a')
    assert content(bodies) == [b'a']


def test_the_private_members_of_sortedcontainers_are_what_this_program_takes_them_for() -> None:
    """If it fails with a new release of sortedcontainers: adapt `sorted_bodies.py`, or require the former one."""
    numbers: Any = SortedKeyList(key=lambda number: -number)
    numbers._reset(4)
    numbers.update(range(10))
    members = {name: getattr(numbers, name) for name in ('_lists', '_keys', '_maxes', '_len', '_load')}
    assert members == {
        '_lists': [[9, 8, 7, 6], [5, 4, 3, 2], [1, 0]],
        '_keys': [[-9, -8, -7, -6], [-5, -4, -3, -2], [-1, 0]],
        '_maxes': [-6, -2, 0],
        '_len': 10,
        '_load': 4,
    }
    assert numbers._pos(5) == (1, 1)
    assert numbers._index, 'the positions are cached, until a change empties the list'
    del numbers._index[:]
    assert numbers[5] == 4
