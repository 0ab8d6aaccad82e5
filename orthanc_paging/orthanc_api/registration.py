"""What a script can do while Orthanc loads it: read the configuration, and register callbacks."""

from __future__ import annotations

import json
import os
from typing import Any

import orthanc

from ..errors import Json
from .protocol import Dialect


def configuration() -> dict[str, Json]:
    """Orthanc's whole configuration. Works while the script is being loaded."""
    whole: dict[str, Json] = json.loads(orthanc.GetConfiguration())
    return whole


def configuration_folder() -> str:
    """The folder of Orthanc's configuration, from which it takes relative paths. Works while the script loads."""
    path = str(orthanc.GetConfigurationPath())
    return path if os.path.isdir(path) else os.path.dirname(path)


def dialect() -> Dialect:
    """How the running Orthanc and its Python plugin speak. Works while the script is being loaded."""
    return Dialect(
        decodes=_is_at_least(1, 13, 0),
        splits_encoded_ampersands=_is_at_least(1, 13, 0),
        types_errors=_is_at_least(1, 12, 0),
        streams=hasattr(orthanc.RestOutput, 'StartStreamAnswer'),
        compresses=not _is_at_least(1, 12, 2) and configuration().get('HttpCompressionEnabled') is not False,
        has_labels=_is_at_least(1, 12, 0),
    )


def register(path: str, callback: Any) -> None:
    """Have Orthanc call `callback(output, uri, **request)` for requests to `path`, a regular expression."""
    callback.itself = (
        callback  # Orthanc lets go of it after the interpreter has ended: to be freed then is a crash
    )
    orthanc.RegisterRestCallback(path, callback)


def log_warning(line: str) -> None:
    """Write a line to Orthanc's log. It must not contain patient data."""
    orthanc.LogWarning(f'orthanc-paging: {line}')


def log_error(line: str) -> None:
    """Write a line to Orthanc's log. It must not contain patient data."""
    orthanc.LogError(f'orthanc-paging: {line}')


def extend_explorer(javascript: str) -> None:
    """Have Orthanc Explorer run some JavaScript, in place of any that a script gave it before."""
    orthanc.ExtendOrthancExplorer(javascript)


def _is_at_least(major: int, minor: int, revision: int) -> bool:
    return bool(orthanc.CheckVersionAdvanced(major, minor, revision))
