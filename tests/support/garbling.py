"""A script with the plugin, to which Orthanc returns nonsense for its statistics."""

import sys
from pathlib import Path

import orthanc

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from orthanc_paging import plugin

answer = orthanc.RestApiGet
orthanc.RestApiGet = lambda path: b'nonsense' if path == '/statistics' else answer(path)
plugin.install()
orthanc.RegisterOnChangeCallback(plugin.on_change)
