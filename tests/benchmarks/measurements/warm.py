"""The time from the start of Orthanc until it serves pages: with a snapshot of the index, and by listing."""

from __future__ import annotations

from tests.benchmarks.figures import Effort, Figure, at_least, at_most, of_rounds, ratios
from tests.benchmarks.servers import Servers

TARGETS = {100_000: at_most(2.0), 1_000_000: at_most(15.0)}  # seconds, by number of studies
TIMES_FASTER = at_least(5)
MANY = 100_000
"""Studies; if there are more, one round lists, as that takes minutes."""


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """The time from the first answer of Orthanc until that of a page, and how many times faster a snapshot is.

    Each round ends with a listing, as the index compares all studies after a start from a snapshot, which would
    take from what is measured next.
    """
    studies = servers.studies
    warm, listed = [], []
    for _ in range(effort.rounds if studies <= MANY else 1):
        warm.append(servers.start_again(with_snapshot=True))
        listed.append(servers.start_again(with_snapshot=False))
    what = 'Orthanc started until pages are served'
    target = TARGETS.get(studies)
    return [
        of_rounds('warm.time', f'{what}, from a snapshot', studies, warm, unit='s', target=target),
        of_rounds(
            'warm.times-faster',
            f'{what}: from a snapshot against listing',
            studies,
            ratios(listed, warm),
            unit='times faster',
            target=TIMES_FASTER if target else None,
        ),
        of_rounds('warm.listing-time', f'{what}, by listing', studies, listed, unit='s'),
    ]
