"""What so many studies cost: memory, the time of a start, of a first question, and of a page.

One listing suffices for all of it, as on PostgreSQL that may take an hour.
"""

from __future__ import annotations

from tests.benchmarks import wrk
from tests.benchmarks.figures import Effort, Figure, of_rounds
from tests.benchmarks.measurements.pages import page_address, random_offsets
from tests.benchmarks.measurements.questions import KINDS, seconds_of
from tests.benchmarks.servers import Servers, resident_bytes


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """The figures. The start from a snapshot comes last, as Orthanc compares all studies after it."""
    studies = servers.studies
    listed = float(servers.status()['List']['Seconds'])
    memory = resident_bytes(servers.paging) - resident_bytes(servers.bare)
    addresses = [page_address(offset) for offset in random_offsets(studies)]
    pages = [wrk.run(servers.paging.url, addresses, 1, effort.seconds).median for _ in range(effort.rounds)]
    return [
        Figure('cost.memory', 'memory of the plugin', studies, memory, 'B'),
        of_rounds('cost.page', 'a page', studies, pages, unit='s'),
        *[_of_question(servers, effort, name) for name in ('name-prefix', 'order')],
        Figure('cost.listing', 'start by listing', studies, listed, 's'),
        Figure('cost.warm', 'start from a snapshot', studies, servers.start_again(with_snapshot=True), 's'),
    ]


def _of_question(servers: Servers, effort: Effort, name: str) -> Figure:
    what, parameters, _ = KINDS[name]
    times = [seconds_of(servers, parameters(number)) for number in range(effort.rounds)]
    return of_rounds(f'cost.{name}', f'first question for {what}', servers.studies, times, unit='s')
