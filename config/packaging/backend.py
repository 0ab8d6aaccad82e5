"""The build backend of the Python package (PEP 517): setuptools, with the web page built first.

If npm is missing, the build requires Node.js from PyPI, in the environment of the build alone. An editable install
is a link to the checkout, and builds nothing.
"""

import os
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import page
import source
from setuptools import build_meta
from setuptools.build_meta import (
    build_editable,
    get_requires_for_build_editable,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    'build_editable',
    'build_sdist',
    'build_wheel',
    'get_requires_for_build_editable',
    'get_requires_for_build_sdist',
    'get_requires_for_build_wheel',
    'prepare_metadata_for_build_editable',
    'prepare_metadata_for_build_wheel',
]

Settings = Mapping[str, str | list[str] | None] | None

os.environ.setdefault('NPM_CONFIG_OMIT', 'dev')  # a package needs no tools that test and lint the page


def get_requires_for_build_wheel(settings: Settings = None) -> list[str]:  # noqa: ARG001
    """Return Node.js as a requirement if the page has to be built and npm is missing."""
    if page.is_built() or page.is_buildable():
        return []
    pyproject = tomllib.loads((source.CHECKOUT / 'pyproject.toml').read_text(encoding='utf-8'))
    return [pyproject['tool']['orthanc-paging']['node']]


def get_requires_for_build_sdist(settings: Settings = None) -> list[str]:
    """Return the same as for a wheel: the archive contains the built page."""
    return get_requires_for_build_wheel(settings)


def build_wheel(folder: str, settings: Settings = None, metadata_folder: str | None = None) -> str:
    """Write a wheel into a folder, and return its name."""
    page.build()
    shutil.rmtree(source.CHECKOUT / 'build', ignore_errors=True)  # else setuptools adds files of earlier builds
    name: str = build_meta.build_wheel(folder, settings, metadata_folder)
    return name


def build_sdist(folder: str, settings: Settings = None) -> str:
    """Write an archive of the sources and the built page into a folder, and return its name.

    It is ours, as setuptools' own needs a second list of the same files.
    """
    page.build()
    with TemporaryDirectory() as metadata_folder:
        dist_info = prepare_metadata_for_build_wheel(metadata_folder, settings)
        metadata = Path(metadata_folder, dist_info, 'METADATA').read_bytes()
    name = dist_info.removesuffix('.dist-info')
    built = [path for path in page.BUILT.iterdir() if path.is_file()]
    contents = source.contents_of([*source.files(), *built]) | {'PKG-INFO': metadata}
    source.write_archive(Path(folder, f'{name}.tar.gz'), name, contents)
    return f'{name}.tar.gz'
