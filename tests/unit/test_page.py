"""The build of the web page, and the archive of the source that it offers."""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from orthanc_paging.where import SCRIPT
from tests.support.page import PACKAGING, UI, source
from tests.support.systems import CHECKOUT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of all that is built from, in which nothing is built."""
    copy = tmp_path / 'copy'
    for path in source.files():
        target = copy / path.relative_to(CHECKOUT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return copy


def build_without_npm(checkout: Path) -> subprocess.CompletedProcess[str]:
    """Run the script that builds the page, with no program on the path."""
    command = [sys.executable, '-B', str(checkout / PACKAGING.relative_to(CHECKOUT) / 'page.py')]
    return subprocess.run(command, env={'PATH': ''}, capture_output=True, text=True, check=False)


def pretend_to_have_built(checkout: Path) -> Path:
    """Write the hash by which a build marks the sources that it used; return the folder of the built page."""
    packaging = checkout / PACKAGING.relative_to(CHECKOUT)
    code = 'import page; page.BUILT.mkdir(); page.HASH_OF_SOURCES.write_text(page.hash_of_sources())'
    subprocess.run([sys.executable, '-B', '-c', code], cwd=packaging, check=True)
    return checkout / UI.relative_to(CHECKOUT) / 'built'


def test_without_npm_it_says_what_to_install(checkout: Path) -> None:
    ran = build_without_npm(checkout)
    assert ran.returncode == 1
    assert ran.stderr.startswith('The web page cannot be built, because npm is missing: install npm')
    assert len(ran.stderr.splitlines()) == 1


def test_a_built_page_needs_no_npm_until_a_source_changes(checkout: Path) -> None:
    pretend_to_have_built(checkout)
    assert build_without_npm(checkout).returncode == 0
    with (checkout / UI.relative_to(CHECKOUT) / 'src' / 'page.css').open('a') as css:
        css.write('\n')
    assert build_without_npm(checkout).returncode == 1


def test_the_built_page_offers_the_present_source_as_an_archive(checkout: Path) -> None:
    built = pretend_to_have_built(checkout)
    changed = checkout / 'orthanc_paging' / 'plugin.py'
    changed.write_text('changed = True\n')
    build_without_npm(checkout)
    with tarfile.open(built / 'source.tgz') as archive:
        names = archive.getnames()
        plugin = archive.extractfile('orthanc-paging/orthanc_paging/plugin.py')
        assert plugin is not None
        assert plugin.read() == changed.read_bytes()
    assert set(names) == {f'orthanc-paging/{path.relative_to(CHECKOUT)}' for path in source.files()}
    assert [path.name for path in built.iterdir() if 'source.tgz' in path.name] == ['source.tgz']


def test_the_same_source_gives_the_same_archive(tmp_path: Path) -> None:
    contents = {'b': b'2', 'a': b'1'}
    source.write_archive(tmp_path / 'one.tgz', 'folder', contents)
    source.write_archive(tmp_path / 'another.tgz', 'folder', dict(sorted(contents.items())))
    assert (tmp_path / 'one.tgz').read_bytes() == (tmp_path / 'another.tgz').read_bytes()


def test_the_source_contains_each_part_and_nothing_that_is_made_of_it() -> None:
    paths = {str(path.relative_to(CHECKOUT)) for path in source.files()}
    assert {
        'LICENSE',
        'pyproject.toml',
        'config/packaging/backend.py',
        'orthanc_paging/index/views.py',
        'orthanc_paging/py.typed',
        'orthanc_paging/ui/package-lock.json',
        'orthanc_paging/ui/src/main.ts',
    } <= paths
    assert not [path for path in paths if 'node_modules' in path or '/built' in path or path.endswith('.pyc')]


def test_packages_of_npm_are_pinned_and_come_from_its_own_registry() -> None:
    lock = (UI / 'package-lock.json').read_text()
    addresses = [line.split('"')[3] for line in lock.splitlines() if '"resolved"' in line]
    assert len(addresses) > 3
    assert all(address.startswith('https://registry.npmjs.org/') for address in addresses)


def test_a_command_prints_the_path_of_the_script_for_orthanc() -> None:
    command = [sys.executable, '-m', 'orthanc_paging.where']
    printed = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True).stdout
    assert Path(printed.strip()) == SCRIPT
    assert SCRIPT.is_file()
    assert not [path for path in SCRIPT.parent.iterdir() if path.stem in sys.stdlib_module_names]
