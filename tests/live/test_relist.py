"""A relist repairs changes that no event reported, and says what it found."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import OrthancStarter
from tests.support.dicom import instance, study_id
from tests.support.orthanc import Orthanc
from tests.support.systems import CHECKOUT
from tests.support.truth import assert_pages_are_the_truth, first_difference, true_studies
from tests.support.waiting import wait_until

DEAF = CHECKOUT / 'tests' / 'support' / 'deaf.py'
KEPT, CHANGED, DELETED, ADDED = (study_id(patient, 'S') for patient in ('kept', 'changed', 'deleted', 'added'))


def upload(orthanc: Orthanc, patient: str, number: str = '1') -> None:
    orthanc.upload(instance(patient, 'S', 'A' + number, number, StudyDate='20240101'))


@pytest.fixture
def deaf(start_orthanc: OrthancStarter) -> Orthanc:
    """An Orthanc of three stable studies, whose plugin hears of no change."""
    orthanc = start_orthanc(script=DEAF)
    for patient in ('kept', 'changed', 'deleted'):
        upload(orthanc, patient)
    wait_until(lambda: all(study['IsStable'] for study in true_studies(orthanc)), 'stable studies')
    orthanc.post_json('/paging/relist', {})
    assert_pages_are_the_truth(orthanc)
    return orthanc


def change_silently(orthanc: Orthanc) -> None:
    upload(orthanc, 'changed', '2')
    upload(orthanc, 'added')
    orthanc.delete(f'/studies/{DELETED}')


def test_a_requested_relist_repairs_unreported_changes_at_once(deaf: Orthanc) -> None:
    change_silently(deaf)
    assert first_difference(deaf) is not None
    found = deaf.post_json('/paging/relist', {})
    assert (found['Studies'], found['Added'], found['Changed'], found['Deleted']) == (
        3,
        [ADDED],
        [CHANGED],
        [DELETED],
    )
    wait_until(lambda: all(study['IsStable'] for study in true_studies(deaf)), 'stable studies')
    deaf.post_json('/paging/relist', {})
    assert first_difference(deaf) is None


def test_repairs_are_counted_and_logged_with_ids_and_no_patient_data(deaf: Orthanc) -> None:
    before = deaf.get_json('/paging/status')['Relist']
    change_silently(deaf)
    deaf.post_json('/paging/relist', {})
    after = deaf.get_json('/paging/status')['Relist']
    assert (after['Repaired'] - before['Repaired'], after['Runs'] - before['Runs']) == (3, 1)
    assert after['AgeSeconds'] < 60
    line = f'relisting repaired 3 of 3 studies: 1 added, 1 changed, 1 deleted: {ADDED}, {CHANGED}, {DELETED}'
    assert deaf.log.count(f'orthanc-paging: {line}\n') == 1


def test_by_itself_it_relists_every_so_often(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({'StableAge': 60, 'Paging': {'RelistSeconds': 1}}, script=DEAF)
    upload(orthanc, 'added')
    assert_pages_are_the_truth(orthanc)
    orthanc.delete(f'/studies/{ADDED}')
    assert_pages_are_the_truth(orthanc)


def test_a_reported_change_is_not_counted_as_a_repair(orthanc: Orthanc) -> None:
    def upload_some(part: int) -> None:
        for number in range(25):
            upload(orthanc, f'{part}-{number}')

    with ThreadPoolExecutor(4) as pool:
        uploads = [pool.submit(upload_some, part) for part in range(3)]
        found = [orthanc.post_json('/paging/relist', {}) for _ in range(3)]
        for one in uploads:
            one.result()
    assert_pages_are_the_truth(orthanc)
    assert [(one['Added'], one['Changed'], one['Deleted']) for one in found] == [([], [], [])] * 3


def test_a_request_that_waits_while_orthanc_stops_is_ended(start_orthanc: OrthancStarter) -> None:
    silent = start_orthanc.fresh_folder() / 'silent.py'
    silent.parent.mkdir(parents=True)
    _write_script_that_never_starts(silent)
    orthanc = start_orthanc(script=silent, ready=False)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(orthanc.post, '/paging/relist', content=b'{}')
        wait_until(lambda: waiting.running(), 'the request')
        assert orthanc.terminate() == 0


def _write_script_that_never_starts(path: Path) -> None:
    path.write_text(
        f'import sys\nsys.path.insert(0, {str(CHECKOUT)!r})\n'
        'import orthanc\nfrom orthanc_paging import plugin\nplugin.install()\n'
        'def on_change(change, level, resource_id):\n'
        '    if change != orthanc.ChangeType.ORTHANC_STARTED:\n'
        '        plugin.on_change(change, level, resource_id)\n'
        'orthanc.RegisterOnChangeCallback(on_change)\n'
    )
