"""The build backend of the Python package: that of setuptools, which finds the web page built.

An editable install is a link to the checkout, and takes from it what is there.
"""

from collections.abc import Mapping

import page
from setuptools import build_meta
from setuptools.build_meta import (
    build_editable,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
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


def build_wheel(folder: str, settings: Settings = None, metadata_folder: str | None = None) -> str:
    """Put a wheel into a folder, and return its name (PEP 517)."""
    page.build()
    name: str = build_meta.build_wheel(folder, settings, metadata_folder)
    return name


def build_sdist(folder: str, settings: Settings = None) -> str:
    """Put the sources into a folder as an archive, with the page as it is built, and return its name (PEP 517)."""
    page.build()
    name: str = build_meta.build_sdist(folder, settings)
    return name
