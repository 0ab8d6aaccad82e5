"""Builds the web page into `built/`, where what is there was not made of these sources.

    python3 orthanc_paging/ui/page.py

Needs npm and Node.js 18 or later; npm puts what `package-lock.json` names into `node_modules/`.
"""

import argparse
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILT = HERE / 'built'
SOURCES_OF_BUILT = BUILT / 'sources.sha256'


def build() -> None:
    """Build it where need be, and say so. Raises `SystemExit`, with a sentence, where it cannot be built."""
    if is_built():
        print(f'The web page is built: {BUILT}', flush=True)
        return
    if shutil.which('npm') is None:
        raise SystemExit(
            'The web page cannot be built, as there is no npm: please install npm with Node.js 18 or later '
            '(on Debian and Ubuntu: apt-get install npm).'
        )
    print(f'Building the web page in {BUILT}, with what npm fetches into {HERE / "node_modules"}', flush=True)
    for command in (['ci', '--ignore-scripts', '--no-audit', '--no-fund'], ['run', '--silent', 'build']):
        if subprocess.run(['npm', *command], cwd=HERE, check=False).returncode != 0:
            raise SystemExit(f'The web page cannot be built: npm {command[0]} failed in {HERE}.')
    SOURCES_OF_BUILT.write_text(hash_of_sources())


def is_built() -> bool:
    """Whether what is built was made of the sources as they are."""
    return SOURCES_OF_BUILT.is_file() and SOURCES_OF_BUILT.read_text() == hash_of_sources()


def hash_of_sources() -> str:
    """The hash of all that a build depends on."""
    files = {str(path.relative_to(HERE)): sha256(path.read_bytes()).hexdigest() for path in _source_files()}
    return sha256(repr(sorted(files.items())).encode()).hexdigest()


def _source_files() -> Iterator[Path]:
    yield from (HERE / name for name in ('package.json', 'package-lock.json', 'tsconfig.json', 'build.mjs'))
    yield from (path for path in (HERE / 'src').rglob('*') if path.is_file())


if __name__ == '__main__':
    description, _, needs = (__doc__ or '').split('\n\n')
    argparse.ArgumentParser(description=description, epilog=needs).parse_args()
    build()
