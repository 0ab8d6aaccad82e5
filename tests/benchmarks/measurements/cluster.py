"""The cost and gain of a cluster: Orthancs that share a database of PostgreSQL, behind the stack's load balancer.

Statements of an idle replica are those that PostgreSQL counts, less those of an Orthanc without the plugin.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from threading import Event, Thread

from tests.benchmarks import wrk
from tests.benchmarks.balancer import balancing
from tests.benchmarks.connection import Connection
from tests.benchmarks.dicom_files import StudyShape, new_number
from tests.benchmarks.figures import Effort, Figure, at_least, at_most, of_rounds, of_times, ratios
from tests.benchmarks.measurements import replica
from tests.benchmarks.measurements.pages import CONNECTIONS, page_address, random_offsets
from tests.benchmarks.servers import Servers
from tests.support.orthanc import Orthanc
from tests.support.waiting import wait_until

UPLOADS_A_SECOND = 20
IDLE_SECONDS = 5.0
RATE_TARGET = at_least(1.0)
STATEMENTS_TARGET = at_most(20)


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """The rate of pages, how soon a change shows beside uploads, and the statements of an idle replica."""
    if not servers.studies:
        return []
    return [*_statements(servers, effort), *_rates(servers, effort), *_beside_uploads(servers, effort)]


def _rates(servers: Servers, effort: Effort) -> list[Figure]:
    addresses = [page_address(offset) for offset in random_offsets(servers.studies)]
    direct, balanced = [], []
    with balancing(servers.pair, servers.pair[0].folder) as url:
        for _ in range(effort.rounds):
            direct.append(wrk.run(servers.pair[0].url, addresses, CONNECTIONS, effort.seconds).rate)
            balanced.append(wrk.run(url, addresses, CONNECTIONS, effort.seconds).rate)
    what = 'pages a second'
    return [
        of_rounds(
            'cluster.rate-ratio',
            f'{what}: through the balancer to two replicas against one directly',
            servers.studies,
            ratios(balanced, direct),
            target=RATE_TARGET,
        ),
        of_rounds('cluster.rate', f'{what}, through the balancer', servers.studies, balanced, unit='/s'),
        of_rounds('cluster.direct-rate', f'{what}, of one replica directly', servers.studies, direct, unit='/s'),
    ]


def _beside_uploads(servers: Servers, effort: Effort) -> list[Figure]:
    here, there = servers.pair
    with _uploading(here, there):
        added, deleted = replica.changes(here, there, effort)
    beside = f'beside {UPLOADS_A_SECOND} uploads a second'
    return [
        *of_times('cluster.added', f'{replica.ADDED}, {beside}', servers.studies, added, replica.TARGETS),
        *of_times('cluster.deleted', f'{replica.DELETED}, {beside}', servers.studies, deleted, replica.TARGETS),
    ]


@contextmanager
def _uploading(here: Orthanc, there: Orthanc) -> Iterator[None]:
    """Upload instances to one study, so that those of the other pages stay where they are."""
    studies = there.get_json('/paging/status')['Studies']
    stop = Event()
    requests = iter(StudyShape(series=1, instances=5_000).requests(new_number()))

    def upload() -> None:
        started = time.perf_counter()
        with Connection(here.port) as connection:
            for number, request in enumerate(requests):
                if stop.wait(max(0.0, started + number / UPLOADS_A_SECOND - time.perf_counter())):
                    return
                connection.exchange(request)

    with Connection(here.port) as connection:
        for request in islice(requests, 1):
            connection.exchange(request)
    wait_until(lambda: there.get_json('/paging/status')['Studies'] > studies, 'the study that grows')
    thread = Thread(target=upload)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _statements(servers: Servers, effort: Effort) -> list[Figure]:
    _ = servers.pair, servers.bare_on_postgres
    with_plugin, without = [], []
    for _ in range(effort.rounds):
        before, began = servers.statements(), time.perf_counter()
        time.sleep(max(effort.seconds, IDLE_SECONDS))
        seconds = time.perf_counter() - began
        ours, bare = (after - first for after, first in zip(servers.statements(), before, strict=True))
        with_plugin.append(ours / len(servers.pair) / seconds)
        without.append(bare / seconds)
    more = [one - other for one, other in zip(with_plugin, without, strict=True)]
    what = 'statements a second that PostgreSQL gets from an idle replica'
    studies = servers.studies
    return [
        of_rounds(
            'cluster.statements',
            f'{what}, over those without the plugin',
            studies,
            more,
            unit='/s',
            target=STATEMENTS_TARGET,
        ),
        of_rounds('cluster.all-statements', what, studies, with_plugin, unit='/s'),
    ]
