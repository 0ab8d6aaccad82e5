"""A start from the snapshot: the first page is the truth, whatever happened to Orthanc and the file meanwhile."""

import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import OrthancStarter
from tests.support.dicom import instance, resource_id, study_id
from tests.support.orthanc import Orthanc
from tests.support.truth import assert_computed_tags_are_the_truth, assert_pages_are_the_truth, first_difference
from tests.support.waiting import wait_until

NOT_USED = 'the snapshot is not used, and all studies are listed'
UNSTABLE = {'StableAge': 60}


def file_of(orthanc: Orthanc) -> Path:
    return orthanc.folder / 'db' / 'orthanc-paging.snapshot'


def snapshot_of(orthanc: Orthanc) -> dict[str, Any]:
    snapshot: dict[str, Any] = orthanc.get_json('/paging/status')['Snapshot']
    return snapshot


def is_warm(orthanc: Orthanc) -> bool:
    return bool(snapshot_of(orthanc)['UsedAtStart'])


def start_again(orthanc: Orthanc) -> None:
    """Start it, and see that the very first page is the truth."""
    orthanc.restart()
    orthanc.wait_ready()
    assert first_difference(orthanc) is None


@pytest.fixture
def filled(start_orthanc: OrthancStarter) -> Orthanc:
    """An Orthanc with thirty studies and a snapshot of them."""
    orthanc = start_orthanc(UNSTABLE)
    for number in range(30):
        for series in 'AB':
            orthanc.upload(instance(f'P{number % 7}', f'S{number}', series, '1', StudyDate=str(20240101 + number)))
    assert_pages_are_the_truth(orthanc)
    orthanc.restart()
    orthanc.wait_ready()
    assert_pages_are_the_truth(orthanc)
    assert is_warm(orthanc)
    return orthanc


def study(number: int) -> str:
    return study_id(f'P{number % 7}', f'S{number}')


def change_much(orthanc: Orthanc) -> None:
    """Change studies in each of the ways that a snapshot must learn of."""
    orthanc.upload(instance('P1', 'S1', 'C', '1'))
    orthanc.upload(instance('P2', 'S2', 'A', '2'))
    orthanc.upload(instance('Q', 'new', 'A', '1'))
    orthanc.delete(f'/studies/{study(3)}')
    orthanc.delete(f'/series/{resource_id("P4", "S4", "A")}')
    orthanc.delete(f'/instances/{resource_id("P5", "S5", "A", "1")}')
    orthanc.put(f'/studies/{study(6)}/metadata/1024', content='x')
    orthanc.put(f'/studies/{study(7)}/labels/urgent', content=b'')  # a 404 on 1.10.1
    orthanc.post_json(f'/studies/{study(8)}/modify', {'Replace': {'StudyDate': '19990101'}, 'KeepSource': False})
    orthanc.post(f'/patients/{resource_id("P2")}/reconstruct', content=b'')


def test_a_restart_is_warm_and_the_first_page_is_the_truth(filled: Orthanc) -> None:
    change_much(filled)
    start_again(filled)
    assert is_warm(filled)


def test_after_a_kill_too(filled: Orthanc) -> None:
    change_much(filled)
    filled.kill()
    start_again(filled)
    assert is_warm(filled)


def test_a_label_that_was_set_just_before_a_kill_shows(filled: Orthanc) -> None:
    if filled.version < (1, 12, 0):
        pytest.skip('Orthanc has no labels before 1.12.0')
    for number in range(10):
        filled.put(f'/studies/{study(number)}/labels/urgent', content=b'')
    filled.kill()
    start_again(filled)
    assert is_warm(filled)
    labelled = [study for study in filled.get('/sort-studies').json() if study['Labels']]
    assert len(labelled) == 10


def test_changes_while_the_plugin_was_away_show(filled: Orthanc) -> None:
    plugins = filled.configuration['Plugins']
    filled.restart({'Plugins': []})
    filled.upload(instance('P1', 'S1', 'C', '1'))
    filled.upload(instance('Q', 'new', 'A', '1'))
    filled.delete(f'/studies/{study(3)}')
    filled.delete(f'/series/{resource_id("P4", "S4", "A")}')
    filled.restart({'Plugins': plugins})
    filled.wait_ready()
    assert is_warm(filled)
    assert first_difference(filled) is None


def test_the_log_of_changes_emptied_meanwhile_makes_a_listing(filled: Orthanc) -> None:
    filled.delete('/changes')
    filled.kill()
    start_again(filled)
    assert not is_warm(filled)
    assert NOT_USED in filled.log


def test_a_database_from_a_backup_is_listed(filled: Orthanc) -> None:
    filled.terminate()
    backup = filled.folder / 'backup'
    shutil.copytree(filled.folder / 'db', backup)
    filled.restart()
    filled.wait_ready()
    filled.upload(instance('Q', 'later', 'A', '1'))
    filled.delete(f'/studies/{study(3)}')
    assert_pages_are_the_truth(filled)
    filled.terminate()
    snapshot = file_of(filled).read_bytes()
    shutil.rmtree(filled.folder / 'db')
    shutil.copytree(backup, filled.folder / 'db')
    file_of(filled).write_bytes(snapshot)
    start_again(filled)
    assert not is_warm(filled)


def test_the_snapshot_of_another_database_is_not_used(filled: Orthanc, start_orthanc: OrthancStarter) -> None:
    other = start_orthanc(UNSTABLE)
    for number in range(80):
        other.upload(instance('X', f'X{number}', 'A', '1'))
    filled.terminate()
    other.terminate()
    shutil.copy(file_of(filled), file_of(other))
    start_again(other)
    assert not is_warm(other)
    assert NOT_USED in other.log


@pytest.mark.parametrize('damage', ['truncated', 'flipped', 'empty', 'garbage'])
def test_a_damaged_one_is_thrown_away_with_one_line(filled: Orthanc, damage: str) -> None:
    filled.terminate()
    content = file_of(filled).read_bytes()
    half = len(content) // 2
    damaged = {
        'truncated': content[:half],
        'flipped': content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :],
        'empty': b'',
        'garbage': b'\x00\xff{]' * 99,
    }
    file_of(filled).write_bytes(damaged[damage])
    start_again(filled)
    assert not is_warm(filled)
    assert filled.log.count(NOT_USED) == 1
    start_again(filled)
    assert is_warm(filled)


def test_only_the_owner_may_read_the_snapshot(filled: Orthanc) -> None:
    assert stat.S_IMODE(file_of(filled).stat().st_mode) == 0o600


def test_the_snapshot_can_be_turned_off_and_then_none_is_left(filled: Orthanc) -> None:
    filled.restart({'Paging': {'SnapshotSeconds': 0}})
    filled.wait_ready()
    assert not is_warm(filled)
    assert not file_of(filled).exists()
    filled.terminate()
    assert not file_of(filled).exists()


@pytest.fixture
def folder(start_orthanc: OrthancStarter) -> Path:
    """A folder for snapshots, which is the storage too, as an Orthanc of another Debian sees that."""
    folder = start_orthanc.fresh_folder()
    folder.mkdir(parents=True)
    return folder


def keeping_it_in(folder: Path) -> dict[str, object]:
    return {**UNSTABLE, 'StorageDirectory': str(folder), 'Paging': {'SnapshotFolder': str(folder)}}


def test_the_snapshot_is_in_the_configured_folder(start_orthanc: OrthancStarter, folder: Path) -> None:
    orthanc = start_orthanc(keeping_it_in(folder))
    orthanc.terminate()
    assert (folder / 'orthanc-paging.snapshot').exists()
    assert not file_of(orthanc).exists()


def test_of_two_orthancs_that_are_given_one_folder_one_keeps_none(
    start_orthanc: OrthancStarter, folder: Path
) -> None:
    both = [start_orthanc(keeping_it_in(folder)) for _ in range(2)]
    for number, orthanc in enumerate(both):
        orthanc.upload(instance('P', f'of{number}', 'A', '1'))
        assert_pages_are_the_truth(orthanc)
    assert [f'another Orthanc uses {folder}' in orthanc.log for orthanc in both] == [False, True]
    for orthanc in both:
        orthanc.terminate()
    for orthanc in both:
        start_again(orthanc)


def test_if_no_snapshot_can_be_written_pages_are_served_without(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({'Paging': {'SnapshotFolder': '/proc'}})
    orthanc.upload(instance('P', 'S', 'A', '1'))
    assert_pages_are_the_truth(orthanc)
    assert 'the snapshot in /proc cannot be kept' in orthanc.log
    orthanc.wait_until_stable()
    start_again(orthanc)


def test_after_a_reset_of_the_core_it_is_used(filled: Orthanc) -> None:
    change_much(filled)
    filled.reset()
    filled.wait_ready()
    assert is_warm(filled)
    assert first_difference(filled) is None


def test_a_snapshot_is_taken_again_when_much_changed(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({**UNSTABLE, 'Paging': {'SnapshotSeconds': 1}})
    wait_until(lambda: snapshot_of(orthanc)['AgeSeconds'] is not None, 'a snapshot', 20)
    orthanc.upload(instance('P', 'S', 'A', '1'))
    wait_until(lambda: snapshot_of(orthanc)['JournalStudies'] == 1, 'a line in the journal', 20)
    wait_until(lambda: snapshot_of(orthanc)['JournalStudies'] == 0, 'a new snapshot', 20)


ODD = [
    'C\nT',
    'C\tT',
    'C\rT',
    'C\r\nT',
    'C\x0bT',
    'C\x0cT',
    'C\x1eT',
    'C\x7fT',
    '"C"',
    "'",
    'C T 1',
    'Ü',
    'C\u2028T',
    '\\x0a',
]


def test_the_snapshot_is_used_for_any_values_of_studies(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc(UNSTABLE)
    for number, value in enumerate(ODD):
        modality = value if value.isascii() and '\\' not in value else 'CT'  # a backslash separates values
        texts = {'Modality': modality, 'StudyDescription': value, 'PatientName': value}
        orthanc.upload(instance(f'P{number}', f'S{number}', 'A', '1', **texts))
    orthanc.upload(instance('P0', 'S0', 'B', '1', Modality='MR'))
    assert_computed_tags_are_the_truth(orthanc)
    orthanc.restart()  # at the stop it is written
    orthanc.wait_ready()
    start_again(orthanc)
    assert is_warm(orthanc)
    assert NOT_USED not in orthanc.log
    assert_computed_tags_are_the_truth(orthanc)
