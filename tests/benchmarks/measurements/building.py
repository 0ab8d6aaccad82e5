"""How long pages wait while views are built: the time that 99 % of them keep, with and without."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, permutations
from threading import Event

from tests.benchmarks import wrk
from tests.benchmarks.connection import Connection, get
from tests.benchmarks.figures import Effort, Figure, at_most, of_rounds
from tests.benchmarks.measurements.pages import LIMIT, page_address, random_offsets
from tests.benchmarks.servers import Servers

SIZE_OF_TARGET = 1_000_000  # studies
TARGET = at_most(0.020)  # seconds

SECONDS = 5.0
"""Of a round at least: a view of 1,000,000 studies takes about as long."""

KEYWORDS = (
    'PatientName',
    'StudyTime',
    'StudyDescription',
    'PatientID',
    'PatientBirthDate',
    'AccessionNumber',
    'StudyID',
)
KEYS = 3
"""Of an order: there are hundreds of such orders, so that each was dropped before it is requested again."""


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """The time of pages at random offsets over one connection, while another requests new orders."""
    orders = cycle(permutations(KEYWORDS, KEYS))
    quiet: list[float] = []
    building: list[float] = []
    for _ in range(effort.rounds):
        quiet.append(_late(servers, effort))
        stopping = Event()
        with ThreadPoolExecutor(1) as pool:
            built = pool.submit(_build, servers.paging.port, orders, stopping)
            building.append(_late(servers, effort))
            stopping.set()
        built.result()
    studies, what = servers.studies, 'time that 99 % of pages keep, one connection'
    target = TARGET if studies == SIZE_OF_TARGET else None
    return [
        of_rounds('building.late', f'{what}, views being built', studies, building, unit='s', target=target),
        of_rounds('building.quiet', f'{what}, none being built', studies, quiet, unit='s'),
    ]


def _late(servers: Servers, effort: Effort) -> float:
    addresses = [page_address(offset) for offset in random_offsets(servers.studies)]
    return wrk.run(servers.paging.url, addresses, 1, max(SECONDS, effort.seconds)).late


def _build(port: int, orders: Iterator[tuple[str, ...]], stopping: Event) -> None:
    with Connection(port) as connection:
        while not stopping.is_set():
            connection.exchange(get(f'/sort-studies?sort={",".join(next(orders))}&limit={LIMIT}'))
