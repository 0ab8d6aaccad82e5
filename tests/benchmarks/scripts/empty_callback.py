"""The script of an Orthanc that hears of every change and does nothing: what the Python plugin itself costs."""

import orthanc


def on_change(_change: int, _level: int, _resource_id: str) -> None:
    """Do nothing."""


orthanc.RegisterOnChangeCallback(on_change)
