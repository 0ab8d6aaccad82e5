"""The section `Paging` of Orthanc's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from .errors import ConfigurationError, Json

SECTION = 'Paging'
LARGEST_LIMIT = 10**9


@dataclass(frozen=True, slots=True)
class Config:
    """The options, each with its default. `config/orthanc.json` documents them."""

    Enable: bool = True
    MaxLimit: int = 0


def parse(configuration: Mapping[str, Json]) -> Config:
    """The options that Orthanc's whole `configuration` sets. Raises `ConfigurationError`."""
    section = configuration.get(SECTION, {})
    if not isinstance(section, dict):
        raise ConfigurationError(SECTION, section, 'an object, such as {"MaxLimit": 1000}')
    known = [field.name for field in fields(Config)]
    for key, value in section.items():
        if key not in known:
            raise ConfigurationError(f'{SECTION}.{key}', value, f'no such key, only {" and ".join(known)}')
    default = Config()
    return Config(
        Enable=_boolean(f'{SECTION}.Enable', section.get('Enable', default.Enable)),
        MaxLimit=_limit(f'{SECTION}.MaxLimit', section.get('MaxLimit', default.MaxLimit)),
    )


def _boolean(key: str, value: Json) -> bool:
    if not isinstance(value, bool):
        raise ConfigurationError(key, value, 'true or false')
    return value


def _limit(key: str, value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_LIMIT:
        raise ConfigurationError(key, value, f'a whole number from 0 (no limit) to {LARGEST_LIMIT}')
    return value
