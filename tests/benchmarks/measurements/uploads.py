"""How many instances a second Orthanc takes in, with the plugin against without it.

Four connections upload DICOM files of about 500 bytes, as the plugin's part is largest with small ones.
Orthanc without the plugin runs with no Python at all. A study is stable after one second, so that those
events count too. Between two rounds nothing is left to do.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from tests.benchmarks.connection import Connection
from tests.benchmarks.dicom_files import StudyShape, new_number
from tests.benchmarks.figures import Effort, Figure, at_least, of_rounds, ratios
from tests.benchmarks.servers import Servers
from tests.support.orthanc import Orthanc

CONNECTIONS = 4
TARGET = at_least(0.97)
SHAPES = {
    'usual': (StudyShape(series=2, instances=10), 'studies of 20 instances in 2 series'),
    'single': (StudyShape(series=1, instances=1), 'studies of one instance'),
}


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """The ratio for usual studies, and for the worst, of one instance each."""
    figures = []
    for name, (shape, words) in SHAPES.items():
        paging, bare = _rounds(servers, shape, effort)
        compared = f'instances a second taken in, with against without the plugin, {words}'
        figures += [
            of_rounds(f'uploads.ratio.{name}', compared, servers.studies, ratios(paging, bare), target=TARGET),
            of_rounds(
                f'uploads.rate.{name}',
                f'instances a second, with the plugin, {words}',
                servers.studies,
                paging,
                unit='/s',
            ),
        ]
    return figures


def _rounds(servers: Servers, shape: StudyShape, effort: Effort) -> tuple[list[float], list[float]]:
    paging: list[float] = []
    bare: list[float] = []
    for number in range(effort.rounds):
        compared = [(servers.paging, paging), (servers.bare, bare)]
        for orthanc, rates in compared if number % 2 else reversed(compared):
            rates.append(_rate(orthanc, shape, effort.seconds))
            servers.wait_until_quiet(orthanc)
    return paging, bare


def _rate(orthanc: Orthanc, shape: StudyShape, seconds: float) -> float:
    """Instances a second that `CONNECTIONS` upload for so many seconds."""
    started = time.perf_counter()
    until = started + seconds
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        uploads = [pool.submit(_upload_studies, orthanc.port, shape, until) for _ in range(CONNECTIONS)]
        instances = sum(upload.result() for upload in uploads)
    return instances / (time.perf_counter() - started)


def _upload_studies(port: int, shape: StudyShape, until: float) -> int:
    """Upload one study after another until then; return the number of instances."""
    uploaded = 0
    with Connection(port) as connection:
        while True:
            for request in shape.requests(new_number()):
                if time.perf_counter() > until:
                    return uploaded
                connection.exchange(request)
                uploaded += 1
