"""Two Orthancs on one database of PostgreSQL: what one does shows on the pages of the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from tests.support.changes import (
    CHANGES,
    Change,
    add_a_series,
    add_a_study,
    add_an_instance,
    delete,
    delete_a_series,
    delete_it,
    modify_it,
    patient_of,
    study_of,
    upload_first_study,
)
from tests.support.dicom import instance, resource_id
from tests.support.orthanc import Orthanc
from tests.support.postgres import CONNECTIONS_PER_ORTHANC, Postgres
from tests.support.truth import assert_computed_tags_are_the_truth, assert_pages_are_the_truth, true_studies
from tests.support.waiting import wait_until

SOON = 20.0
"""Seconds; much longer than it should take."""

Pair = tuple[Orthanc, Orthanc]


@pytest.fixture
def filled(pair: Pair) -> Pair:
    """Two Orthancs that contain a stable study for each change. Its patient has the name of the change."""
    one, other = pair
    for change in CHANGES:
        upload_first_study(one, patient_of(change))
    # Else their becoming stable, a second later, would repair what a change left wrong.
    wait_until(lambda: all(study['IsStable'] for study in true_studies(one)), 'stable studies')
    other.post_json('/paging/relist', {})
    assert_both_are_the_truth(pair)
    return pair


def test_a_change_through_one_orthanc_shows_on_the_other(filled: Pair) -> None:
    for change, (one, other) in alternately(filled):
        before = true_studies(other)
        change(one, patient_of(change))
        assert true_studies(other) != before
        assert_both_are_the_truth(filled)


def test_a_deleted_series_is_announced_in_the_log_and_leaves_no_metadata(filled: Pair) -> None:
    one, other = filled
    last = one.get_json('/changes?last')['Last']
    delete_a_series(one, patient_of(delete_a_series))
    assert_both_are_the_truth(filled)
    study = resource_id(patient_of(delete_a_series), patient_of(delete_a_series))

    def logged() -> set[tuple[str, str]]:
        entries = other.get_json(f'/changes?since={last}')['Changes']
        return {(entry['ChangeType'], entry['ID']) for entry in entries}

    wait_until(lambda: logged() == {('UpdatedMetadata', study)}, 'a trace in the log')
    wait_until(lambda: '60717' not in other.get_json(f'/studies/{study}/metadata'), 'no metadata to be left')


def test_a_change_through_one_orthanc_shows_on_the_other_after_the_log_was_emptied(filled: Pair) -> None:
    for change, (one, other) in alternately(filled):
        delete(other, '/changes')
        change(one, patient_of(change))
        assert_both_are_the_truth(filled)


def test_a_change_just_before_the_log_is_emptied_shows_on_the_other(filled: Pair) -> None:
    for change, (one, other) in alternately(filled):
        change(one, patient_of(change))
        delete(other, '/changes')
        one.upload(instance('X', 'after ' + patient_of(change), 'A', '1'))
        assert_both_are_the_truth(filled)


def test_both_orthancs_show_simultaneous_changes_of_both(filled: Pair) -> None:
    for number in range(10):
        for name, orthanc in zip('XY', filled, strict=True):
            orthanc.upload(instance(name, f'{name}{number}', 'A', '1'))
            orthanc.upload(instance('Z', 'Z', f'{name}{number}', '1'))
    assert_both_are_the_truth(filled)
    assert len(filled[0].get_json('/sort-studies')) == len(CHANGES) + 21


def test_metadata_of_the_user_leave_the_pages_the_truth(filled: Pair) -> None:
    one, other = filled
    path = f'/studies/{study_of(patient_of(modify_it))}/metadata/1024'
    assert one.put(path, content='mine').status_code == 200
    assert other.get(path).text == 'mine'
    one.upload(instance('X', 'X', 'A', '1'))  # which shows that the other has seen all that was before
    assert_both_are_the_truth(filled)


def test_a_change_while_the_other_orthanc_is_down_is_listed(filled: Pair) -> None:
    one, other = filled
    assert other.terminate() == 0
    delete_it(one, patient_of(delete_it))
    other.restart()
    other.wait_ready()
    assert_both_are_the_truth(filled)
    other.kill()
    add_a_study(one, 'X')
    other.restart()
    other.wait_ready()
    assert_both_are_the_truth(filled)


ETAG_QUERIES = [
    ('limit=4', 'application/json'),
    ('limit=4&offset=3&sort=PatientName', 'application/json'),
    ('limit=4&fields=PatientID,ModalitiesInStudy,NumberOfStudyRelatedInstances', 'application/json'),
    ('limit=4', 'text/csv'),
    ('limit=4', 'application/dicom+json'),
]
"""Each form of a page, which two Orthancs have with equal studies."""


def test_both_orthancs_give_a_page_the_same_etag(filled: Pair) -> None:
    one, other = filled
    for orthanc in filled:
        assert_computed_tags_are_the_truth(orthanc, SOON)
    for query, accept in ETAG_QUERIES:
        answer = one.get(f'/sort-studies?{query}', headers={'Accept': accept})
        known = {'Accept': accept, 'If-None-Match': answer.headers['ETag']}
        poll = other.get(f'/sort-studies?{query}', headers=known)
        assert (poll.status_code, poll.headers['ETag']) == (304, answer.headers['ETag'])
        assert poll.headers['X-Total-Count'] == answer.headers['X-Total-Count'] == str(len(CHANGES))
    other.restart()
    other.wait_ready()
    assert_both_are_the_truth(filled)
    assert_computed_tags_are_the_truth(other, SOON)
    for query, accept in ETAG_QUERIES:
        tags = [
            orthanc.get(f'/sort-studies?{query}', headers={'Accept': accept}).headers['ETag'] for orthanc in filled
        ]
        assert tags[0] == tags[1]


def test_each_orthanc_decides_by_itself_which_studies_are_stable(filled: Pair) -> None:
    one, _ = filled
    add_an_instance(one, patient_of(add_an_instance))
    assert_both_are_the_truth(filled)
    wait_until(lambda: all(study['IsStable'] for study in true_studies(one)), 'stable studies')
    assert_both_are_the_truth(filled)


def test_both_recover_from_an_outage_of_the_database(filled: Pair, postgres: Postgres) -> None:
    one, other = filled
    with outage(postgres):
        for orthanc in filled:
            assert orthanc.post('/instances', content=instance('X', 'X', 'A', '1')).status_code >= 500
        for _ in range(50):
            for orthanc in filled:
                assert orthanc.get('/paging/status').status_code == 200
                assert orthanc.get('/sort-studies').status_code in (200, 503)
    for orthanc in filled:
        wait_until(partial(uses_the_database, orthanc), 'connections that work', 60.0)
    add_a_study(one, 'X')
    assert_both_are_the_truth(filled)
    delete_it(other, patient_of(delete_it))
    assert_both_are_the_truth(filled)


def test_a_change_just_before_an_outage_shows_after_it(filled: Pair, postgres: Postgres) -> None:
    one, other = filled
    for change in (add_a_series, delete_it, add_a_study):
        change(one, patient_of(change))
    with outage(postgres):
        pass
    for orthanc in filled:
        wait_until(partial(uses_the_database, orthanc), 'connections that work', 60.0)
    assert_both_are_the_truth(filled)
    assert len(true_studies(other)) == len(CHANGES)


def assert_both_are_the_truth(pair: Pair) -> None:
    """Wait until the pages of each are what that one itself says."""
    for orthanc in pair:
        assert_pages_are_the_truth(orthanc, SOON)


def alternately(pair: Pair) -> Iterator[tuple[Change, Pair]]:
    """Yield each change, and the pair: its first Orthanc makes the change. Print both, for a test that fails."""
    for number, change in enumerate(CHANGES):
        one, other = pair if number % 2 == 0 else (pair[1], pair[0])
        print(f'{one.folder.name}: {change.__name__}')
        yield change, (one, other)


@contextmanager
def outage(postgres: Postgres) -> Iterator[None]:
    """Have no database meanwhile."""
    postgres.stop()
    try:
        yield
    finally:
        postgres.start()


def uses_the_database(orthanc: Orthanc) -> bool:
    """Return whether Orthanc has noticed each broken connection: it fails once, when it is used next."""
    return all(orthanc.get('/studies').status_code == 200 for _ in range(2 * CONNECTIONS_PER_ORTHANC))
