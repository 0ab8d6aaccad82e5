"""The package as a user installs it: a wheel, in a virtual environment of the system's Python."""

import subprocess
import sys
import tarfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest

from tests.conftest import OrthancStarter
from tests.support.dicom import instance
from tests.support.systems import CHECKOUT, command_on
from tests.support.truth import assert_pages_are_the_truth

pytestmark = pytest.mark.each_version


@pytest.fixture(scope='session')
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel, which is built from the archive of the sources, and with those that it requires."""
    folder = tmp_path_factory.mktemp('wheels')
    subprocess.run([sys.executable, '-m', 'build', '--outdir', folder, CHECKOUT], cwd=folder, check=True)
    [wheel] = folder.glob('*.whl')
    subprocess.run([sys.executable, '-m', 'pip', 'wheel', '--quiet', '--wheel-dir', folder, wheel], check=True)
    return folder


def run(system: str, command: Sequence[str | Path], *visible: Path) -> str:
    """Run a command on a system, where it sees some folders of this machine; return what it prints."""
    line = command_on(system, [str(part) for part in command], visible)
    environment = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'LANG': 'C.UTF-8'}
    return subprocess.run(line, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


@pytest.fixture(scope='session')
def script(system: str, wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script for Orthanc in an environment with the wheel, by the commands of the README."""
    environment = tmp_path_factory.mktemp('environment')
    python = environment / 'bin' / 'python'
    install = ['pip', 'install', '--quiet', '--no-index', '--find-links', str(wheels), 'orthanc-paging']
    run(system, ['python3', '-m', 'venv', environment], environment)
    run(system, [python, '-m', *install], environment, wheels)
    return Path(run(system, [python, '-I', '-m', 'orthanc_paging.where'], environment).strip())


def test_an_installed_wheel_serves_pages_and_the_web_page(start_orthanc: OrthancStarter, script: Path) -> None:
    orthanc = start_orthanc(script=script)
    for number in range(3):
        orthanc.upload(instance('P', f'S{number}', 'A', '1'))
    assert_pages_are_the_truth(orthanc)
    assert '<title>Studies</title>' in orthanc.get('/paging/ui/').text


def test_an_installed_wheel_offers_the_source_that_runs(start_orthanc: OrthancStarter, script: Path) -> None:
    answer = start_orthanc(script=script).get('/paging/ui/source.tgz')
    assert answer.headers['Content-Type'] == 'application/gzip'
    package = script.parents[1]
    with tarfile.open(fileobj=BytesIO(answer.content)) as archive:
        for path in package.rglob('*.py'):
            member = archive.extractfile(f'orthanc-paging/orthanc_paging/{path.relative_to(package)}')
            assert member is not None
            assert member.read() == path.read_bytes(), path
        assert 'orthanc-paging/orthanc_paging/ui/src/main.ts' in archive.getnames()


def test_an_installed_wheel_has_the_licence_and_nothing_of_the_build(script: Path) -> None:
    package = script.parents[1]
    [licence] = package.parent.glob('orthanc_paging-*.dist-info/licenses/LICENSE')
    assert licence.read_bytes() == (CHECKOUT / 'LICENSE').read_bytes()
    assert {path.name for path in (package / 'ui').iterdir()} == {'built', 'button.js'}
    assert (package / 'py.typed').exists()
