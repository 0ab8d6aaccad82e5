"""How many instances a second Orthanc takes in, with the plugin against without it.

Four connections upload DICOM files of about 500 bytes, as the plugin's part is largest with small ones.
Orthanc without the plugin runs with no Python at all. A study is stable after one second, so that those
events count too. Between two rounds nothing is left to do. What an empty callback costs shows how much of it
all is Orthanc's Python plugin itself.
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
    """The ratios for usual studies, and for the worst, of one instance each."""
    return [
        figure
        for name, (shape, words) in SHAPES.items()
        for figure in _figures(servers, effort, name, shape, f'instances a second taken in, {words}')
    ]


def _figures(servers: Servers, effort: Effort, name: str, shape: StudyShape, what: str) -> list[Figure]:
    bare, empty, paging = _rates(servers, shape, effort)
    studies = servers.studies
    return [
        of_rounds(
            f'uploads.ratio.{name}',
            f'{what}: with the plugin against without',
            studies,
            ratios(paging, bare),
            target=TARGET,
        ),
        of_rounds(
            f'uploads.empty-ratio.{name}',
            f'{what}: with an empty Python callback against without',
            studies,
            ratios(empty, bare),
        ),
        of_rounds(
            f'uploads.own-ratio.{name}',
            f'{what}: with the plugin against with an empty Python callback',
            studies,
            ratios(paging, empty),
        ),
        of_rounds(f'uploads.rate.{name}', f'{what}: with the plugin', studies, paging, unit='/s'),
        of_rounds(f'uploads.bare-rate.{name}', f'{what}: without', studies, bare, unit='/s'),
    ]


def _rates(servers: Servers, shape: StudyShape, effort: Effort) -> list[list[float]]:
    """Return what each Orthanc takes per round: the bare one, one with the empty callback, one with the plugin."""
    orthancs = [servers.bare, servers.empty_callback, servers.paging]
    rates: list[list[float]] = [[] for _ in orthancs]
    for number in range(effort.rounds):
        for place in range(len(orthancs)):
            chosen = (number + place) % len(orthancs)
            rates[chosen].append(_rate(orthancs[chosen], shape, effort.seconds))
            servers.wait_until_quiet(orthancs[chosen])
    return rates


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
