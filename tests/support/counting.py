"""A script that counts what is delivered, and answers how far the plugin believes the log to be delivered."""

import json
import sys
from pathlib import Path
from typing import Any

import orthanc

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from orthanc_paging import plugin

plugin.install()
orthanc.RegisterOnChangeCallback(plugin.on_change)


def serve(output: Any, _: str, **__: object) -> None:  # noqa: ANN401 (an object of the module orthanc)
    """Answer the number up to which every entry of the log was delivered."""
    output.AnswerBuffer(json.dumps(plugin._delivered.complete_up_to()), 'application/json')


orthanc.RegisterRestCallback('/delivered', serve)
