"""How many times faster a page is than what there was before: `/tools/find`, and the sample of the Book.

All of the same Orthanc, at random offsets, over one connection. The others are slow enough that the client's
own time does not matter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median

import httpx

from tests.benchmarks import wrk
from tests.benchmarks.figures import Effort, Figure, Target, at_least, of_rounds, ratios
from tests.benchmarks.measurements.pages import LIMIT, page_address, random_offsets
from tests.benchmarks.servers import Servers

TARGETS = {100_000: at_least(1_000), 1_000_000: at_least(10_000)}
ORDERS_SINCE = (1, 12, 5)  # Orthanc 1.10.1 ignores OrderBy
BOOK_AT_MOST = 100_000  # studies, for which the Book's sample takes some ten seconds
FEWEST_CALLS = 3

Call = Callable[[int], httpx.Response]


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """Return how many times faster than each of the others that this Orthanc has, at this number of studies."""
    figures = []
    if servers.paging.version >= ORDERS_SINCE:
        figures += _compare(servers, effort, 'tools-find', '/tools/find with OrderBy', _find(servers), TARGETS)
    if servers.studies <= BOOK_AT_MOST:
        figures += _compare(servers, effort, 'book', "the Book's sample", _request_the_book(servers), {})
    return figures


def _find(servers: Servers) -> Call:
    request = {
        'Level': 'Study',
        'Query': {},
        'Expand': True,
        'OrderBy': [{'Type': 'DicomTag', 'Key': 'StudyDate', 'Direction': 'ASC'}],
        'Limit': LIMIT,
    }
    return lambda offset: servers.paging.post('/tools/find', json={**request, 'Since': offset})


def _request_the_book(servers: Servers) -> Call:
    return lambda offset: servers.paging.get(page_address(offset, '/book-sort-studies'))


def _compare(
    servers: Servers, effort: Effort, name: str, words: str, call: Call, targets: Mapping[int, Target]
) -> list[Figure]:
    studies = servers.studies
    pages, others = [], []
    for _ in range(effort.rounds):
        addresses = [page_address(offset) for offset in random_offsets(studies)]
        pages.append(wrk.run(servers.paging.url, addresses, 1, effort.seconds).median)
        others.append(_median_time(call, studies, effort.seconds))
    return [
        of_rounds(
            f'find.times-faster.{name}',
            f'a page against {words}',
            studies,
            ratios(others, pages),
            unit='times faster',
            target=targets.get(studies),
        ),
        of_rounds(f'find.time.{name}', f'median time of {words}', studies, others, unit='s'),
    ]


def _median_time(call: Call, studies: int, seconds: float) -> float:
    """The median time of calls at random offsets, made for some seconds, but of `FEWEST_CALLS` at least."""
    times: list[float] = []
    while len(times) < FEWEST_CALLS or sum(times) < seconds:
        (offset,) = random_offsets(studies, 1)
        started = time.perf_counter()
        answer = call(offset)
        times.append(time.perf_counter() - started)
        assert len(answer.json()) == LIMIT, answer.text
    return median(times)
