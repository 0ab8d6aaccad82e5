"""The section `Paging` of Orthanc's configuration."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from .errors import ConfigurationError, Json

SECTION = 'Paging'
LARGEST = 10**9


@dataclass(frozen=True, slots=True)
class Config:
    """The options, each with its default. `config/orthanc.json` documents them."""

    Enable: bool = True
    UI: bool = True
    MaxLimit: int = 0
    MaxViews: int = 32
    RelistSeconds: int = 14_400
    RelistStudiesPerSecond: int = 500
    SharedDatabase: bool | str = 'auto'
    ComputedTags: bool = True
    SnapshotSeconds: int = 900
    SnapshotFolder: str = ''


def parse(configuration: Mapping[str, Json]) -> Config:
    """Return the options that Orthanc's whole `configuration` sets. Raises `ConfigurationError`."""
    section = configuration.get(SECTION, {})
    if not isinstance(section, dict):
        raise ConfigurationError(SECTION, section, 'an object, such as {"MaxLimit": 1000}')
    known = [field.name for field in fields(Config)]
    for key, value in section.items():
        if key not in known:
            raise ConfigurationError(f'{SECTION}.{key}', value, f'no such key, only {_listed(known)}')
    options = Config(**section)  # type: ignore[arg-type]  # the kinds of the values are checked next
    _check_boolean('Enable', options.Enable)
    _check_boolean('UI', options.UI)
    _check_number('MaxLimit', options.MaxLimit, 0, 'no limit')
    _check_number('MaxViews', options.MaxViews, 1, 'a single one')
    _check_number('RelistSeconds', options.RelistSeconds, 0, 'no schedule')
    _check_number('RelistStudiesPerSecond', options.RelistStudiesPerSecond, 1, 'one study a second')
    if not (isinstance(options.SharedDatabase, bool) or options.SharedDatabase == 'auto'):
        raise ConfigurationError(f'{SECTION}.SharedDatabase', options.SharedDatabase, '"auto", true or false')
    _check_boolean('ComputedTags', options.ComputedTags)
    _check_number('SnapshotSeconds', options.SnapshotSeconds, 0, 'no snapshot')
    _check_folder('SnapshotFolder', options.SnapshotFolder)
    return options


def snapshot_folder(options: Config, configuration: Mapping[str, Json], relative_to: str) -> Path:
    """Return the folder of the snapshot: that of Orthanc's index, if the options name no other."""
    index = configuration.get('IndexDirectory') or configuration.get('StorageDirectory') or 'OrthancStorage'
    return Path(relative_to, options.SnapshotFolder or str(index))


def ohif_data_source(configuration: Mapping[str, Json]) -> str:
    """Return the data source of the OHIF plugin, by its own option: 'dicom-json' or 'dicom-web'."""
    section = configuration.get('OHIF')
    source = section.get('DataSource') if isinstance(section, dict) else None
    return 'dicom-web' if source == 'dicom-web' else 'dicom-json'


def _check_folder(key: str, value: Json) -> None:
    if not isinstance(value, str) or (value and not (os.path.isabs(value) and os.path.isdir(value))):
        raise ConfigurationError(
            f'{SECTION}.{key}',
            value,
            "the absolute path of a folder that exists, or '' for that of Orthanc's index",
        )


def _check_boolean(key: str, value: Json) -> None:
    if not isinstance(value, bool):
        raise ConfigurationError(f'{SECTION}.{key}', value, 'true or false')


def _check_number(key: str, value: Json, least: int, meaning: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= LARGEST:
        expected = f'a whole number from {least} ({meaning}) to {LARGEST}'
        raise ConfigurationError(f'{SECTION}.{key}', value, expected)


def _listed(names: Sequence[str]) -> str:
    return f'{", ".join(names[:-1])} and {names[-1]}'
