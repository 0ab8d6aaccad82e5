"""How much memory a study takes, over the JSON that is served for it."""

from __future__ import annotations

from tests.benchmarks.figures import Effort, Figure, at_most
from tests.benchmarks.measurements.pages import LIMIT
from tests.benchmarks.servers import Servers, resident_bytes

SIZE_OF_TARGET = 1_000_000  # studies
TARGET = at_most(2.0)
TARGET_WITH_ORDERS = at_most(2.5)
FURTHER_ORDERS = ('-StudyDate', 'PatientName', '-AccessionNumber')
"""Those beside the default one, so that there are four."""

STUDIES_A_REQUEST = 10_000


def measure(servers: Servers, _effort: Effort) -> list[Figure]:
    """The memory of Orthanc with the plugin, when it has just become ready, less one without; and with orders."""
    studies = servers.studies
    more = resident_bytes(servers.paging) - resident_bytes(servers.bare)
    served = _served_bytes(servers)
    for order in FURTHER_ORDERS:
        servers.paging.get_json(f'/sort-studies?sort={order}&limit={LIMIT}')
    with_orders = resident_bytes(servers.paging) - resident_bytes(servers.bare)
    target, target_with_orders = (TARGET, TARGET_WITH_ORDERS) if studies == SIZE_OF_TARGET else (None, None)
    what = 'memory of a study over its JSON'
    return [
        Figure('memory.ratio', what, studies, more / served, target=target),
        Figure(
            'memory.orders-ratio',
            f'{what}, {1 + len(FURTHER_ORDERS)} orders in memory',
            studies,
            with_orders / served,
            target=target_with_orders,
        ),
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
