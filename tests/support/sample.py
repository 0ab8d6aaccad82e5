"""A site's own script, which Orthanc loads instead of ours, and which installs orthanc-paging beside itself.

It has the one on-change callback of its Orthanc, counts the events for `/sample-events`, and passes them on.
Under `/book-sort-studies` it answers like the paging sample of the Orthanc Book, reading Orthanc each
time, and so is the oracle of our `/sort-studies`, up to the order of equal dates.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import orthanc

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from orthanc_paging import plugin

RestOutput = Any  # the Python plugin's own class, which exists inside Orthanc only
Request = Any  # one of a request's parts: its method is a str, its 'get' a dict of str

_events: Counter[int] = Counter()


def on_change(change: int, level: int, resource_id: str) -> None:
    """Count an event, then pass it on."""
    _events[int(change)] += 1
    plugin.on_change(change, level, resource_id)


def answer_studies(output: RestOutput, _uri: str, **request: Request) -> None:
    """Answer `limit` studies (0: all) from `offset` on, by StudyDate, those without one first."""
    if request['method'] != 'GET':
        output.SendMethodNotAllowed('GET')
        return
    offset, limit = (int(request['get'].get(name, '0')) for name in ('offset', 'limit'))
    studies = json.loads(orthanc.RestApiGet('/studies?expand'))
    studies.sort(key=lambda study: study['MainDicomTags'].get('StudyDate', ''))
    page = studies[offset : offset + limit] if limit else studies[offset:]
    output.AnswerBuffer(json.dumps(page), 'application/json')


def answer_events(output: RestOutput, _uri: str, **_request: Request) -> None:
    """Answer how often each kind of event came, by the number of its `orthanc.ChangeType`."""
    output.AnswerBuffer(json.dumps(_events), 'application/json')


plugin.install()
orthanc.RegisterOnChangeCallback(on_change)
orthanc.RegisterRestCallback('/book-sort-studies', answer_studies)
orthanc.RegisterRestCallback('/sample-events', answer_events)
