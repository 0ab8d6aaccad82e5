"""The script of a measured Orthanc: the plugin, beside what its pages are compared with.

`/constant-first` and `/constant-random` answer the body that was last posted there: the ceiling for whatever
a Python callback answers. `/book-sort-studies` answers as the paging sample of the Orthanc Book does.
"""

import json
import sys
from pathlib import Path
from typing import Any

import orthanc

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from orthanc_paging import plugin

RestOutput = Any  # the Python plugin's own class, which exists inside Orthanc only
Request = Any  # one of a request's parts


class Constant:
    """Answers one body, whatever is asked."""

    def __init__(self) -> None:
        self._body = b''

    def answer(self, output: RestOutput, _uri: str, **request: Request) -> None:
        """Answer the body to a GET; take another by a POST."""
        if request['method'] == 'POST':
            self._body = request['body']
        output.AnswerBuffer(self._body, 'application/json')


def answer_as_the_book(output: RestOutput, _uri: str, **request: Request) -> None:
    """Answer `limit` studies from `offset` on, by StudyDate, asking Orthanc for all."""
    offset, limit = (int(request['get'][name]) for name in ('offset', 'limit'))
    studies = json.loads(orthanc.RestApiGet('/studies?expand'))
    studies.sort(key=lambda study: study['MainDicomTags'].get('StudyDate', ''))
    output.AnswerBuffer(json.dumps(studies[offset : offset + limit], indent=2), 'application/json')


# First, as Orthanc tries the routes in the order of registration: the ceiling has the best place.
orthanc.RegisterRestCallback('/constant-first', Constant().answer)
orthanc.RegisterRestCallback('/constant-random', Constant().answer)
plugin.install()
orthanc.RegisterOnChangeCallback(plugin.on_change)
orthanc.RegisterRestCallback('/book-sort-studies', answer_as_the_book)
