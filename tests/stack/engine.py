"""The Docker engine of the tests: the one that runs on this machine, or else one of their own.

One of their own has its data in a folder of its own, and its processes and mounts in namespaces that end with it.
"""

import atexit
import fcntl
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from tests.stack.network import NetworkBefore
from tests.support.systems import CHECKOUT, folder_of
from tests.support.waiting import wait_until

START_DEADLINE = 60.0  # seconds; a start takes 0.5 s on an idle machine
END_DEADLINE = 30.0  # seconds

_FOLDER = Path('/var/tmp/orthanc-paging-docker')
_ADDRESS = f'unix://{_FOLDER}/socket'
_LOG = _FOLDER / 'log'
_LOCK = Path('/run/lock/orthanc-paging-docker')

_COMPOSE = folder_of('trixie') / 'usr/libexec/docker/cli-plugins/docker-compose'


class Docker:
    """The command `docker`, for one engine."""

    def __init__(self, host: str | None = None) -> None:
        """Prepare commands for the engine at an address; None is the machine's own."""
        self._environment = dict(os.environ)
        if host is not None:
            self._environment['DOCKER_HOST'] = host
        if not _has_plugin('buildx'):
            self._environment['DOCKER_BUILDKIT'] = '0'

    def __call__(self, *arguments: str, variables: Mapping[str, str] | None = None) -> str:
        """Return what `docker ARGUMENTS` prints. Raises AssertionError, with all that it said, if it fails."""
        done = self.run(*arguments, variables=variables)
        assert done.returncode == 0, f'docker {" ".join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}'
        return done.stdout

    def run(self, *arguments: str, variables: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run `docker ARGUMENTS` from the checkout, with further variables, and return how it ended."""
        return subprocess.run(
            _command(*arguments),
            env={**self._environment, **(variables or {})},
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def answers(self) -> bool:
        """Return whether the engine is there."""
        return self.run('info').returncode == 0


@contextmanager
def some_engine() -> Iterator[Docker]:
    """The engine that runs on this machine, or else one of our own meanwhile."""
    if Docker().answers():
        yield Docker()
        return
    with _LOCK.open('w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # else the first to end would take the network from another run's
        engine = OwnEngine()
        try:
            engine.start()
            yield engine.docker
        finally:
            engine.close()


class OwnEngine:
    """A Docker engine for the tests alone. Nothing of it stays when it is closed.

    Start it from a thread that outlives it: the engine ends with that thread, and all its containers with it.
    """

    def __init__(self) -> None:
        """Make the folder, and start nothing."""
        wait_until(_remove_folder, f'{_FOLDER}, of a run that was killed, to be removed', END_DEADLINE)
        _FOLDER.mkdir(mode=0o700)
        self._network = NetworkBefore()
        self._process: subprocess.Popen[bytes] | None = None
        self.docker = Docker(_ADDRESS)
        atexit.register(self.close)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = {
            'data-root': _FOLDER / 'data',
            'exec-root': _FOLDER / 'exec',
            'pidfile': _FOLDER / 'pid',
            'host': _ADDRESS,
        }
        with _LOG.open('wb') as log:
            self._process = subprocess.Popen(
                [*_NAMESPACES, 'dockerd', *(f'--{name}={value}' for name, value in settings.items())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the test run, which then ends this one
            )
        wait_until(self._answers, 'the Docker engine to answer', START_DEADLINE)

    def close(self) -> None:
        """End it, with all containers that there still are, and remove its folder, its bridges and rules."""
        atexit.unregister(self.close)
        if self._process is not None:
            _end(self._process)
        self._network.put_back()
        wait_until(_remove_folder, f'{_FOLDER} to be removed', END_DEADLINE)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f'dockerd ended:\n{_LOG.read_text()[-3000:]}'
        return self.docker.answers()


def _remove_folder() -> bool:
    """Return whether it is gone: as long as a process of an engine ends, it may still write there."""
    shutil.rmtree(_FOLDER, ignore_errors=True)
    return not _FOLDER.exists()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the child of a process that waits for it, and with it all that runs in its namespace."""
    children = Path(f'/proc/{process.pid}/task/{process.pid}/children').read_text(encoding='ascii').split()
    for signal_sent in (signal.SIGTERM, signal.SIGKILL):
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal_sent)
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_DEADLINE)
            return


def why_no_engine() -> str | None:
    """Return why this machine cannot run the stack, and what to do about it; None if it can."""
    if not _client():
        return 'there is no command docker (apt-get install docker.io installs it)'
    if not _has_plugin('compose') and not _COMPOSE.exists():
        return f'there is neither `docker compose` nor {_COMPOSE} (tests/systems.sh trixie installs it)'
    if Docker().answers():
        return None
    if os.geteuid() != 0:
        return 'no Docker engine answers, and starting one needs root (run the tests as root)'
    for program in ('dockerd', 'iptables-save', 'ip'):
        if not shutil.which(program):
            return f'there is no {program} (apt-get install docker.io iptables iproute2 installs it)'
    return None


_NAMESPACES = [
    *('setpriv', '--pdeathsig', 'KILL'),
    *('unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'),
]
"""The start of a command line by which a process and all its offspring end with us, and their mounts with them."""


def _client() -> str:
    """The command `docker`: Debian's own, even if another one comes before it on the PATH."""
    return shutil.which('docker', path='/usr/bin') or shutil.which('docker') or ''


def _command(first: str, *arguments: str) -> list[str]:
    """The command line for `docker ARGUMENTS`; Compose runs by itself if it is no plugin."""
    if first == 'compose' and not _has_plugin('compose'):
        return [str(_COMPOSE), *arguments]
    return [_client(), first, *arguments]


@cache
def _has_plugin(name: str) -> bool:
    """Return whether `docker` has a plugin."""
    return subprocess.run([_client(), name, 'version'], capture_output=True, check=False).returncode == 0
