"""The time of the listing at start, relative to Orthanc's own time for the same batched calls.

The plugin reports that time, and for a check also measured from outside: the same calls by HTTP to an
Orthanc without the plugin.
"""

from __future__ import annotations

import time

from tests.benchmarks.figures import Effort, Figure, at_most, of_rounds, ratios
from tests.benchmarks.servers import Json, Servers

SIZE_OF_TARGET = 100_000  # studies
TARGET = at_most(1.3)


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """The time to list, relative to Orthanc's; one round if there are more than 100,000 studies."""
    studies = servers.studies
    starts: list[Json] = []
    outside: list[float] = []
    for number in range(effort.rounds if studies <= SIZE_OF_TARGET else 1):
        if number:
            servers.start_again(with_snapshot=False)
        starts.append(servers.status()['List'])
        outside.append(_seconds_of_calls(servers, starts[-1]['BatchSize']))
    seconds = [start['Seconds'] for start in starts]
    inside = [start['OrthancSeconds'] for start in starts]
    target = TARGET if studies == SIZE_OF_TARGET else None
    against = 'time to list at start against'
    return [
        of_rounds('listing.ratio', f"{against} Orthanc's own", studies, ratios(seconds, inside), target=target),
        of_rounds('listing.outside-ratio', f'{against} the calls by HTTP', studies, ratios(seconds, outside)),
        of_rounds('listing.time', 'time to list at start', studies, seconds, unit='s'),
    ]


def _seconds_of_calls(servers: Servers, batch: int) -> float:
    """Return how long an Orthanc without the plugin takes to answer all studies, so many a call."""
    started = time.perf_counter()
    for since in range(0, servers.studies, batch):
        servers.bare.get(f'/studies?expand&since={since}&limit={batch}')
    return time.perf_counter() - started
