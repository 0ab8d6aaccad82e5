"""The script that Orthanc's option `PythonScript` or `Python.Path` names.

`python3 -m orthanc_paging.where` prints its path. It runs the package that it lies in, installed or not.
"""

import sys
from pathlib import Path

import orthanc

PACKAGES = str(Path(__file__).resolve().parents[2])
"""The folder that contains the package: `site-packages` of any environment, or a checkout."""

if PACKAGES not in sys.path:
    sys.path.insert(0, PACKAGES)

from orthanc_paging import plugin  # noqa: E402

plugin.install()
orthanc.RegisterOnChangeCallback(plugin.on_change)
