"""The delay until a change by one Orthanc is on the pages of another that shares its database of PostgreSQL.

A study is uploaded to the first, the last of all, and deleted again, over and over. A pause of random length
before each change has it fall anywhere between two looks of the second at the database.
"""

from __future__ import annotations

import json
import random
import time

from tests.benchmarks.connection import Connection, delete, get
from tests.benchmarks.dicom_files import new_number, study_uid, upload_of_last
from tests.benchmarks.figures import Effort, Figure, at_most, of_times
from tests.benchmarks.servers import Servers
from tests.support.orthanc import Orthanc
from tests.support.waiting import wait_until

TARGETS = (at_most(0.5), at_most(1.0))  # seconds, for the median and for 99 %
ADDED = 'upload to one Orthanc answered until the study is on the page of another'
DELETED = 'deletion at one Orthanc answered until the study is off the page of another'
STUDIES_A_SECOND = 7
"""Of each round. It takes longer, but gives a hundred of each change with the usual rounds, and few in a test."""

LONGEST_PAUSE = 1.2  # seconds, three times as long as the pause between two looks
DEADLINE = 60.0  # seconds


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """The median and the 99 % quantile over all studies, of additions and of deletions, in a filled database."""
    if not servers.studies:
        return []
    added, deleted = changes(*servers.pair, effort)
    return [
        *of_times('replica.added', ADDED, servers.studies, added, TARGETS),
        *of_times('replica.deleted', DELETED, servers.studies, deleted, TARGETS),
    ]


def changes(here: Orthanc, there: Orthanc, effort: Effort) -> tuple[list[float], list[float]]:
    """The seconds that each change took from one to the pages of the other: of additions, and of deletions."""
    place = there.get_json('/paging/status')['Studies']
    added, deleted = [], []
    for _ in range(round(effort.rounds * effort.seconds * STUDIES_A_SECOND)):
        number = new_number()
        answer = _change(here, upload_of_last(number))
        added.append(_seconds_until(there, place, number, is_there=True))
        _change(here, delete(f'/studies/{json.loads(answer)["ParentStudy"]}'))
        deleted.append(_seconds_until(there, place, number, is_there=False))
    return added, deleted


def _change(orthanc: Orthanc, request: bytes) -> bytes:
    """Send a request after a pause; return the answer."""
    time.sleep(random.uniform(0, LONGEST_PAUSE))
    with Connection(orthanc.port) as connection:
        return connection.exchange(request)


def _seconds_until(orthanc: Orthanc, place: int, number: int, *, is_there: bool) -> float:
    """Wait until the study of that number is on the page at its place, or is not."""
    started = time.perf_counter()
    page, uid = get(f'/sort-studies?offset={place}&limit=1'), study_uid(number).encode()
    with Connection(orthanc.port) as pages:
        wait_until(lambda: (uid in pages.exchange(page)) == is_there, f'the change of {number}', DEADLINE)
    return time.perf_counter() - started
