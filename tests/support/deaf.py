"""A script that passes on only the start and the stop of Orthanc: all changes are silent to the plugin."""

import sys
from pathlib import Path

import orthanc

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from orthanc_paging import plugin


def on_change(change: int, level: int, resource_id: str) -> None:
    """Hand on the start and the stop."""
    if change in (orthanc.ChangeType.ORTHANC_STARTED, orthanc.ChangeType.ORTHANC_STOPPED):
        plugin.on_change(change, level, resource_id)


plugin.install()
orthanc.RegisterOnChangeCallback(on_change)
