"""The delay from the answer to an upload until its study is on a page, during uploads over four connections.

Each upload is a new study of one instance, the last of all for now. One watcher reads the pages from the first
study on that it has not seen yet.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from tests.benchmarks.connection import Connection, get
from tests.benchmarks.dicom_files import new_number, numbers_in, upload_of_last
from tests.benchmarks.figures import Effort, Figure, at_most, of_times
from tests.benchmarks.servers import Servers

CONNECTIONS = 4
LATE_TARGET = at_most(1.0)  # seconds, for 99 %
LIMIT = 500
"""Of a page: Orthanc states the length of one that is no longer."""

DEADLINE = 60.0  # seconds from the last upload on

_PAUSE = 0.03  # seconds between two looks: each takes from two cores what uploads could have

Times = dict[int, float]
"""When something was so, by the numbers of the studies."""


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """The median and the 99 % quantile over all uploads of all rounds, which follow each other without a rest."""
    seconds = effort.rounds * effort.seconds
    answered, seen = _upload_and_watch(servers, seconds)
    # 0 if a page was quicker than the answer, as an event comes before that.
    times = [max(0.0, seen[number] - answered[number]) for number in answered]
    name, studies, load = 'freshness.loaded', servers.studies, f'{CONNECTIONS} connections upload'
    what = f'upload answered until the study is on a page, while {load}'
    return [
        *of_times(name, what, studies, times, (None, LATE_TARGET)),
        Figure(f'{name}.rate', f'studies a second meanwhile, {load}', studies, len(times) / seconds, '/s'),
    ]


def _upload_and_watch(servers: Servers, seconds: float) -> tuple[Times, Times]:
    """Return when the uploads of so many seconds were answered, and when a page first contained their studies."""
    port, offset = servers.paging.port, servers.status()['Studies']
    first = new_number() + 1
    until = time.perf_counter() + seconds
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        uploads = [pool.submit(_upload, port, until) for _ in range(CONNECTIONS)]
        seen = _watch(port, offset, first, uploads, until + DEADLINE)
    return _answered(uploads), seen


def _upload(port: int, until: float) -> Times:
    """Upload one study after another until then; return when each was answered."""
    answered = {}
    with Connection(port) as connection:
        while time.perf_counter() < until:
            number = new_number()
            _send(connection, upload_of_last(number))
            answered[number] = time.perf_counter()
    return answered


def _send(connection: Connection, upload: bytes) -> None:
    """Upload. Try again if Orthanc 1.10.1 refused, as it may when two connections need the same new folder."""
    try:
        connection.exchange(upload)
    except AssertionError:
        connection.exchange(upload)


def _watch(port: int, offset: int, first: int, uploads: Sequence[Future[Times]], deadline: float) -> Times:
    """Return when each study was first seen on a page, if study number `first` will be at `offset`."""
    seen: Times = {}
    unseen = first
    with Connection(port) as pages:
        while not _are_all(seen, uploads):
            assert time.perf_counter() < deadline, f'the study {unseen} is on no page in time'
            numbers = numbers_in(pages.exchange(_page(offset + unseen - first)))
            now = time.perf_counter()
            for number in numbers:
                seen.setdefault(number, now)
            while unseen in seen:
                unseen += 1
            if len(numbers) < LIMIT:
                time.sleep(_PAUSE)
    return seen


def _page(offset: int) -> bytes:
    return get(f'/sort-studies?offset={offset}&limit={LIMIT}')


def _are_all(seen: Times, uploads: Sequence[Future[Times]]) -> bool:
    """Return whether the uploads have ended, and all their studies have been seen."""
    return all(upload.done() for upload in uploads) and seen.keys() >= _answered(uploads).keys()


def _answered(uploads: Sequence[Future[Times]]) -> Times:
    """Return when all uploads, which have ended, were answered."""
    return {number: when for upload in uploads for number, when in upload.result().items()}
