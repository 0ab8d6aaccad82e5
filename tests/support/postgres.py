"""A real PostgreSQL of its own for a test run, and what makes several Orthancs share a database of it.

The server is the one of this machine's Debian, for the Orthancs of every system: they reach it on 127.0.0.1.
"""

import atexit
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.ports import free_port
from tests.support.systems import PYTHON_PLUGIN, folder_of, is_native
from tests.support.waiting import wait_until

POSTGRESQL_PLUGIN = '/usr/share/orthanc/plugins/libOrthancPostgreSQLIndex.so'

START_DEADLINE = 30.0  # seconds; a start takes 0.1 s on an idle machine
STOP_DEADLINE = 30.0  # seconds; it stops at once

CONNECTIONS_PER_ORTHANC = 10  # each is a process of the server, opened when Orthanc starts
MAXIMUM_CONNECTIONS = 100

_USER = 'postgres'  # that of Debian's package, which runs the server if we are root; and of the database

_running: set['Postgres'] = set()


@dataclass(frozen=True)
class SharedDatabase:
    """A database and a folder for files, which several Orthancs may share."""

    section: Mapping[str, object]
    storage: Path

    def overrides(self, server: str) -> dict[str, object]:
        """Return the configuration for the Orthanc with the name `server` among those that share the database."""
        return {
            'Plugins': [PYTHON_PLUGIN, POSTGRESQL_PLUGIN],
            'PostgreSQL': dict(self.section),
            'StorageDirectory': str(self.storage),
            'DatabaseServerIdentifier': server,
        }


class Postgres:
    """A PostgreSQL server on a fresh folder, which is removed when it is closed.

    Start it from a thread that outlives it: the server ends with that thread.
    """

    def __init__(self) -> None:
        """Make the folder, outside of pytest's, where no other user may look in; start nothing."""
        self.port = free_port()
        self._password = secrets.token_hex(16)
        self._databases = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix='orthanc-paging-postgres-'))
        password_file = self._folder / 'password'
        password_file.write_text(self._password, encoding='ascii')
        if os.geteuid() == 0:
            for path in (self._folder, password_file):
                shutil.chown(path, _USER, _USER)
        self._call(
            'initdb', f'--pgdata={self._data}', f'--username={_USER}', f'--pwfile={password_file}', *_INITDB
        )

    def start(self) -> None:
        """Start it, or start it again on the same port if it was stopped, and wait until it takes connections."""
        assert not self.is_running, 'it runs already'
        settings = [f'-c{name}={value}' for name, value in self._settings.items()]
        with self._log_path.open('ab') as log:
            self._process = subprocess.Popen(
                _command('postgres', f'-D{self._data}', *settings),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the test run, which then ends this one
            )
        _running.add(self)
        wait_until(self._takes_connections, 'PostgreSQL to take connections', START_DEADLINE)

    def stop(self) -> None:
        """Stop it at once, if it runs, as a crash would (the mode `immediate`).

        Every connection breaks in the midst of what it does; what was committed is there again after `start`.
        """
        if self._process is None:
            return
        self._process.send_signal(signal.SIGQUIT)
        try:
            self._process.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        _running.discard(self)

    def close(self) -> None:
        """Stop it if it runs, and remove its folder."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def new_database(self, storage: Path) -> SharedDatabase:
        """A new, empty database for Orthancs, which keep their files in `storage`."""
        self._databases += 1
        name = f'orthanc_{self._databases}'
        self._call('createdb', *self._address, name)
        section = {
            'EnableIndex': True,
            'EnableStorage': False,
            'Host': '127.0.0.1',
            'Port': self.port,
            'Database': name,
            'Username': _USER,
            'Password': self._password,
            'EnableSsl': False,
            'Lock': False,  # else the first Orthanc keeps it for itself
            'IndexConnectionsCount': CONNECTIONS_PER_ORTHANC,
        }
        return SharedDatabase(section, storage)

    def statements(self, database: SharedDatabase) -> int:
        """The number of statements that were executed in a database so far."""
        name = database.section['Database']
        self._query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements')
        joined = 'pg_stat_statements JOIN pg_database ON pg_database.oid = dbid'
        return int(self._query(f"SELECT COALESCE(sum(calls), 0) FROM {joined} WHERE datname = '{name}'"))

    @property
    def is_running(self) -> bool:
        """Return whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        """All that the server printed so far."""
        return self._log_path.read_text(encoding='utf-8', errors='replace')

    @property
    def _data(self) -> Path:
        return self._folder / 'data'

    @property
    def _log_path(self) -> Path:
        return self._folder / 'postgres.log'

    @property
    def _address(self) -> list[str]:
        return ['--host=127.0.0.1', f'--port={self.port}', f'--username={_USER}']

    @property
    def _settings(self) -> dict[str, object]:
        return {
            'listen_addresses': '127.0.0.1',
            'port': self.port,
            'unix_socket_directories': '',
            'max_connections': MAXIMUM_CONNECTIONS,
            'fsync': 'off',
            'shared_preload_libraries': 'pg_stat_statements',
        }

    def _takes_connections(self) -> bool:
        assert self.is_running, f'PostgreSQL ended:\n{self.log}'
        command = _command('pg_isready', *self._address)
        return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0

    def _query(self, statement: str) -> str:
        """Return what a statement gives, in the database that the server has from the start."""
        return self._call(
            'psql', *self._address, '--no-align', '--tuples-only', f'--command={statement}', 'postgres'
        )

    def _call(self, program: str, *arguments: str) -> str:
        """Return what one of PostgreSQL's own programs says. Raises AssertionError, with that, if it fails."""
        environment = {**os.environ, 'PGPASSWORD': self._password, 'LC_ALL': 'C.UTF-8'}
        done = subprocess.run(
            _command(program, *arguments),
            env=environment,
            cwd=self._folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f'{program} ended with exit code {done.returncode}:\n{done.stdout}'
        return done.stdout


_INITDB = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync']


def why_no_server() -> str | None:
    """Return why PostgreSQL cannot run on this machine, and what to do about it; None if it can."""
    if not _programs():
        return 'there is no PostgreSQL server in /usr/lib/postgresql (apt-get install postgresql installs it)'
    return None


def why_no_plugin(system: str) -> str | None:
    """Return why the Orthanc of `system` cannot use PostgreSQL, and what to do about it; None if it can."""
    if (folder_of(system) / POSTGRESQL_PLUGIN.lstrip('/')).exists():
        return None
    remedy = 'apt-get install orthanc-postgresql' if is_native(system) else f'tests/systems.sh {system}'
    return f'{folder_of(system)} has no PostgreSQL plugin for Orthanc ({remedy} installs it)'


@atexit.register
def stop_all() -> None:
    """Stop every server that a test has left behind, and remove its folder."""
    for postgres in list(_running):
        postgres.close()


def _programs() -> list[Path]:
    """The folders of the programs of each PostgreSQL there is, the newest last."""
    servers = Path('/usr/lib/postgresql').glob('*/bin/postgres')
    return sorted((server.parent for server in servers), key=lambda path: float(path.parent.name))


def _command(program: str, *arguments: str) -> Sequence[str]:
    """The command line of one of PostgreSQL's programs, as a user whom the server accepts."""
    # The signal for the parent's end is lost if the user changes, so it is set after that.
    mortal = ['setpriv', '--pdeathsig', 'QUIT', str(_programs()[-1] / program), *arguments]
    if os.geteuid() != 0:
        return mortal
    group = str(pwd.getpwnam(_USER).pw_gid)
    return ['setpriv', f'--reuid={_USER}', f'--regid={group}', '--init-groups', *mortal]
