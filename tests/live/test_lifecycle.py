"""Starting and stopping: listing, restarts, resets, ends under load, and other configurations."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import httpx
import pytest

from tests.conftest import OrthancStarter
from tests.support.dicom import instance
from tests.support.orthanc import Orthanc
from tests.support.systems import CHECKOUT
from tests.support.truth import assert_pages_are_the_truth

UNSTABLE = {'StableAge': 60}
"""On 1.13.0, its Python plugin 7.1 crashes by itself if a study becomes stable while Orthanc stops."""


@pytest.fixture
def start_for_load(start_orthanc: OrthancStarter) -> OrthancStarter:
    """Starts Orthancs that are stopped under load."""
    if start_orthanc.system == 'sid':
        pytest.skip('Python plugin 7.1 of 1.13.0 crashes at a stop under load with an empty callback, too')
    return start_orthanc


@contextmanager
def load(orthanc: Orthanc) -> Iterator[None]:
    """Two connections that upload for two seconds, and two that read pages until the end of the block.

    If uploads go on and the machine is busy, Orthanc does not begin to stop, even with a script that does nothing.
    It seems to handle all changes first.
    """
    done = Event()
    end_of_uploads = time.monotonic() + 2

    def upload(worker: int) -> None:
        number = 0
        while not done.is_set() and time.monotonic() < end_of_uploads:
            number += 1
            orthanc.post('/instances', content=instance(f'W{worker}', f'S{worker}.{number}', 'A', '1'))

    def read(_: int) -> None:
        while not done.is_set():
            orthanc.get('/sort-studies?limit=20')

    def until_the_end(work: tuple[int, bool]) -> None:
        number, uploads = work
        try:
            (upload if uploads else read)(number)
        except httpx.HTTPError:  # Orthanc has stopped answering, as requested
            done.wait(30)

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(until_the_end, work) for work in ((1, True), (2, True), (3, False), (4, False))]
        try:
            done.wait(0.7)
            yield
        finally:
            done.set()
    for one in running:
        one.result()


def upload_some(orthanc: Orthanc, count: int = 30) -> None:
    for number in range(count):
        orthanc.upload(instance(f'P{number}', f'S{number}', 'A', '1', StudyDate=str(20240101 + number % 7)))
    assert_pages_are_the_truth(orthanc)


def test_studies_that_are_there_at_the_start_are_listed(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({**UNSTABLE, 'Paging': {'SnapshotSeconds': 0}})
    upload_some(orthanc)
    orthanc.restart()
    orthanc.wait_ready()
    assert_pages_are_the_truth(orthanc)
    assert orthanc.get_json('/paging/status')['Applied'] == 0


def test_until_the_studies_are_listed_a_page_answers_503(start_orthanc: OrthancStarter) -> None:
    # A script that never passes ORTHANC_STARTED on: its index stays as it is before the listing.
    silent = start_orthanc.fresh_folder() / 'silent.py'
    silent.parent.mkdir(parents=True)
    on_path = f'import sys\nsys.path.insert(0, {str(CHECKOUT)!r})\n'
    silent.write_text(on_path + 'from orthanc_paging import plugin\nplugin.install()\n')
    orthanc = start_orthanc(script=silent, ready=False)
    answer = orthanc.get('/sort-studies')
    problem = answer.json()
    assert (answer.status_code, answer.headers['Retry-After'], problem['status']) == (503, '1', 503)
    assert problem['progress'] == {'Listed': 0, 'Total': 0}
    assert orthanc.get_json('/paging/status')['State'] == 'starting'


def test_a_kill_leaves_nothing_that_a_start_does_not_repair(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc(UNSTABLE)
    upload_some(orthanc)
    orthanc.kill()
    orthanc.restart()
    orthanc.wait_ready()
    assert_pages_are_the_truth(orthanc)


@pytest.mark.parametrize('python_section', [None, False], ids=['as-recommended', 'without-AllowThreads'])
def test_a_sigterm_under_load_ends_it_cleanly(start_for_load: OrthancStarter, python_section: bool | None) -> None:
    orthanc = start_for_load(UNSTABLE, python_section=python_section)
    with load(orthanc):
        assert orthanc.terminate() == 0
    assert 'Orthanc has stopped' in orthanc.log


def test_a_shutdown_under_load_ends_it_cleanly(start_for_load: OrthancStarter) -> None:
    orthanc = start_for_load(UNSTABLE)
    with load(orthanc):
        orthanc.post('/tools/shutdown')
        assert orthanc.wait_for_end() == 0


def test_a_reset_under_load_starts_anew(start_for_load: OrthancStarter) -> None:
    orthanc = start_for_load(UNSTABLE)
    upload_some(orthanc)
    with load(orthanc):
        orthanc.reset()
    orthanc.wait_ready()
    assert_pages_are_the_truth(orthanc, deadline=30)
    upload_some(orthanc, 3)


def test_a_reset_starts_anew(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc(UNSTABLE)
    upload_some(orthanc)
    orthanc.reset()
    orthanc.wait_ready()
    assert_pages_are_the_truth(orthanc)
    upload_some(orthanc, 3)


def test_disabled_it_registers_nothing_and_orthanc_works(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({'Paging': {'Enable': False}}, ready=False)
    orthanc.upload(instance('P', 'S', 'A', '1'))
    assert orthanc.get('/sort-studies').status_code == 404
    assert orthanc.get('/paging/status').status_code == 404


@pytest.mark.parametrize(
    ('section', 'line'),
    [
        ({'MaxLimits': 5}, 'Paging.MaxLimits is 5 in the configuration; expected no such key'),
        ({'MaxLimit': 'many'}, 'Paging.MaxLimit is "many" in the configuration; expected a whole number'),
    ],
)
def test_a_mistake_in_the_configuration_stops_the_start(
    start_orthanc: OrthancStarter, section: dict[str, object], line: str
) -> None:
    refusal = start_orthanc.refused({'Paging': section})
    assert refusal.exit_code != 0
    assert sum(line in logged and 'orthanc-paging' in logged for logged in refusal.log.splitlines()) == 1


def test_nothing_of_a_patient_is_logged(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({'PythonVerbose': False})
    orthanc.upload(instance('SECRET-ID', 'S', 'A', '1', PatientName='SECRET^NAME', StudyDescription='SECRET'))
    assert_pages_are_the_truth(orthanc)
    orthanc.get('/sort-studies?PatientName=SECRET')
    orthanc.get('/sort-studies?limit=SECRET')
    assert 'SECRET' not in orthanc.log
