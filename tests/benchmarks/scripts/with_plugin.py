"""The script of a measured Orthanc: the plugin, beside what its pages are compared with.

`/constant-first` and `/constant-random` answer the body that was last posted there: the ceiling for whatever
a Python callback answers. `/least-first` and `/least-random` do the least that such a page takes beside that:
five headers, and for a random one a slice of a list and its join. `/book-sort-studies` answers as the paging
sample of the Orthanc Book does. `/snapshots` has snapshots of the plugin's index written over and over, beside
its own, from a POST of `true` until one of `false`, and answers how many were. `/changes-applied` takes the
parameters of views, and answers the seconds that some changes took in an index with these.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import orthanc

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from orthanc_paging import plugin, wiring
from orthanc_paging.figures import Figures
from orthanc_paging.index.store import upsert_of, upsert_of_line
from orthanc_paging.index.study_index import StudyIndex
from orthanc_paging.orthanc_api.protocol import OrthancApi
from orthanc_paging.queries.parsers.parameters import ParameterParser
from orthanc_paging.snapshot import file as snapshot
from orthanc_paging.snapshot.file import Header
from orthanc_paging.snapshot.keeper import PAUSE_SECONDS, SnapshotKeeper
from orthanc_paging.studies.study import line_of

LIMIT = 50
LEAST_STUDIES = 10_000
CHANGES = 1_000

RestOutput = Any  # the Python plugin's own class, which exists inside Orthanc only
Request = Any  # one of a request's parts


class Constant:
    """Answers every request with one body."""

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


class Changes:
    """Applies changes to an index of the same studies, and of views as they are requested."""

    def __init__(self) -> None:
        self._index = StudyIndex()
        self._api: OrthancApi | None = None

    def keep_index(self, api: OrthancApi, index: StudyIndex) -> None:
        """Keep what the studies are taken from."""
        self._api, self._index = api, index

    def answer(self, output: RestOutput, _uri: str, **request: Request) -> None:
        """Answer the seconds of each change, with the views in memory that the body names."""
        assert self._api is not None
        views = json.loads(request['body'])
        index = StudyIndex(len(views))
        bodies = self._index.bodies()
        for body in bodies:
            index.load(upsert_of_line(body))
        index.arrange()
        parser = ParameterParser(self._api.capabilities().schema)
        for parameters in views:
            index.page(0, LIMIT, parser.parse(parameters).selection)
        index.measure(figures := Figures())
        assert len(figures.views) == 1 + len(views)
        chosen = random.sample(bodies, min(CHANGES, len(bodies)))
        output.AnswerBuffer(json.dumps([_seconds_of_change(index, body) for body in chosen]), 'application/json')


def _seconds_of_change(index: StudyIndex, body: bytes) -> float:
    expanded = json.loads(body)
    expanded['MainDicomTags']['StudyDescription'] = 'NEW DESCRIPTION'
    changed = upsert_of(expanded)
    started = time.perf_counter()
    index.upsert(changed)
    return time.perf_counter() - started


class Snapshots:
    """Writes snapshots of the index as the plugin writes them, one after the other, in a thread of their own."""

    def __init__(self) -> None:
        self._index = StudyIndex()
        self._path = Path()
        self._written = 0
        self._stopping = Event()
        self._thread = Thread()

    def keep_index(self, *arguments: Any) -> SnapshotKeeper:  # noqa: ANN401 (those of the plugin's own)
        """Return the keeper of the plugin's snapshot, and remember the index and the folder of it."""
        api, self._index, _, _, options = arguments
        changes.keep_index(api, self._index)
        self._path = options.folder / 'over-and-over.snapshot'
        return SnapshotKeeper(*arguments)

    def answer(self, output: RestOutput, _uri: str, **request: Request) -> None:
        """Begin or end by a POST; answer how many were written since the last beginning."""
        if request['method'] == 'POST':
            self._end()
            if request['body'] == b'true':
                self._begin()
        output.AnswerBuffer(json.dumps(self._written), 'application/json')

    def _begin(self) -> None:
        self._written = 0
        self._stopping.clear()
        self._thread = Thread(target=self._write, daemon=True)
        self._thread.start()

    def _end(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _rest(self) -> bool:
        """Do as the plugin does."""
        return self._stopping.wait(PAUSE_SECONDS)

    def _write(self) -> None:
        while not self._stopping.is_set():
            bodies = self._index.bodies()
            header = Header('', time.time(), (), len(bodies))
            lines = (line_of(self._index.study_of(body)) for body in bodies)
            if file := snapshot.write(self._path, header, lines, self._rest):
                file.close()
                self._written += 1


def send_headers(output: RestOutput, tag: str, offset: int) -> None:
    """Send the headers of a page."""
    to = '?limit=50&offset='
    output.SetHttpHeader('Vary', 'Accept')
    output.SetHttpHeader('X-Total-Count', '100000')
    output.SetHttpHeader('ETag', f'W/"{tag}"')
    output.SetHttpHeader('Cache-Control', 'private, no-cache')
    output.SetHttpHeader(
        'Link',
        f'<{to}0>; rel="first", <{to}{offset - LIMIT}>; rel="prev", '
        f'<{to}{offset + LIMIT}>; rel="next", <{to}99950>; rel="last"',
    )


def answer_as_the_book(output: RestOutput, _uri: str, **request: Request) -> None:
    """Answer `limit` studies from `offset` on, by StudyDate, from a list of all of Orthanc."""
    offset, limit = (int(request['get'][name]) for name in ('offset', 'limit'))
    studies = json.loads(orthanc.RestApiGet('/studies?expand'))
    studies.sort(key=lambda study: study['MainDicomTags'].get('StudyDate', ''))
    output.AnswerBuffer(json.dumps(studies[offset : offset + limit], indent=2), 'application/json')


callbacks: list[Callable[..., None]] = []
"""Python must keep each: Orthanc 1.12.7's Python plugin releases them after Python has ended, and crashes if that
destroys one."""


def register(path: str, callback: Callable[..., None]) -> None:
    """Have a callback answer at the path."""
    callbacks.append(callback)
    orthanc.RegisterRestCallback(path, callback)


changes = Changes()
snapshots = Snapshots()
vars(wiring)['SnapshotKeeper'] = snapshots.keep_index

# First, as Orthanc tries the routes in the order of registration: the ceiling has the best place.
register('/constant-first', Constant().answer)
register('/constant-random', Constant().answer)
register('/least-first', Least().answer_kept)
register('/least-random', Least().answer_slice)
plugin.install()
orthanc.RegisterOnChangeCallback(plugin.on_change)
register('/book-sort-studies', answer_as_the_book)
register('/snapshots', snapshots.answer)
register('/changes-applied', changes.answer)
