"""Databases of Orthanc, filled with studies, that are made once and kept for later runs.

They are kept in $ORTHANC_PAGING_BENCHMARKS, else in /var/tmp/orthanc-paging-benchmarks: 4 GB for 1,000,000
studies, and as much for each system whose Orthanc is newer, and while measuring for each Orthanc that runs.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.fill_index import VERSION, make_database
from tests.support.orthanc import Orthanc

OLDEST = 'bookworm'
"""Its Orthanc makes the databases; that of any other system upgrades them at its first start."""

UPGRADE_DEADLINE = 1800.0  # seconds; 1,000,000 studies take one or two minutes


def cache() -> Path:
    """The folder of what is kept between runs."""
    folder = Path(os.environ.get('ORTHANC_PAGING_BENCHMARKS') or '/var/tmp/orthanc-paging-benchmarks')
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def copy_database(system: str, studies: int, folder: Path) -> None:
    """Make `folder` a database of the Orthanc of `system`, with so many studies; do nothing if that is 0."""
    if studies:
        _copy(_prepared(system, studies), folder)


def filled_database(studies: int) -> Path:
    """The kept database of the oldest Orthanc with so many studies, to copy from."""
    return _kept(f'filled-{studies}-v{VERSION}', lambda folder: make_database(folder, studies))


def _prepared(system: str, studies: int) -> Path:
    filled = filled_database(studies)
    if system == OLDEST:
        return filled
    return _kept(f'{system}-{studies}-v{VERSION}', lambda folder: _upgrade(system, filled, folder))


def _kept(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name in the cache, made if it is missing. It is there whole or not at all."""
    folder = cache() / name
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=cache(), prefix='unfinished-') as temporary:
            make(Path(temporary) / 'made')
            (Path(temporary) / 'made').rename(folder)
    return folder


def _upgrade(system: str, database: Path, folder: Path) -> None:
    """Make `folder` a copy of `database` that the Orthanc of `system` has once started on."""
    with tempfile.TemporaryDirectory(dir=cache(), prefix='unfinished-') as temporary:
        _copy(database, Path(temporary) / 'db')
        orthanc = Orthanc(system, Path(temporary), {'Plugins': []})
        orthanc.launch()
        orthanc.wait_until_up(UPGRADE_DEADLINE)
        orthanc.terminate(UPGRADE_DEADLINE)
        (Path(temporary) / 'db').rename(folder)


def _copy(database: Path, folder: Path) -> None:
    subprocess.run(['cp', '--recursive', '--reflink=auto', str(database), str(folder)], check=True)
