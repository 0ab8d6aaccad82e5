"""A script that, beside orthanc-paging, sets whether a study is stable: `/stable-status?study=&is=`."""

import sys
from pathlib import Path
from typing import Any

import orthanc

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from orthanc_paging import plugin

RestOutput = Any  # the Python plugin's own class, which exists inside Orthanc only
Request = Any  # one of a request's parts


def set_status(output: RestOutput, _uri: str, **request: Request) -> None:
    """Set the requested status; nothing but other plugins can."""
    wanted = orthanc.StableStatus.STABLE if request['get']['is'] == 'stable' else orthanc.StableStatus.UNSTABLE
    orthanc.SetStableStatus(request['get']['study'], wanted)
    output.AnswerBuffer(b'', 'text/plain')


plugin.install()
orthanc.RegisterOnChangeCallback(plugin.on_change)
orthanc.RegisterRestCallback('/stable-status', set_status)
