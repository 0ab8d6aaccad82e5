"""The calls to Orthanc that work while it loads the script: read the configuration, register callbacks."""

from __future__ import annotations

import json
import os
from typing import Any

import orthanc

from ..errors import Json
from .protocol import Dialect


def configuration() -> dict[str, Json]:
    """Return Orthanc's whole configuration."""
    whole: dict[str, Json] = json.loads(orthanc.GetConfiguration())
    return whole


def configuration_folder() -> str:
    """Return the folder of Orthanc's configuration, to which its relative paths refer."""
    path = str(orthanc.GetConfigurationPath())
    return path if os.path.isdir(path) else os.path.dirname(path)


def dialect() -> Dialect:
    """Return how the running Orthanc and its Python plugin call callbacks."""
    return Dialect(
        decodes=_is_at_least(1, 13, 0),
        splits_encoded_ampersands=_is_at_least(1, 13, 0),
        types_errors=_is_at_least(1, 12, 0),
        streams=hasattr(orthanc.RestOutput, 'StartStreamAnswer'),
        compresses=bool(configuration().get('HttpCompressionEnabled', not _is_at_least(1, 12, 2))),
        has_labels=_is_at_least(1, 12, 0),
    )


def register(path: str, callback: Any) -> None:
    """Have Orthanc call `callback(output, uri, **request)` for requests to `path`, a regular expression.

    The callback keeps itself alive: Orthanc releases it after the interpreter has ended, and to free it then
    would crash.
    """
    callback.itself = callback
    orthanc.RegisterRestCallback(path, callback)


def log_warning(line: str) -> None:
    """Write a line to Orthanc's log. It must not contain patient data."""
    orthanc.LogWarning(f'orthanc-paging: {line}')


def log_error(line: str) -> None:
    """Write a line to Orthanc's log. It must not contain patient data."""
    orthanc.LogError(f'orthanc-paging: {line}')


def extend_explorer(javascript: str) -> None:
    """Have Orthanc Explorer run some JavaScript. It replaces that of an earlier call."""
    orthanc.ExtendOrthancExplorer(javascript)


def _is_at_least(major: int, minor: int, revision: int) -> bool:
    return bool(orthanc.CheckVersionAdvanced(major, minor, revision))
