"""The smallest cell of the benchmark, so that it keeps working: nothing is said of speed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.benchmarks.cost_curves import cost_curves
from tests.benchmarks.fill_index import make_database
from tests.support.dicom import study_id
from tests.support.orthanc import Orthanc
from tests.support.postgres import Postgres
from tests.support.systems import CHECKOUT

MAY_BE_NONE = {'ui.long-tasks'}
NEWER_ONLY = {'find.times-faster.tools-find', 'find.time.tools-find'}
EVERYWHERE = {
    'memory.ratio',
    'memory.orders-ratio',
    'listing.ratio',
    'warm.time',
    'warm.times-faster',
    'pages.rate-ratio.first',
    'pages.time-ratio.random',
    'find.times-faster.book',
    'snapshot.rate-ratio',
    'snapshot.time',
    'relisting.late-ratio',
    'cost.memory',
    'cost.page',
    'uploads.ratio.usual',
    'questions.accession-number',
    'questions.name-prefix',
    'questions.words',
    'questions.rare-words',
    'questions.referrer',
    'questions.modality-word',
    'questions.uid',
    'questions.day',
    'questions.order',
    'questions.kept',
    'building.late',
    'building.quiet',
    'changes.ratio',
    'changes.time',
    'uploads.ratio.single',
    'uploads.empty-ratio.single',
    'freshness.median',
    'freshness.99 %',
    'freshness.loaded.median',
    'freshness.loaded.99 %',
    'freshness.loaded.rate',
    'replica.added.median',
    'replica.added.99 %',
    'replica.deleted.median',
    'replica.deleted.99 %',
    'cluster.rate-ratio',
    'cluster.added.99 %',
    'cluster.all-statements',
    'ui.cold',
    'ui.drag',
    'ui.rest',
    'ui.wheel',
    'ui.swipe',
    'ui.size',
    'ui-memory.growth',
}


def test_one_command_measures_prints_and_draws_everything(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command of the README works on each system, and leaves out only what its Orthanc cannot do."""
    monkeypatch.setenv('ORTHANC_PAGING_BENCHMARKS', str(tmp_path / 'kept'))
    output, curves = tmp_path / 'results.json', tmp_path / 'curves.svg'
    command = [sys.executable, '-m', 'tests.benchmarks', '--smoke', '--system', system]
    ended = subprocess.run(
        [*command, '--output', str(output), '--curves', str(curves)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(output.read_text(encoding='utf-8'))['figures']
    names = {figure['name'] for figure in figures}
    assert names >= EVERYWHERE
    assert names.isdisjoint(NEWER_ONLY) == (system == 'bookworm')
    assert all(figure['value'] > 0 for figure in figures if figure['name'] not in MAY_BE_NONE)
    assert 'answers a second against a constant' in ended.stdout
    assert ElementTree.parse(curves).getroot().tag.endswith('svg')


def test_the_cost_of_studies_on_postgresql_is_measured_and_drawn(
    system: str,
    tmp_path: Path,
    postgres: Postgres,  # noqa: ARG001
) -> None:
    output = tmp_path / 'results.json'
    command = [sys.executable, '-m', 'tests.benchmarks', '--smoke', '--system', system]
    ended = subprocess.run(
        [*command, '--database', 'postgresql', '--only', 'cost', '--output', str(output)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert '--database postgresql --studies 1000 --only cost' in ended.stdout
    run = json.loads(output.read_text(encoding='utf-8'))
    drawn = ElementTree.fromstring(cost_curves([{**run, 'database': 'sqlite'}, run]))
    lines = list(drawn.iter('{http://www.w3.org/2000/svg}path'))
    assert len([line for line in lines if 'stroke-dasharray' in line.attrib]) == len(run['figures'])


def test_a_filled_database_is_as_orthanc_would_have_made_it(system: str, tmp_path: Path) -> None:
    """Orthanc finds in it what was put in, by ID and by patient, and makes the same IDs itself."""
    make_database(tmp_path / 'orthanc' / 'db', 200)
    orthanc = Orthanc.start(system, tmp_path / 'orthanc')
    try:
        orthanc.wait_ready()
        assert orthanc.get_json('/statistics')['CountStudies'] == 200
        assert orthanc.get_json('/statistics')['CountPatients'] == 100
        studies = orthanc.get_json('/sort-studies')
        assert all(study['ID'] == _id_of(study) for study in studies)
        assert 0 < sum('StudyDate' not in study['MainDicomTags'] for study in studies) < 20
        found = orthanc.post_json('/tools/find', {'Level': 'Study', 'Query': {'PatientID': 'P000000003'}})
        assert len(found) == 2
    finally:
        orthanc.terminate()


def _id_of(study: dict[str, Any]) -> str:
    patient, uid = study['PatientMainDicomTags']['PatientID'], study['MainDicomTags']['StudyInstanceUID']
    return study_id(patient, uid)
