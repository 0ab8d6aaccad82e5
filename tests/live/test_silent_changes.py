"""Changes that Orthanc reports to no plugin are on the page as soon as the core has made them."""

from typing import Any

import pytest

from tests.conftest import OrthancStarter
from tests.support.dicom import instance, study_id
from tests.support.orthanc import Orthanc
from tests.support.systems import CHECKOUT, PYTHON_PLUGIN
from tests.support.truth import assert_pages_are_the_truth, first_difference, true_studies
from tests.support.waiting import wait_until

STUDY = study_id('P', 'S')
SOON = 5.0
"""Seconds; no relisting begins within them."""


@pytest.fixture
def filled(orthanc: Orthanc) -> Orthanc:
    """An Orthanc with two stable studies of one patient."""
    for study in 'ST':
        content = instance('P', study, 'A' + study, study, StudyDate='20240101', PatientComments='Found^Again')
        orthanc.upload(content)
    wait_until(lambda: all(study['IsStable'] for study in true_studies(orthanc)), 'stable studies')
    assert_pages_are_the_truth(orthanc)
    return orthanc


@pytest.fixture
def labelled(filled: Orthanc) -> Orthanc:
    """An Orthanc with labels. Its study has one."""
    if filled.version < (1, 12, 0):
        pytest.skip('Orthanc has labels from 1.12.0 on')
    assert filled.put(f'/studies/{STUDY}/labels/first', content=b'').status_code == 200
    return filled


def labels_on_page(orthanc: Orthanc) -> list[str]:
    [labels] = [study['Labels'] for study in orthanc.get_json('/sort-studies') if study['ID'] == STUDY]
    return list(labels)


def test_a_label_that_is_set_or_removed_shows(labelled: Orthanc) -> None:
    wait_until(lambda: labels_on_page(labelled) == ['first'], 'the label', SOON)
    labelled.put(f'/studies/{STUDY}/labels/second', content=b'')
    labelled.delete(f'/studies/{STUDY}/labels/first')
    wait_until(lambda: labels_on_page(labelled) == ['second'], 'the other label', SOON)
    assert first_difference(labelled) is None


def let_a_reconstruction_change_the_patient(orthanc: Orthanc) -> None:
    """Have Orthanc find something else in the files, when it reads them again, than it did at first."""
    if orthanc.version >= (1, 11, 0):
        orthanc.restart({'ExtraMainDicomTags': {'Patient': ['PatientComments']}})
    else:
        write_other_files(orthanc)
        orthanc.restart()  # it keeps files in memory
    orthanc.wait_ready()
    assert_pages_are_the_truth(orthanc)


def write_other_files(orthanc: Orthanc) -> None:
    """Write to the storage, in place of the studies' files; newer Orthancs would see that they are others."""
    stored = {path.read_bytes(): path for path in (orthanc.folder / 'db').glob('??/??/*')}
    for study in 'ST':
        [listed] = orthanc.get_json(f'/studies/{study_id("P", study)}/instances')
        other = instance('P', study, 'A' + study, study, StudyDate='20240101', PatientName='Found^Again')
        stored[orthanc.get(f'/instances/{listed["ID"]}/file').content].write_bytes(other)


@pytest.mark.parametrize('level', ['patients', 'studies', 'series', 'instances'])
def test_a_reconstruction_shows_in_all_studies_of_the_patient(filled: Orthanc, level: str) -> None:
    let_a_reconstruction_change_the_patient(filled)
    assert 'Found^Again' not in filled.get('/sort-studies').text
    [listed] = filled.get_json(f'/studies/{STUDY}/instances')
    patient = filled.get_json(f'/studies/{STUDY}')['ParentPatient']
    identifiers = {
        'patients': patient,
        'studies': STUDY,
        'series': listed['ParentSeries'],
        'instances': listed['ID'],
    }
    assert filled.post(f'/{level}/{identifiers[level]}/reconstruct', content=b'').status_code == 200
    assert_pages_are_the_truth(filled, SOON)
    assert 'Found^Again' in filled.get('/sort-studies').text


def test_a_reconstruction_of_all_shows_at_once(filled: Orthanc) -> None:
    let_a_reconstruction_change_the_patient(filled)
    filled.upload(instance('Q', 'U', 'A', '1', PatientComments='Found^Again', PatientName='Found^Again'))
    assert_pages_are_the_truth(filled)
    before = filled.get('/sort-studies').text.count('Found^Again')
    answer = filled.post('/tools/reconstruct', content=b'')
    assert (answer.status_code, answer.content) == (200, b'')
    assert_pages_are_the_truth(filled, SOON)
    assert filled.get('/sort-studies').text.count('Found^Again') > before
    assert filled.get_json('/paging/status')['Relist']['Runs'] == 0


def test_a_reconstruction_of_all_survives_a_kill(filled: Orthanc) -> None:
    let_a_reconstruction_change_the_patient(filled)
    assert filled.post('/tools/reconstruct', content=b'').status_code == 200
    filled.kill()
    filled.restart()
    filled.wait_ready()
    assert first_difference(filled) is None


def test_reconstruction_by_the_housekeeper_shows_within_one_relist(filled: Orthanc) -> None:
    if filled.version < (1, 12, 0):
        pytest.skip('the Housekeeper plugin came with Orthanc 1.11')
    filled.restart(
        {
            'Plugins': [PYTHON_PLUGIN, PYTHON_PLUGIN.replace('OrthancPython', 'Housekeeper')],
            'Housekeeper': {'Enable': True, 'ThrottleDelay': 0},
            'ExtraMainDicomTags': {'Patient': ['PatientComments']},
            'Paging': {'RelistSeconds': 1},
        }
    )
    wait_until(lambda: 'Found^Again' in filled.get(f'/studies/{STUDY}').text, 'the Housekeeper', 30)
    assert_pages_are_the_truth(filled)


def test_a_stable_status_that_a_plugin_sets_shows_at_once_and_one_that_it_takes_away_after_relisting(
    start_orthanc: OrthancStarter,
) -> None:
    if start_orthanc.system != 'sid':
        pytest.skip('the Python plugin has SetStableStatus in 1.13.0')
    orthanc = start_orthanc({'StableAge': 60}, script=CHECKOUT / 'tests' / 'support' / 'stable_status.py')
    orthanc.upload(instance('P', 'S', 'A', '1'))
    assert_pages_are_the_truth(orthanc)
    for status in ('stable', 'unstable'):
        assert orthanc.get(f'/stable-status?study={STUDY}&is={status}').status_code == 200
        assert orthanc.get_json(f'/studies/{STUDY}')['IsStable'] == (status == 'stable')
        if status == 'unstable':  # no event reports that
            orthanc.post_json('/paging/relist', {})
        assert_pages_are_the_truth(orthanc)


def requests() -> list[tuple[str, str]]:
    labels = [f'/studies/{STUDY}/labels/{label}' for label in ('first', 'absent', 'b%20d', '%C3%A9', 'x' * 65)]
    labels += ['/studies/unknown/labels/first', f'/studies/{STUDY}/labels/a%2Fb', f'/studies/{STUDY}/labels']
    reconstructions = [
        f'/studies/{STUDY}/reconstruct',
        '/studies/unknown/reconstruct',
        '/patients/unknown/reconstruct',
        '/tools/reconstruct',
    ]
    return [(method, path) for path in labels + reconstructions for method in ('GET', 'PUT', 'POST', 'DELETE')]


def test_the_routes_answer_as_without_the_plugin(start_orthanc: OrthancStarter) -> None:
    with_plugin, without = (fill_one(start_orthanc, enable) for enable in (True, False))
    for method, path in requests():
        ours, theirs = (answer_of(orthanc, method, path) for orthanc in (with_plugin, without))
        assert ours == theirs, f'{method} {path}'


BODIES = [b'', b'no JSON', b'{}', b'{"ReconstructFiles": false}', b'{"ReconstructFiles": 3}']


@pytest.mark.parametrize('is_filled', [True, False])
def test_the_reconstruction_of_all_takes_the_bodies_that_the_core_takes(
    start_orthanc: OrthancStarter, is_filled: bool
) -> None:
    with_plugin, without = (
        fill_one(start_orthanc, enable)
        if is_filled
        else start_orthanc({'Paging': {'Enable': enable}}, ready=enable)
        for enable in (True, False)
    )
    for body in BODIES:
        ours, theirs = (
            answer_of(orthanc, 'POST', '/tools/reconstruct', body) for orthanc in (with_plugin, without)
        )
        assert ours == theirs, body


def fill_one(start_orthanc: OrthancStarter, enable: bool) -> Orthanc:
    orthanc = start_orthanc({'Paging': {'Enable': enable}, 'StableAge': 60}, ready=enable)
    orthanc.upload(instance('P', 'S', 'A', '1'))
    orthanc.put(f'/studies/{STUDY}/labels/first', content=b'')
    return orthanc


def answer_of(orthanc: Orthanc, method: str, path: str, body: bytes = b'') -> tuple[int, str, str | None, Any]:
    """Return an answer without the `Details` of a refusal."""
    answer = orthanc.request(method, path, content=body if method != 'GET' else None)
    content = answer.json() if answer.text.startswith('{') else answer.text
    if isinstance(content, dict):
        content.pop('Details', None)
    return answer.status_code, answer.headers.get('Content-Type', ''), answer.headers.get('Allow'), content
