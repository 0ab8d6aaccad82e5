"""How much memory a study takes, over the JSON that is served for it."""

from __future__ import annotations

from tests.benchmarks.figures import Effort, Figure, at_most
from tests.benchmarks.servers import Servers, resident_bytes

SIZE_OF_TARGET = 1_000_000  # studies
TARGET = at_most(2.0)
STUDIES_A_REQUEST = 10_000


def measure(servers: Servers, _effort: Effort) -> list[Figure]:
    """The memory of Orthanc with the plugin, when it has just become ready, less that of one without."""
    studies = servers.studies
    more = resident_bytes(servers.paging) - resident_bytes(servers.bare)
    served = _served_bytes(servers)
    target = TARGET if studies == SIZE_OF_TARGET else None
    return [
        Figure('memory.ratio', 'memory of a study over its JSON', studies, more / served, target=target),
        Figure('memory.study', 'memory of a study', studies, more / studies, 'B'),
        Figure('memory.json', 'JSON served for a study', studies, served / studies, 'B'),
    ]


def _served_bytes(servers: Servers) -> int:
    """The length of all studies on the pages, without the brackets of the pages."""
    served = 0
    for offset in range(0, servers.studies, STUDIES_A_REQUEST):
        answer = servers.paging.get(f'/sort-studies?offset={offset}&limit={STUDIES_A_REQUEST}')
        assert answer.headers['X-Total-Count'] == str(servers.studies), answer.headers
        served += len(answer.content) - len('[]')
    return served
