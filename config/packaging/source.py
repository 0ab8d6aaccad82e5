"""The source archive: every file from which the package is built.

The same files give the same bytes.
"""

import gzip
import os
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
TOP = ('LICENSE', 'README.md', 'pyproject.toml')
FOLDERS = ('config/packaging', 'orthanc_paging')
MADE = {'__pycache__', 'built', 'built.unfinished', 'node_modules', 'screenshots'}
"""Names of folders that contain no source."""


def files() -> list[Path]:
    """Return the paths of all source files, sorted."""
    return sorted([*(CHECKOUT / name for name in TOP), *_files_in_folders()])


def contents_of(paths: Iterable[Path]) -> dict[str, bytes]:
    """Return the content of some files of the checkout by their names in it."""
    return {str(path.relative_to(CHECKOUT)): path.read_bytes() for path in paths}


def write_archive(archive: Path, folder: str, contents: Mapping[str, bytes]) -> None:
    """Write files into a `.tar.gz`, in which all of them lie in `folder`; `contents` are by their names.

    Readers of `archive` see the former file until the new one is whole.
    """
    unfinished = archive.with_name(f'{archive.name}.{os.getpid()}')
    with (
        unfinished.open('wb') as file,
        gzip.GzipFile(filename='', fileobj=file, mode='wb', mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode='w', format=tarfile.PAX_FORMAT) as tar,
    ):
        for name, content in sorted(contents.items()):
            entry = tarfile.TarInfo(f'{folder}/{name}')
            entry.size = len(content)
            tar.addfile(entry, BytesIO(content))
    unfinished.replace(archive)


def _files_in_folders() -> Iterator[Path]:
    for top in FOLDERS:
        for folder, folders, names in os.walk(CHECKOUT / top):
            folders[:] = set(folders) - MADE
            yield from (Path(folder, name) for name in names)
