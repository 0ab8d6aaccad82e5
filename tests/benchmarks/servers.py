"""Orthancs on equal databases: one with the plugin, and others to compare it with."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from orthanc_paging.snapshot.folder import FILE as SNAPSHOT
from tests.benchmarks.databases import cache, copy_database
from tests.benchmarks.fill_postgres import fill_postgres
from tests.support.orthanc import Orthanc
from tests.support.postgres import POSTGRESQL_PLUGIN, Postgres, SharedDatabase
from tests.support.waiting import wait_until

SCRIPTS = Path(__file__).parent / 'scripts'
WITH_PLUGIN = SCRIPTS / 'with_plugin.py'
START_DEADLINE = 120.0  # seconds
READY_DEADLINE = 3600.0  # seconds; Orthanc's own calls for 1,000,000 studies take minutes
STOP_DEADLINE = 120.0  # seconds
QUIET_DEADLINE = 300.0  # seconds

MOST_COMPUTED = 100_000  # studies

QUIET_LOOKS = 200
"""They take two seconds and more, and a study is stable after one."""

PAGE = '/sort-studies?limit=50'

Json = Any


class Servers:
    """The Orthancs of one system, on databases of so many studies. Each starts when it is first needed."""

    def __init__(self, system: str, studies: int) -> None:
        self.system = system
        self.studies = studies
        self._started = ExitStack()

    def __enter__(self) -> Servers:
        self._folder = Path(
            self._started.enter_context(tempfile.TemporaryDirectory(dir=cache(), prefix='running-'))
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._started.close()

    @cached_property
    def paging(self) -> Orthanc:
        """The Orthanc with the plugin. Its index is ready, and its snapshot is written."""
        orthanc = self._start('paging', {'Paging': self._options})
        _wait_ready(orthanc)
        return orthanc

    @cached_property
    def relisting(self) -> Orthanc:
        """Another with the plugin, that relists over and over, at the rate that is the default."""
        orthanc = self._start('relisting', {'Paging': {**self._options, 'RelistSeconds': 1}})
        _wait_ready(orthanc)
        return orthanc

    @property
    def _options(self) -> dict[str, object]:
        """Without computed tags if it takes an hour until all are known."""
        return {'ComputedTags': self.studies <= MOST_COMPUTED}

    @cached_property
    def bare(self) -> Orthanc:
        """The Orthanc without any plugin."""
        return self._start('bare', {'Plugins': []})

    @cached_property
    def empty_callback(self) -> Orthanc:
        """The Orthanc with a Python script that does nothing at each change."""
        return self._start('empty-callback', {}, SCRIPTS / 'empty_callback.py')

    @cached_property
    def pair(self) -> tuple[Orthanc, Orthanc]:
        """Two with the plugin that share a database of PostgreSQL, whose indexes are ready."""
        database = self._shared
        if self.studies:
            fill_postgres(self.system, database.section, self.studies)
        without = {'Paging': {'ComputedTags': False}}
        here, there = (self._launch(name, {**database.overrides(name), **without}) for name in ('here', 'there'))
        for orthanc in (here, there):
            _wait_ready(orthanc)
        return here, there

    @cached_property
    def bare_on_postgres(self) -> Orthanc:
        """One without any plugin but PostgreSQL's, on an empty database of its own."""
        section = self._unshared.overrides('bare')
        return self._launch('bare-on-postgres', {**section, 'Plugins': [POSTGRESQL_PLUGIN]})

    def statements(self) -> tuple[int, int]:
        """The statements that PostgreSQL got so far from the pair, and from `bare_on_postgres`."""
        return self._postgres.statements(self._shared), self._postgres.statements(self._unshared)

    def status(self) -> Json:
        """Return `/paging/status`."""
        return self.paging.get_json('/paging/status')

    def start_again(self, with_snapshot: bool) -> float:
        """Start the Orthanc with the plugin again, from its snapshot, or else without: it then lists all studies.

        Returns the seconds from its first answer until it serves pages, and does so when all is quiet again.
        """
        orthanc = self.paging
        orthanc.terminate(STOP_DEADLINE)
        if not with_snapshot:
            (orthanc.folder / 'db' / SNAPSHOT).unlink()
        orthanc.launch()
        orthanc.wait_until_up(START_DEADLINE)
        seconds = _seconds_until_pages(orthanc)
        assert self.status()['Snapshot']['UsedAtStart'] == with_snapshot, orthanc.log_tail
        _wait_ready(orthanc)
        return seconds

    def wait_until_quiet(self, orthanc: Orthanc) -> None:
        """Wait until one of them has nothing left to do, such as to report that studies are stable."""
        quiet_looks, last = 0, -1

        def is_quiet() -> bool:
            nonlocal quiet_looks, last
            before, last = last, orthanc.get_json('/changes?last')['Last']
            quiet_looks = quiet_looks + 1 if last == before else 0
            return quiet_looks >= QUIET_LOOKS

        wait_until(is_quiet, 'Orthanc to report no more changes', QUIET_DEADLINE)
        if orthanc is self.paging:
            wait_until(lambda: self.status()['Pending'] == 0, 'all changes to be applied', QUIET_DEADLINE)

    @cached_property
    def _postgres(self) -> Postgres:
        postgres = Postgres()
        self._started.callback(postgres.close)
        postgres.start()
        return postgres

    @cached_property
    def _shared(self) -> SharedDatabase:
        return self._postgres.new_database(self._folder / 'storage')

    @cached_property
    def _unshared(self) -> SharedDatabase:
        return self._postgres.new_database(self._folder / 'storage-of-bare')

    def _start(self, name: str, overrides: Mapping[str, object], script: Path = WITH_PLUGIN) -> Orthanc:
        """Start one on the filled database."""
        return self._launch(name, {**self._database(name), **overrides}, script)

    def _database(self, name: str) -> Mapping[str, object]:
        """The entries of the configuration by which one of them has a filled database: here, a copy of its own."""
        folder = self._folder / name
        folder.mkdir()
        copy_database(self.system, self.studies, folder / 'db')
        return {}

    def _launch(self, name: str, overrides: Mapping[str, object], script: Path = WITH_PLUGIN) -> Orthanc:
        folder = self._folder / name
        orthanc = Orthanc(self.system, folder, overrides, script=script)
        self._started.callback(orthanc.terminate, STOP_DEADLINE)
        orthanc.launch()
        orthanc.wait_until_up(START_DEADLINE)
        return orthanc


class ServersOnPostgres(Servers):
    """The same on one database of PostgreSQL, which all share."""

    @property
    def _options(self) -> dict[str, object]:
        """Without computed tags, which the plugin for PostgreSQL gives slowly."""
        return {'ComputedTags': False}

    @cached_property
    def bare(self) -> Orthanc:
        """The Orthanc without any plugin but that for PostgreSQL."""
        return self._start('bare', {'Plugins': [POSTGRESQL_PLUGIN]})

    def _database(self, name: str) -> Mapping[str, object]:
        return self._filled.overrides(name)

    @cached_property
    def _filled(self) -> SharedDatabase:
        if self.studies:
            fill_postgres(self.system, self._shared.section, self.studies)
        return self._shared


DATABASES = {'sqlite': Servers, 'postgresql': ServersOnPostgres}
"""What starts Orthancs, by the database that they use."""


def _seconds_until_pages(orthanc: Orthanc) -> float:
    started = time.perf_counter()
    wait_until(lambda: orthanc.get(PAGE).status_code == 200, 'a page', READY_DEADLINE)
    return time.perf_counter() - started


def _wait_ready(orthanc: Orthanc) -> None:
    """Wait until the index is ready, and its first snapshot is written, which takes from what is measured."""
    orthanc.wait_ready(READY_DEADLINE)
    wait_until(lambda: _has_snapshot(orthanc), 'the first snapshot', READY_DEADLINE)
    wait_until(lambda: _is_computed(orthanc), 'the computed tags', READY_DEADLINE)


def _is_computed(orthanc: Orthanc) -> bool:
    return bool(orthanc.get_json('/paging/status')['ComputedTags']['Waiting'] == 0)


def _has_snapshot(orthanc: Orthanc) -> bool:
    snapshot = orthanc.get_json('/paging/status')['Snapshot']
    return snapshot['AgeSeconds'] is not None and not snapshot['Writing']


def resident_bytes(orthanc: Orthanc) -> int:
    """Return the memory of the process, in bytes: its VmRSS."""
    status = Path(f'/proc/{orthanc.pid}/status').read_text(encoding='ascii')
    return 1024 * int(re.findall(r'^VmRSS:\s*([0-9]+) kB$', status, re.MULTILINE)[0])
