"""How the web page gets built, and into the package."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.systems import CHECKOUT

UI = CHECKOUT / 'orthanc_paging' / 'ui'


@pytest.fixture
def ui(tmp_path: Path) -> Path:
    """The sources of the page in a folder of their own, where nothing is built."""
    unbuilt = shutil.ignore_patterns('built', 'node_modules', '__pycache__')
    return Path(shutil.copytree(UI, tmp_path / 'ui', ignore=unbuilt))


def build_without_npm(ui: Path) -> subprocess.CompletedProcess[str]:
    """Run the script that builds the page, where no program is to be found."""
    command = [sys.executable, '-B', str(ui / 'page.py')]
    return subprocess.run(command, env={'PATH': ''}, capture_output=True, text=True, check=False)


def pretend_to_have_built(ui: Path) -> None:
    """Write what a build leaves of the sources."""
    told = subprocess.run(
        [sys.executable, '-B', '-c', 'import page; print(page.hash_of_sources(), end="")'],
        cwd=ui,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    (ui / 'built').mkdir()
    (ui / 'built' / 'sources.sha256').write_text(told.stdout)


def test_without_npm_it_says_what_to_install(ui: Path) -> None:
    ran = build_without_npm(ui)
    assert ran.returncode == 1
    assert ran.stderr.startswith('The web page cannot be built, as there is no npm: please install npm')
    assert len(ran.stderr.splitlines()) == 1


def test_what_is_built_needs_no_npm_until_a_source_changes(ui: Path) -> None:
    pretend_to_have_built(ui)
    assert build_without_npm(ui).returncode == 0
    with (ui / 'src' / 'page.css').open('a') as css:
        css.write('\n')
    assert build_without_npm(ui).returncode == 1


def test_packages_of_npm_are_pinned_and_come_from_its_own_registry() -> None:
    lock = (UI / 'package-lock.json').read_text()
    addresses = [line.split('"')[3] for line in lock.splitlines() if '"resolved"' in line]
    assert len(addresses) > 3
    assert all(address.startswith('https://registry.npmjs.org/') for address in addresses)
