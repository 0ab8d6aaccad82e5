"""The calls that fetch changed studies, and their results."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.reflector.fetch import CLOCK_SLACKS, MOST_SECONDS, NEWEST_A_CALL, UIDS_A_CALL, Fetcher
from orthanc_paging.studies.study import ExpandedStudy
from tests.support.fake_orthanc import CAPABILITIES, FakeOrthanc
from tests.unit.database import Follower
from tests.unit.studies import expanded, identifier


def archive(*names: object) -> FakeOrthanc:
    """Return an Orthanc that finds by metadata."""
    return of(*names, extended_find=True)


def by_arrival(*names: object) -> FakeOrthanc:
    """Return an Orthanc that lists the newest studies last, and that cannot find by metadata."""
    return of(*names, lists_by_arrival=True)


def of(*names: object, extended_find: bool = False, lists_by_arrival: bool = False) -> FakeOrthanc:
    able = replace(CAPABILITIES, extended_find=extended_find, lists_by_arrival=lists_by_arrival)
    source = FakeOrthanc(able)
    source.contain(*map(expanded, names))
    return source


def fetcher_of(source: FakeOrthanc, requested: Mapping[str, ExpandedStudy | None], known: int = 0) -> Fetcher:
    """Return a fetcher beside an index of those requested studies that are given, and of so many others."""
    follower = Follower(source)
    for study in (*filter(None, requested.values()), *(expanded(f'known {number}') for number in range(known))):
        follower.applier.load(study)
    return follower.fetcher


def fetch(
    source: FakeOrthanc, requested: Mapping[str, ExpandedStudy | None], known: int = 0
) -> list[ExpandedStudy | str]:
    return list(fetcher_of(source, requested, known).fetch(requested, since=100, now=103))


def contained(*names: object) -> dict[str, ExpandedStudy | None]:
    return {identifier(name): expanded(name) for name in names}


def unknown(*names: object) -> dict[str, ExpandedStudy | None]:
    return {identifier(name): None for name in names}


def test_if_orthanc_cannot_find_by_metadata_each_study_is_fetched_by_its_id() -> None:
    source = of('a', 'b')
    assert fetch(source, contained('a') | unknown('b', 'gone')) == [
        expanded('a'),
        expanded('b'),
        identifier('gone'),
    ]
    assert [call[0] for call in source.requests] == ['study'] * 3


def test_if_orthanc_lists_by_arrival_new_studies_are_the_last_of_its_list() -> None:
    names = range(3, 3 + NEWEST_A_CALL + 5)
    source = by_arrival('x', 'y', 'z', *names)
    assert fetch(source, unknown(*names), known=3) == [expanded(name) for name in names]
    assert source.requests == [
        ('list_studies', 3, NEWEST_A_CALL),
        ('list_studies', 3 + NEWEST_A_CALL, NEWEST_A_CALL),
    ]


def test_a_new_study_that_is_not_at_the_end_of_the_list_is_fetched_by_its_id() -> None:
    source = by_arrival(*'abcd')
    assert fetch(source, unknown(*'abcd'), known=1) == [expanded(name) for name in 'bcda']
    assert source.requests == [('list_studies', 1, NEWEST_A_CALL), ('study', identifier('a'))]


def test_the_list_is_not_read_further_once_a_part_contains_no_requested_study() -> None:
    source = by_arrival(*range(5 * NEWEST_A_CALL))
    assert fetch(source, unknown('gone 1', 'gone 2', 'gone 3')) == [
        identifier(f'gone {number}') for number in (1, 2, 3)
    ]
    assert [call[0] for call in source.requests] == ['list_studies', 'study', 'study', 'study']


def test_few_new_studies_and_contained_ones_are_not_looked_for_in_the_list() -> None:
    source = by_arrival(*'abcde')
    assert len(fetch(source, contained('a', 'b', 'c') | unknown('d', 'e'), known=3)) == 5
    assert [call[0] for call in source.requests] == ['study'] * 5


def test_contained_studies_are_fetched_by_their_uids_some_at_a_time() -> None:
    source = archive(*range(UIDS_A_CALL + 5))
    assert len(fetch(source, contained(*range(UIDS_A_CALL + 5)))) == UIDS_A_CALL + 5
    assert source.requests == [('studies_by_uid', UIDS_A_CALL), ('studies_by_uid', 5)]


@pytest.mark.parametrize('uid', ['', '1.2.*', '1.2\\1.3', ' 1.2', '1.2.é'])
def test_a_uid_that_a_query_would_not_find_is_not_queried(uid: str) -> None:
    strange = expanded('a')
    strange['MainDicomTags']['StudyInstanceUID'] = uid
    source = archive()
    source.contain(strange)
    assert fetch(source, {identifier('a'): strange}) == [strange]
    assert source.requests == [('study', identifier('a'))]


def test_two_new_studies_are_fetched_by_id_and_more_by_time() -> None:
    source = archive(*'abc')
    source.touched = {identifier(name) for name in 'abc'}
    assert len(fetch(source, unknown('a', 'b'))) == 2
    assert [call[0] for call in source.requests] == ['study', 'study']
    source.requests.clear()
    assert len(fetch(source, unknown(*'abc'))) == 3
    assert source.requests == [('studies_touched', 100 - CLOCK_SLACKS[0], 103 + CLOCK_SLACKS[0])]


def test_if_queries_by_uid_are_slow_one_by_time_replaces_many() -> None:
    source = archive(*range(5 * UIDS_A_CALL))
    source.durations['studies_by_uid'] = 0.04
    requested = contained(*range(5 * UIDS_A_CALL))
    fetcher = fetcher_of(source, requested)

    def calls() -> list[object]:
        source.requests.clear()
        assert len(list(fetcher.fetch(requested, since=100, now=103))) == len(source.state())
        return [call[0] for call in source.requests]

    assert calls() == ['studies_by_uid'] * 5
    source.touched = set(source.state())
    assert calls() == ['studies_touched']


@pytest.mark.parametrize('since', [None, 103 - MOST_SECONDS - 1, 104, 0.0, -1e9, 1e12])
def test_without_a_recent_time_no_study_is_looked_for_by_time(
    since: float | None,
) -> None:
    source = archive(*'abcde')
    requested = contained('a', 'b') | unknown(*'cde')
    found = list(fetcher_of(source, requested).fetch(requested, since, now=103))
    assert len(found) == 5
    assert [call[0] for call in source.requests] == ['studies_by_uid', 'study', 'study', 'study']


@given(st.floats(allow_nan=False) | st.none(), st.floats(0, 1e10))
def test_a_query_by_time_names_some_seconds_at_most(since: float | None, now: float) -> None:
    source = archive(*'abc')
    requested = unknown(*'abc')
    assert len(list(fetcher_of(source, requested).fetch(requested, since, now))) == 3
    for name, *times in source.requests:
        if name == 'studies_touched':
            first, last = times
            assert 0 <= last - first <= MOST_SECONDS + 2 * CLOCK_SLACKS[-1]


def test_a_study_that_the_query_by_time_misses_is_fetched_by_id_before_it_counts_as_gone() -> None:
    source = archive(*'abc')
    source.touched = {identifier('a')}
    fetched = fetch(source, unknown(*'abc', 'gone'))
    assert [study if isinstance(study, str) else study['ID'] for study in fetched] == [
        identifier(name) for name in (*'abc', 'gone')
    ]
    assert fetched[-1] == identifier('gone')


def test_studies_that_were_not_requested_are_left_out() -> None:
    source = archive(*'abcd')
    source.touched = set(source.state())
    assert len(fetch(source, unknown(*'abc'))) == 3


def test_no_study_is_returned_twice() -> None:
    source = archive(*'abcd')
    source.touched = set(source.state())
    fetched = fetch(source, contained('a') | unknown(*'bcd'))
    assert len(fetched) == len({study['ID'] for study in fetched if not isinstance(study, str)}) == 4
