"""The script of a measured Orthanc: the plugin, beside what its pages are compared with.

`/constant-first` and `/constant-random` answer the body that was last posted there: the ceiling for whatever
a Python callback answers. `/least-first` and `/least-random` do the least that such a page takes beside that:
four headers, and for a random one a slice of a list and its join. `/book-sort-studies` answers as the paging
sample of the Orthanc Book does.
"""

import json
import sys
from pathlib import Path
from typing import Any

import orthanc

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from orthanc_paging import plugin

LIMIT = 50
LEAST_STUDIES = 10_000

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


class Least:
    """Answers pages by as little Python as can be, of bodies that are as long as the studies of the last POST."""

    def __init__(self) -> None:
        self._page = b''
        self._bodies: list[bytes] = []

    def answer_kept(self, output: RestOutput, _uri: str, **request: Request) -> None:
        """Answer the same page with its headers; take another by a POST."""
        if request['method'] == 'POST':
            self._page = request['body']
        send_headers(output, '1d8a3f0c5be2a977', 100)
        output.AnswerBuffer(self._page, 'application/json')

    def answer_slice(self, output: RestOutput, _uri: str, **request: Request) -> None:
        """Answer a slice of the bodies; make them by a POST."""
        if request['method'] == 'POST':
            self._bodies = [b'%0*d' % (len(request['body']) // LIMIT, number) for number in range(LEAST_STUDIES)]
        offset = int(request.get('get', {}).get('offset', '0')) % (LEAST_STUDIES - LIMIT)
        bodies = self._bodies[offset : offset + LIMIT]
        send_headers(output, f'{hash(tuple(bodies)) & 2**64 - 1:x}', offset)
        output.AnswerBuffer(b','.join(bodies), 'application/json')


def send_headers(output: RestOutput, tag: str, offset: int) -> None:
    """Send the headers of a page."""
    to = 'sort-studies?limit=50&offset='
    output.SetHttpHeader('X-Total-Count', '100000')
    output.SetHttpHeader('ETag', f'W/"{tag}"')
    output.SetHttpHeader('Cache-Control', 'private, no-cache')
    output.SetHttpHeader(
        'Link',
        f'<{to}0>; rel="first", <{to}{offset - LIMIT}>; rel="prev", '
        f'<{to}{offset + LIMIT}>; rel="next", <{to}99950>; rel="last"',
    )


def answer_as_the_book(output: RestOutput, _uri: str, **request: Request) -> None:
    """Answer `limit` studies from `offset` on, by StudyDate, asking Orthanc for all."""
    offset, limit = (int(request['get'][name]) for name in ('offset', 'limit'))
    studies = json.loads(orthanc.RestApiGet('/studies?expand'))
    studies.sort(key=lambda study: study['MainDicomTags'].get('StudyDate', ''))
    output.AnswerBuffer(json.dumps(studies[offset : offset + limit], indent=2), 'application/json')


# First, as Orthanc tries the routes in the order of registration: the ceiling has the best place.
orthanc.RegisterRestCallback('/constant-first', Constant().answer)
orthanc.RegisterRestCallback('/constant-random', Constant().answer)
orthanc.RegisterRestCallback('/least-first', Least().answer_kept)
orthanc.RegisterRestCallback('/least-random', Least().answer_slice)
plugin.install()
orthanc.RegisterOnChangeCallback(plugin.on_change)
orthanc.RegisterRestCallback('/book-sort-studies', answer_as_the_book)
