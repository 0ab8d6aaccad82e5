"""The load balancer of the Docker stack, before Orthancs of this machine."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import httpx

from tests.support.orthanc import Orthanc
from tests.support.ports import free_port
from tests.support.rest import RestClient
from tests.support.systems import CHECKOUT
from tests.support.waiting import wait_until

CONFIGURATION = CHECKOUT / 'config' / 'stack' / 'haproxy.cfg'
DEADLINE = 30.0  # seconds


@contextmanager
def balancing(orthancs: Sequence[Orthanc], folder: Path) -> Iterator[str]:
    """The address at which HAProxy spreads requests over these, with the configuration of the Docker stack."""
    port = free_port()
    servers = '\n'.join(
        f'    server replica-{number} 127.0.0.1:{orthanc.port}' for number, orthanc in enumerate(orthancs)
    )
    text = re.sub(r'^ *server-template .*$', servers, CONFIGURATION.read_text(), flags=re.MULTILINE)
    file = folder / 'haproxy.cfg'
    file.write_text(text.replace('bind :8042', f'bind 127.0.0.1:{port}'))
    environment = {**os.environ, 'ORTHANC_USER': 'nobody', 'ORTHANC_PASSWORD': 'secret'}
    url = f'http://127.0.0.1:{port}'
    with (folder / 'haproxy.log').open('wb') as log:
        process = subprocess.Popen(['haproxy', '-f', file], env=environment, stdout=log, stderr=log)
        try:
            wait_until(lambda: _serves(url), 'HAProxy', DEADLINE)
            yield url
        finally:
            process.terminate()
            process.wait()


def _serves(url: str) -> bool:
    try:
        return RestClient(url).get('/sort-studies?limit=1').status_code == HTTPStatus.OK
    except httpx.TransportError:
        return False
