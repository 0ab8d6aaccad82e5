"""Clients that read pages and upload studies without a pause, and record what goes wrong."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

import httpx

from tests.storm.storm import check_page
from tests.support.dicom import instance
from tests.support.rest import RestClient

READERS = 3
UPLOADERS = 2
PAUSE = 0.1  # seconds after each upload

Request = Callable[[], httpx.Response]


@dataclass
class Load:
    """The requests of the clients so far."""

    pages: int = 0
    """The number of pages that were read."""
    uploaded: list[str] = field(default_factory=list)
    """The IDs of the studies."""
    failures: list[str] = field(default_factory=list)
    """The requests that clients had to give up."""


@contextmanager
def under_load(client: RestClient, patient: str, page_tries: int) -> Iterator[Load]:
    """Read pages and upload new studies of a patient meanwhile.

    A page is requested up to `page_tries` times until there is an answer, and a study is uploaded up to twice.
    Raises AssertionError at the end if a page was not sorted, or had a study twice.
    """
    load = Load()
    over = threading.Event()

    def read() -> None:
        for number in count():
            if over.is_set():
                return
            page = _insist(client, load, page_tries, 'GET', f'/sort-studies?offset={number % 30}&limit=50')
            if page is not None:
                load.pages += 1
                check_page(page)

    def upload(name: str) -> None:
        for number in count():
            if over.wait(PAUSE):
                return
            dicom = instance(patient, f'{patient} {name} {number}', 'A', '1')
            answer = _insist(client, load, 2, 'POST', '/instances', dicom)
            if answer is not None:
                load.uploaded.append(answer.json()['ParentStudy'])

    with ThreadPoolExecutor(READERS + UPLOADERS) as pool:
        running = [pool.submit(read) for _ in range(READERS)]
        running += [pool.submit(upload, str(number)) for number in range(UPLOADERS)]
        try:
            yield load
        finally:
            over.set()
    for future in running:
        future.result()


def _insist(
    client: RestClient, load: Load, tries: int, method: str, path: str, content: bytes | None = None
) -> httpx.Response | None:
    """Return the first good answer, or None after so many tries, which the load records."""
    failures: list[str] = []
    while len(failures) < tries:
        try:
            answer = client.request(method, path, content=content)
        except httpx.TransportError as error:
            failures.append(repr(error))
            continue
        if answer.status_code == 200:
            return answer
        failures.append(f'{answer.status_code} {answer.text}')
    load.failures.append(f'{method} {path}: {"; ".join(failures)}')
    return None
