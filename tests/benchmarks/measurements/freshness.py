"""How soon after the answer to its upload a study is on the page: one upload at a time."""

from __future__ import annotations

import time
from datetime import date, timedelta
from statistics import median, quantiles

from tests.benchmarks.connection import Connection, get, post
from tests.benchmarks.dicom_files import file_of_date, new_number, study_uid
from tests.benchmarks.figures import Effort, Figure, Target, at_most
from tests.benchmarks.servers import Servers

SMALL = 1_000  # studies
MEDIAN_TARGET = at_most(0.020)  # seconds
LATE_TARGET = at_most(0.100)  # seconds, for 99 %
UPLOADS_A_ROUND = 60
DEADLINE = 30.0  # seconds

_PAUSE = 0.001  # seconds between two looks at the page, as each takes the interpreter from the plugin
_LATER_THAN_ALL = date(2100, 1, 1)


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """The median and the 99 % quantile over all uploads, of which each has a study of its own."""
    uploads = effort.rounds * UPLOADS_A_ROUND
    with Connection(servers.paging.port) as pages:
        total = servers.status()['Studies']
        times = [_seconds_to_page(servers, pages, total, number) for number in range(uploads)]
    late = quantiles(times, n=100, method='inclusive')[-1]
    return [
        _figure(servers, 'median', median(times), MEDIAN_TARGET, uploads),
        _figure(servers, '99 %', late, LATE_TARGET, uploads),
    ]


def _figure(servers: Servers, of: str, value: float, target: Target, uploads: int) -> Figure:
    what = f'upload answered until the study is on the page, {of} of {uploads}'
    small = servers.studies <= SMALL
    return Figure(f'freshness.{of}', what, servers.studies, value, 's', target=target if small else None)


def _seconds_to_page(servers: Servers, pages: Connection, total: int, number: int) -> float:
    """Upload a study, later than the `total + number` that are there, and wait until the last page has it."""
    study = new_number()
    file = file_of_date(study, f'{_LATER_THAN_ALL + timedelta(days=number):%Y%m%d}')
    page, uid = get(f'/sort-studies?offset={total + number}&limit=1'), study_uid(study).encode()
    with Connection(servers.paging.port) as uploads:
        uploads.exchange(post('/instances', file))
    answered = time.perf_counter()
    while uid not in pages.exchange(page):
        assert time.perf_counter() < answered + DEADLINE, f'a study is not on the page after {DEADLINE} s'
        time.sleep(_PAUSE)
    return time.perf_counter() - answered
