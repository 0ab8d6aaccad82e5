"""How much writing a snapshot takes from pages: answers a second while it is written over and over, and while not.

Both of the same Orthanc, in turn, pages at random offsets over 8 connections.
"""

from __future__ import annotations

import time

from tests.benchmarks import wrk
from tests.benchmarks.figures import Effort, Figure, at_least, of_rounds, ratios
from tests.benchmarks.measurements.pages import CONNECTIONS, page_address, random_offsets
from tests.benchmarks.servers import Servers
from tests.benchmarks.wrk import Load
from tests.support.waiting import wait_until

SIZE_OF_TARGET = 100_000  # studies
TARGET = at_least(0.9)
DEADLINE = 600.0  # seconds


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """The ratio of what is answered, that of the time that 99 % keep, and how long a snapshot takes meanwhile."""
    studies = servers.studies
    quiet, writing, seconds = [], [], []
    for number in range(effort.rounds):
        if number % 2:
            quiet.append(_load(servers, effort))
        load, took = _load_while_writing(servers, effort)
        writing.append(load)
        seconds.append(took)
        if not number % 2:
            quiet.append(_load(servers, effort))
    connections = f'{CONNECTIONS} connections'
    against = 'while a snapshot is written against while not'
    return [
        of_rounds(
            'snapshot.rate-ratio',
            f'answers a second {against}, {connections}',
            studies,
            ratios([load.rate for load in writing], [load.rate for load in quiet]),
            target=TARGET if studies == SIZE_OF_TARGET else None,
        ),
        of_rounds(
            'snapshot.late-ratio',
            f'time that 99 % of pages keep {against}, {connections}',
            studies,
            ratios([load.late for load in writing], [load.late for load in quiet]),
        ),
        of_rounds('snapshot.time', 'time to write a snapshot meanwhile', studies, seconds, unit='s'),
    ]


def _load(servers: Servers, effort: Effort) -> Load:
    addresses = [page_address(offset) for offset in random_offsets(servers.studies)]
    return wrk.run(servers.paging.url, addresses, CONNECTIONS, effort.seconds)


def _load_while_writing(servers: Servers, effort: Effort) -> tuple[Load, float]:
    """Return what was answered, and the mean time of a snapshot. At least one is written to its end."""
    started = time.perf_counter()
    _write_snapshots(servers, True)
    load = _load(servers, effort)
    wait_until(lambda: _written(servers) > 0, 'a snapshot', DEADLINE)
    took = (time.perf_counter() - started) / _written(servers)
    _write_snapshots(servers, False)
    return load, took


def _write_snapshots(servers: Servers, wanted: bool) -> None:
    assert servers.paging.post('/snapshots', content=b'true' if wanted else b'false').status_code == 200


def _written(servers: Servers) -> int:
    """Return how many snapshots were written since they began."""
    written: int = servers.paging.get_json('/snapshots')
    return written
