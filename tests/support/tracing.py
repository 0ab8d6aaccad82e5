"""A script with which deleted studies leave traces for other Orthancs however few studies there are."""

import sys
from pathlib import Path

import orthanc

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from orthanc_paging import plugin
from orthanc_paging.replicas import traces

traces.LARGE = 0

plugin.install()
orthanc.RegisterOnChangeCallback(plugin.on_change)
