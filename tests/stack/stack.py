"""docker-compose.yml, brought up as a project of its own beside whatever else runs on this machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import Any

from tests.stack.engine import Docker
from tests.support.ports import free_port
from tests.support.rest import RestClient
from tests.support.systems import CHECKOUT
from tests.support.waiting import wait_until

DEFAULTS = dict(re.findall(r'^(\w+)=(.*)$', (CHECKOUT / '.env').read_text(), flags=re.MULTILINE))
"""The settings of `.env`."""

REPLICAS = ('replica-1', 'replica-2')

ALL_STUDIES = '/sort-studies?limit=10000'
"""The page with all studies, for the `Paging.MaxLimit` of the stack."""

HEALTHY_DEADLINE = 120.0  # seconds; some five on an idle machine


class Stack:
    """One project of Compose, with a profile of docker-compose.yml, on a free port of this machine."""

    files: Sequence[str] = ('docker-compose.yml',)
    """The files that describe the stack. Later ones override earlier ones."""

    def __init__(self, docker: Docker, profile: str, **variables: str) -> None:
        """Prepare it; `variables` are set in place of what `.env` sets."""
        self.docker = docker
        self.name = f'orthanc-paging-test-{profile}-{os.getpid()}'
        self.port = free_port()
        self._profile = profile
        self._variables = {'PORT': str(self.port), **variables}

    def by_file(self, file: Path) -> Stack:
        """The same project as another file describes it."""
        other = copy(self)
        other.files = (str(file),)
        return other

    @property
    def client(self) -> RestClient:
        """A client of what is published."""
        return RestClient(_address('127.0.0.1', self.port))

    def replica(self, service: str) -> RestClient:
        """A client of one container by itself, at the address that it has now."""
        [network] = self.inspect(service)['NetworkSettings']['Networks'].values()
        return RestClient(_address(network['IPAddress'], 8042))

    def compose(self, *arguments: str) -> str:
        """Return what `docker compose ARGUMENTS` prints. Raises AssertionError if it fails."""
        return self.docker('compose', *self._options, *arguments, variables=self._variables)

    def refusal(self, service: str) -> subprocess.CompletedProcess[str]:
        """Return how the container of a service ends that must not start."""
        command = ['compose', *self._options, 'run', '--rm', '--no-deps', '-T', service]
        return self.docker.run(*command, variables=self._variables)

    def up(self) -> None:
        """Build, start everything, and wait until the demo's studies are there."""
        self.compose('up', '--build', '--detach')
        assert self.docker('wait', self.container('demo-data')).strip() == '0', self.compose('logs', 'demo-data')

    def down(self, *options: str) -> list[str]:
        """Stop and remove everything but the volumes; return what there is to complain of, from start to end."""
        print(self.logs('--tail=100'))  # pytest shows it if something failed
        complaints = self._complaints_of_logs()
        began = time.time()
        self.compose('down', *options)
        return complaints + self.complaints_of_ends(began)

    def container(self, service: str) -> str:
        """The ID of the container of a service, whether it runs or not."""
        return self.compose('ps', '--all', '--quiet', service).strip()

    def containers(self) -> dict[str, Any]:
        """Return what Docker knows of each container that there is, by its service."""
        ids = self.compose('ps', '--all', '--quiet').split()
        known = json.loads(self.docker('inspect', *ids)) if ids else []
        return {container['Config']['Labels']['com.docker.compose.service']: container for container in known}

    def inspect(self, service: str) -> Any:  # noqa: ANN401 (what a JSON parser gives)
        """Return what Docker knows of the container of a service."""
        return json.loads(self.docker('inspect', self.container(service)))[0]

    def run_in(self, service: str, *command: str) -> str:
        """Return what a command prints in the container of a service. Raises AssertionError if it fails."""
        return self.docker('exec', self.container(service), *command)

    def crash(self, service: str) -> None:
        """Kill the process of a container: for Docker, it crashed."""
        container = self.inspect(service)
        kill = f'kill -KILL {container["State"]["Pid"]}'
        as_the_machine = ['--rm', '--pid=host', '--network=none', '--user=root', '--entrypoint=sh']
        self.docker('run', *as_the_machine, container['Config']['Image'], '-c', kill)

    def wait_healthy(self, service: str) -> None:
        """Wait until the health check of a container succeeds."""
        wait_until(
            lambda: self.inspect(service)['State']['Health']['Status'] == 'healthy',
            f'{service} to be healthy',
            HEALTHY_DEADLINE,
        )

    def logs(self, *arguments: str) -> str:
        """All that containers printed, or what the arguments of `docker compose logs` choose of it."""
        return self.compose('logs', '--no-color', *arguments)

    def complaints_of_ends(self, since: float) -> list[str]:
        """Return which containers ended with another exit code than 0 since a moment (137 if they were killed)."""
        label = f'label=com.docker.compose.project={self.name}'
        inspected = self.docker(
            *('events', f'--since={since:.3f}', f'--until={time.time():.3f}', f'--filter={label}'),
            *('--filter=event=die', '--format={{json .Actor.Attributes}}'),
        )
        ends = [json.loads(line) for line in inspected.splitlines()]
        return [
            f'{end["com.docker.compose.service"]} ended with exit code {end["exitCode"]}'
            for end in ends
            if end['exitCode'] != '0'
        ]

    @property
    def _options(self) -> list[str]:
        files = [f'--file={file}' for file in self.files]
        place = [*files, f'--project-directory={CHECKOUT}']
        return [*place, '--project-name', self.name, '--profile', self._profile, '--ansi', 'never']

    def _complaints_of_logs(self) -> list[str]:
        lines = self.logs().splitlines()
        starts = [number for number, line in enumerate(lines) if re.search('traceback', line, re.IGNORECASE)]
        return ['\n'.join(lines[start : start + 10]) for start in starts]


def _address(host: str, port: int) -> str:
    """Return an address with the user and the password of the demo."""
    return f'http://{DEFAULTS["ORTHANC_USER"]}:{DEFAULTS["ORTHANC_PASSWORD"]}@{host}:{port}'
