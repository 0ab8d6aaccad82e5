"""How much relisting in the background keeps pages waiting: the time that 99 % of them keep, with and without."""

from __future__ import annotations

from tests.benchmarks import wrk
from tests.benchmarks.figures import Effort, Figure, at_most, of_rounds, ratios
from tests.benchmarks.measurements.pages import CONNECTIONS, page_address, random_offsets
from tests.benchmarks.servers import Servers
from tests.support.orthanc import Orthanc

SIZE_OF_TARGET = 100_000  # studies
TARGET = at_most(1.5)
SECONDS = 5.0
"""Of a round at least: a relist requests a thousand studies every two seconds."""


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """The ratio at up to 100,000 studies, pages at random offsets over 8 connections."""
    studies = servers.studies
    if studies > SIZE_OF_TARGET:
        return []
    orthancs = [servers.paging, servers.relisting]
    late: list[list[float]] = [[], []]
    for number in range(effort.rounds):
        for place in range(2):
            chosen = (number + place) % 2
            late[chosen].append(_late(orthancs[chosen], studies, max(SECONDS, effort.seconds)))
    quiet, relisting = late
    what = f'time that 99 % of pages keep, {CONNECTIONS} connections'
    target = TARGET if studies == SIZE_OF_TARGET else None
    return [
        of_rounds(
            'relisting.late-ratio',
            f'{what}, relisting against not',
            studies,
            ratios(relisting, quiet),
            target=target,
        ),
        of_rounds('relisting.late', f'{what}, relisting', studies, relisting, unit='s'),
    ]


def _late(orthanc: Orthanc, studies: int, seconds: float) -> float:
    addresses = [page_address(offset) for offset in random_offsets(studies)]
    return wrk.run(orthanc.url, addresses, CONNECTIONS, seconds).late
