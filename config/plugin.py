"""The script to which `PythonScript`, or `Python.Path`, of Orthanc's configuration points."""

import sys
from pathlib import Path

import orthanc

CHECKOUT = Path(__file__).resolve().parent.parent
if (CHECKOUT / 'orthanc_paging').is_dir():
    sys.path.insert(0, str(CHECKOUT))

from orthanc_paging import plugin  # noqa: E402

plugin.install()
orthanc.RegisterOnChangeCallback(plugin.on_change)
