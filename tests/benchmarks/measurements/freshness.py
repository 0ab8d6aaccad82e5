"""How soon after the answer to its upload a study is on the page: one upload at a time, and under load."""

from __future__ import annotations

import time

from tests.benchmarks.connection import Connection, get
from tests.benchmarks.dicom_files import new_number, study_uid, upload_of_last
from tests.benchmarks.figures import Effort, Figure, at_most, of_times
from tests.benchmarks.measurements import freshness_under_load
from tests.benchmarks.servers import Servers

SMALL = 1_000  # studies
TARGETS = (at_most(0.020), at_most(0.100))  # seconds, for the median and for 99 %
UPLOADS_A_ROUND = 60
DEADLINE = 30.0  # seconds

_PAUSE = 0.001  # seconds between two looks at the page, as each takes the interpreter from the plugin


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """Return the median and the 99 % quantile over all uploads. Each upload has a study of its own."""
    return [*_measure_one_by_one(servers, effort), *freshness_under_load.measure(servers, effort)]


def _measure_one_by_one(servers: Servers, effort: Effort) -> list[Figure]:
    uploads = effort.rounds * UPLOADS_A_ROUND
    with Connection(servers.paging.port) as pages:
        total = servers.status()['Studies']
        times = [_seconds_to_page(servers, pages, total, number) for number in range(uploads)]
    targets = TARGETS if servers.studies <= SMALL else (None, None)
    what = 'upload answered until the study is on the page'
    return of_times('freshness', what, servers.studies, times, targets)


def _seconds_to_page(servers: Servers, pages: Connection, total: int, number: int) -> float:
    """Upload a study, later than the `total + number` that are there, and wait until the last page has it."""
    study = new_number()
    page, uid = get(f'/sort-studies?offset={total + number}&limit=1'), study_uid(study).encode()
    with Connection(servers.paging.port) as uploads:
        uploads.exchange(upload_of_last(study))
    answered = time.perf_counter()
    while uid not in pages.exchange(page):
        assert time.perf_counter() < answered + DEADLINE, f'a study is not on the page after {DEADLINE} s'
        time.sleep(_PAUSE)
    return time.perf_counter() - answered
