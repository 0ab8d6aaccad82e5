"""A real Orthanc for a test: started with the plugin, spoken to over HTTP, and ended whatever happens."""

import atexit
import json
import re
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from orthanc_paging.where import SCRIPT
from tests.support.ports import free_port
from tests.support.rest import RestClient
from tests.support.systems import CHECKOUT, ORTHANC, PYTHON_PLUGIN, command_on
from tests.support.waiting import wait_until

PLUGIN_SCRIPT = SCRIPT

START_DEADLINE = 30.0  # seconds; a start takes 0.2 s on an idle machine
STOP_DEADLINE = 30.0  # seconds; a stop takes 1.5 to 2.5 s, as Orthanc's threads look for it once a second

_STARTED = 'Orthanc has started'  # what the log says at the end of each start

# The interpreter must find nothing by accident that a user's Orthanc would not find.
_ENVIRONMENT = {
    'PATH': '/usr/sbin:/usr/bin:/sbin:/bin',
    'LANG': 'C.UTF-8',
    'PYTHONDONTWRITEBYTECODE': '1',
    'PYTHONFAULTHANDLER': '1',
}

_CONFIGURATION: Mapping[str, object] = {
    'Name': 'orthanc-paging test',
    'Plugins': [PYTHON_PLUGIN],
    'DicomServerEnabled': False,
    'RemoteAccessAllowed': False,
    'AuthenticationEnabled': False,
    'HttpThreadsCount': 20,
    'KeepAlive': True,
    'OverwriteInstances': True,
    'StableAge': 1,
}

_running: set['Orthanc'] = set()


@dataclass(frozen=True)
class Refusal:
    """The end of an Orthanc that was not able to start."""

    exit_code: int
    log: str


class Orthanc(RestClient):
    """A real Orthanc process on a folder of its own, and a client of its REST API.

    Start one from a thread that outlives it: the process ends with that thread.
    """

    def __init__(
        self,
        system: str,
        folder: Path,
        overrides: Mapping[str, object] | None = None,
        *,
        script: Path = PLUGIN_SCRIPT,
        python_section: bool | None = None,
    ) -> None:
        """Prepare an Orthanc without starting it; see `start`."""
        self.system = system
        self.folder = folder
        self.script = script
        self.port = free_port()
        super().__init__(f'http://127.0.0.1:{self.port}')
        self.configuration = {
            **_CONFIGURATION,
            'HttpPort': self.port,
            'StorageDirectory': str(folder / 'db'),
            'IndexDirectory': str(folder / 'db'),
            **_python_configuration(system, script, python_section),
            **(overrides or {}),
        }
        self.was_killed = False
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(
        cls,
        system: str,
        folder: Path,
        overrides: Mapping[str, object] | None = None,
        *,
        script: Path = PLUGIN_SCRIPT,
        python_section: bool | None = None,
    ) -> 'Orthanc':
        """Start an Orthanc on `system` and wait until it answers.

        Its configuration, database and log are in `folder`. `overrides` replace whole entries of the
        configuration. `python_section`: whether the script is named by the section `Python`, with
        `AllowThreads` true, or by the option `PythonScript`, without it; None is the section wherever the
        Python plugin knows it (not on bookworm). Raises AssertionError, with the end of the log, if the
        process ends before it answers.
        """
        orthanc = cls(system, folder, overrides, script=script, python_section=python_section)
        orthanc.launch()
        orthanc.wait_until_up()
        return orthanc

    def launch(self) -> None:
        """Start the process on the folder as it is, without waiting for it."""
        assert not self.is_running, 'it runs already'
        (self.folder / 'db').mkdir(parents=True, exist_ok=True)
        self._storage.mkdir(parents=True, exist_ok=True)
        path = self.folder / 'orthanc.json'
        path.write_text(json.dumps(self.configuration, indent=2), encoding='utf-8')
        visible = [CHECKOUT, _packages_of(self.script), self.folder, self._storage]
        with self.log_path.open('ab') as log:
            self._process = subprocess.Popen(
                command_on(self.system, [ORTHANC, str(path)], visible),
                env=_ENVIRONMENT,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the test run, which then ends this one
            )
        self.was_killed = False
        _running.add(self)

    def restart(self, overrides: Mapping[str, object] | None = None) -> None:
        """End it if it runs, and start it again on the same folder and port, with further `overrides`."""
        if self.is_running:
            self.terminate()
        self.configuration.update(overrides or {})
        self.launch()
        self.wait_until_up()

    def reset(self) -> None:
        """Have it stop and start its core inside the same process, by `/tools/reset`.

        Returns when the new core has started and answers; a SIGTERM before that would be lost.
        """
        starts = self.log.count(_STARTED)
        assert self.post('/tools/reset').status_code == 200
        wait_until(lambda: not self.is_running or self.log.count(_STARTED) > starts, 'a new start', STOP_DEADLINE)
        self.wait_until_up()

    def terminate(self, deadline: float = STOP_DEADLINE) -> int:
        """Send SIGTERM if it still runs, and return its exit code.

        Raises AssertionError, and kills it, if it has not ended after `deadline` seconds.
        """
        if self.is_running:
            self._started.send_signal(signal.SIGTERM)
        return self.wait_for_end(deadline)

    def wait_for_end(self, deadline: float = STOP_DEADLINE) -> int:
        """Wait until it has ended, by itself or by a request, and return its exit code.

        Raises AssertionError, and kills it, if it has not ended after `deadline` seconds.
        """
        try:
            exit_code = self._started.wait(deadline)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f'Orthanc did not end within {deadline} s\n{self.log_tail}') from None
        _running.discard(self)
        return exit_code

    def kill(self) -> None:
        """End it at once, by SIGKILL, as a power cut would."""
        self.was_killed = True
        self._started.kill()
        self._started.wait()
        _running.discard(self)

    @property
    def is_running(self) -> bool:
        """Return whether the process was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process ID of Orthanc itself, on every system."""
        return self._started.pid

    @property
    def log_path(self) -> Path:
        """The file that takes all that Orthanc and the plugin print, over all starts on the folder."""
        return self.folder / 'orthanc.log'

    @property
    def log(self) -> str:
        """All that Orthanc and the plugin printed so far."""
        return self.log_path.read_text(encoding='utf-8', errors='replace')

    @property
    def log_tail(self) -> str:
        """The last 60 lines of the log, under a heading."""
        lines = self.log.splitlines()[-60:]
        return '\n'.join([f'--- the end of the log of Orthanc on {self.system}', *lines])

    @property
    def tracebacks(self) -> list[str]:
        """Return the exceptions in the log that left a Python callback or a thread, ten lines each."""
        lines = self.log.splitlines()
        starts = [number for number, line in enumerate(lines) if re.search('traceback', line, re.IGNORECASE)]
        return ['\n'.join(lines[start : start + 10]) for start in starts]

    def wait_until_up(self, deadline: float = START_DEADLINE) -> None:
        """Wait until Orthanc answers. Raises AssertionError if it ends, or does not answer in time."""
        wait_until(self._answers, f'Orthanc on {self.system} to answer', deadline)

    def wait_ready(self, deadline: float = START_DEADLINE) -> None:
        """Wait until the plugin's index contains every study, by `/paging/status`."""
        wait_until(self._is_ready, f"/paging/status of Orthanc on {self.system} to say 'ready'", deadline)

    def wait_until_stable(self, deadline: float = 10.0) -> None:
        """Wait until each patient, study and series is stable.

        Orthanc 1.13.0 with Python plugin 7.1 crashes at the very end of a stop, whatever the script, if
        something becomes stable meanwhile. Wait for this before such a stop, or give `StableAge` a minute.
        """
        wait_until(self._is_stable, 'everything to be stable', deadline)

    @property
    def _storage(self) -> Path:
        """The folder of the stored files, which several Orthancs may share."""
        return Path(str(self.configuration['StorageDirectory']))

    @property
    def _started(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, 'it was never started'
        return self._process

    def _answers(self) -> bool:
        if not self.is_running:
            raise AssertionError(f'Orthanc ended with exit code {self.wait_for_end()}\n{self.log_tail}')
        try:
            return self._catches_sigterm() and self.get('/system').status_code in (200, 401)
        except httpx.TransportError:
            return False

    def _catches_sigterm(self) -> bool:
        """Return whether SIGTERM stops Orthanc cleanly already, which it does a moment after its first answer."""
        status = Path(f'/proc/{self.pid}/status').read_text(encoding='ascii')
        caught = int(re.findall(r'^SigCgt:\s*([0-9a-f]+)$', status, re.MULTILINE)[0], 16)
        return bool(caught >> (signal.SIGTERM - 1) & 1)

    def _is_stable(self) -> bool:
        levels = ('patients', 'studies', 'series')
        return all(resource['IsStable'] for level in levels for resource in self.get_json(f'/{level}?expand'))

    def _is_ready(self) -> bool:
        answer = self.get('/paging/status')
        return answer.status_code == 200 and answer.json()['State'] == 'ready'


def start_refused(
    system: str, folder: Path, overrides: Mapping[str, object], *, script: Path = PLUGIN_SCRIPT
) -> Refusal:
    """Start an Orthanc that must not start, and return how it ended.

    Raises AssertionError if it is still there after `START_DEADLINE`.
    """
    orthanc = Orthanc(system, folder, overrides, script=script)
    orthanc.launch()
    return Refusal(orthanc.wait_for_end(START_DEADLINE), orthanc.log)


@atexit.register
def kill_all() -> None:
    """End every Orthanc that a test has left behind."""
    for orthanc in list(_running):
        orthanc.kill()


def _packages_of(script: Path) -> Path:
    """Return the folder that Orthanc must see to run a script: for the package's own, the one with the package."""
    return script.parents[2] if script.name == PLUGIN_SCRIPT.name else script.parent


def _python_configuration(system: str, script: Path, section: bool | None) -> dict[str, object]:
    """The entries of the configuration that name the script; see `Orthanc.start`."""
    if section is None:
        section = system != 'bookworm'
    if section:
        assert system != 'bookworm', 'the Python plugin of bookworm does not know the section Python'
        return {'Python': {'Path': str(script), 'Verbose': False, 'AllowThreads': True}}
    return {'PythonScript': str(script), 'PythonVerbose': False}
