"""A site's own script, which sets a label on a study at an event: Orthanc reports that to nobody.

The section `Acting` of the configuration names the event (`On`, a name of `orthanc.ChangeType`), whether the
label is set before or after the event is passed on (`When`: before, after, or `thread` for a thread that the
callback starts), and how many seconds the script takes for that (`Seconds`).
"""

import json
import sys
import time
from pathlib import Path
from threading import Thread

import orthanc

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from orthanc_paging import plugin

ACTING = json.loads(orthanc.GetConfiguration())['Acting']
ON = getattr(orthanc.ChangeType, ACTING['On'])


def studies_of(level: int, resource_id: str) -> list[str]:
    """The studies that an event is about."""
    if level == orthanc.ResourceType.STUDY:
        return [resource_id]
    if level == orthanc.ResourceType.SERIES:
        return [json.loads(orthanc.RestApiGet(f'/series/{resource_id}'))['ParentStudy']]
    if level == orthanc.ResourceType.PATIENT:
        return list(json.loads(orthanc.RestApiGet(f'/patients/{resource_id}'))['Studies'])
    job = json.loads(orthanc.RestApiGet(f'/jobs/{resource_id}'))
    return list(job['Content']['ParentResources'])


def act(level: int, resource_id: str) -> None:
    """Set the label."""
    time.sleep(ACTING['Seconds'])
    for study in studies_of(level, resource_id):
        orthanc.RestApiPut(f'/studies/{study}/labels/routed', b'')


def on_change(change: int, level: int, resource_id: str) -> None:
    """Act on the event, and pass it on."""
    is_it = change == ON
    if is_it and ACTING['When'] == 'before':
        act(level, resource_id)
    plugin.on_change(change, level, resource_id)
    if is_it and ACTING['When'] == 'after':
        act(level, resource_id)
    if is_it and ACTING['When'] == 'thread':
        Thread(target=act, args=(level, resource_id)).start()


plugin.install()
orthanc.RegisterOnChangeCallback(on_change)
