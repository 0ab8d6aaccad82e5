"""The fixtures that give a test a real Orthanc, once for each system.

A test that takes `orthanc`, `start_orthanc` or `pair` runs on Orthanc 1.10.1 (`bookworm`) and 1.12.7 (`trixie`),
with `--sid` on 1.13.0 too. A test that is marked `one_system` runs on 1.12.7 alone. In CI, one that is marked
`each_version` runs on 1.13.0 without `--sid`, too. All others run without any Orthanc.
"""

import os
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.support.orthanc import PLUGIN_SCRIPT, Orthanc, Refusal, kill_all, start_refused
from tests.support.postgres import Postgres, SharedDatabase, stop_all, why_no_plugin, why_no_server
from tests.support.promtool import PROMTOOL, why_no_promtool
from tests.support.systems import why_missing

settings.register_profile('unhurried', deadline=None)  # however busy the machine is
settings.load_profile('unhurried')

SSCONVERT = Path('/usr/bin/ssconvert')

_MISSING = pytest.StashKey[dict[str, str]]()


class OrthancStarter:
    """Starts Orthancs for one test on one system, and ends them after it."""

    def __init__(self, system: str, folder: Path) -> None:
        self.system = system
        self._folder = folder
        self._orthancs: list[Orthanc] = []
        self._folders = 0

    def __call__(
        self,
        overrides: Mapping[str, object] | None = None,
        *,
        script: Path = PLUGIN_SCRIPT,
        python_section: bool | None = None,
        ready: bool = True,
    ) -> Orthanc:
        """Start an Orthanc on a fresh folder; `ready` waits until the plugin's index contains every study.

        The other parameters are those of `Orthanc.start`.
        """
        orthanc = Orthanc(
            self.system, self.fresh_folder(), overrides, script=script, python_section=python_section
        )
        self._orthancs.append(orthanc)
        orthanc.launch()
        orthanc.wait_until_up()
        if ready:
            orthanc.wait_ready()
        return orthanc

    def sharing(
        self, database: SharedDatabase, overrides: Mapping[str, object] | None = None, *, ready: bool = True
    ) -> Orthanc:
        """Start one more of the Orthancs that share a database."""
        shared = database.overrides(server=f'server-{self._folders + 1}')
        return self({**shared, **(overrides or {})}, ready=ready)

    def refused(self, overrides: Mapping[str, object], *, script: Path = PLUGIN_SCRIPT) -> Refusal:
        """Start an Orthanc that must not start, and return its exit code and its log."""
        return start_refused(self.system, self.fresh_folder(), overrides, script=script)

    def fresh_folder(self) -> Path:
        """A new folder for one Orthanc."""
        self._folders += 1
        return self._folder / f'orthanc-{self._folders}'

    def end_all(self) -> list[str]:
        """End each Orthanc that still runs; return what went wrong in any of them, from start to end."""
        return [complaint for orthanc in self._orthancs for complaint in _end(orthanc)]


def _end(orthanc: Orthanc) -> list[str]:
    """End an Orthanc if it runs, and return the failures that its end and its log show."""
    complaints: list[str] = []
    if not orthanc.was_killed:
        try:
            if orthanc.system == 'sid' and orthanc.is_running and orthanc.configuration['StableAge'] == 1:
                orthanc.wait_until_stable()  # its docstring says what goes wrong otherwise
            exit_code = orthanc.terminate()
            complaints += [f'Orthanc ended with exit code {exit_code}'] if exit_code else []
        except AssertionError as error:
            complaints.append(str(error))
    print(orthanc.log_tail)  # pytest shows it if the test fails
    return complaints + [f'a Python exception was not handled:\n{text}' for text in orthanc.tracebacks]


@contextmanager
def starting(system: str, folder: Path) -> Iterator[OrthancStarter]:
    """Yield a starter of Orthancs in a folder. Fail at the end if one of them does not end cleanly."""
    starter = OrthancStarter(system, folder)
    yield starter
    complaints = starter.end_all()
    if complaints:
        pytest.fail('\n'.join(complaints), pytrace=False)


@pytest.fixture
def start_orthanc(system: str, tmp_path: Path) -> Iterator[OrthancStarter]:
    """Starts Orthancs of any configuration. The test fails if one of them does not end cleanly."""
    with starting(system, tmp_path) as starter:
        yield starter


@pytest.fixture
def orthanc(start_orthanc: OrthancStarter) -> Orthanc:
    """A fresh, empty Orthanc with the plugin, whose index is ready."""
    return start_orthanc()


@pytest.fixture
def pair(start_orthanc: OrthancStarter, database: SharedDatabase) -> tuple[Orthanc, Orthanc]:
    """Two Orthancs with the plugin on one fresh, empty database. Their indexes are ready."""
    return start_orthanc.sharing(database), start_orthanc.sharing(database)


@pytest.fixture
def database(system: str, postgres: Postgres, tmp_path: Path, request: pytest.FixtureRequest) -> SharedDatabase:
    """A fresh, empty database, for `start_orthanc.sharing`. If Orthanc cannot use it, the test is skipped."""
    require(request, f'PostgreSQL with {system}', why_no_plugin(system))
    if not postgres.is_running:
        postgres.start()  # a test before this one stopped it
    return postgres.new_database(tmp_path / 'storage')


@pytest.fixture(scope='session')
def postgres(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """A PostgreSQL server, one for each process of the test run; started when the first test needs it."""
    require(request, 'PostgreSQL', why_no_server())
    server = Postgres()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope='session')
def promtool(request: pytest.FixtureRequest) -> Path:
    """Prometheus' own tool for its rules."""
    require(request, 'promtool', why_no_promtool())
    return PROMTOOL


@pytest.fixture(scope='session')
def spreadsheet(request: pytest.FixtureRequest) -> Path:
    """What opens a file as Gnumeric does, and saves it in another form."""
    require(request, 'Gnumeric', None if SSCONVERT.exists() else 'apt-get install gnumeric installs it')
    return SSCONVERT


@pytest.fixture(scope='session')
def system(request: pytest.FixtureRequest) -> str:
    """The Debian that Orthanc runs on. If it is missing, the test is skipped, and in CI it fails."""
    name: str = request.param
    require(request, name, why_missing(name))
    return name


def require(request: pytest.FixtureRequest, name: str, why_not: str | None) -> None:
    """Skip the test if something is missing, and say so at the end of the run. In CI, fail it."""
    if why_not is None:
        return
    request.config.stash[_MISSING][name] = why_not
    if _is_ci():
        pytest.fail(f'{name} is missing: {why_not}', pytrace=False)
    pytest.skip(f'{name} is missing: {why_not}')


def _is_ci() -> bool:
    return os.environ.get('CI') == 'true'


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our own options."""
    parser.addoption('--sid', action='store_true', help='run on Orthanc 1.13.0 of Debian sid too')
    parser.addoption('--storm-seed', type=int, help='repeat the storms of the run that printed this number')


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the record of missing systems, declare our markers, and draw the seed of the storms."""
    config.addinivalue_line('markers', 'one_system: the version of Orthanc cannot matter, and one is enough')
    config.addinivalue_line('markers', 'each_version: CI runs it on Orthanc 1.13.0 as well')
    config.stash[_MISSING] = {}
    if config.option.storm_seed is None:  # set once; xdist hands the options to each of its processes
        config.option.storm_seed = random.randrange(2**32)


def pytest_report_header(config: pytest.Config) -> str:
    """Print the seed of the storms, which differs in each run."""
    return f'storms: --storm-seed {config.option.storm_seed}'


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that needs a system once on every system."""
    if 'system' in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker
        is_newest_tested = metafunc.config.getoption('--sid') or (_is_ci() and marker('each_version'))
        names = ['bookworm', 'trixie', *(['sid'] if is_newest_tested else [])]
        if marker('one_system'):
            names = ['trixie']
        metafunc.parametrize('system', names, indirect=True, scope='session')


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the record of missing systems to the process that reports, if this is another one."""
    output = getattr(session.config, 'workeroutput', None)
    if output is not None:
        output['missing'] = session.config.stash[_MISSING]


GROUPS = ('tests/stack/', 'tests/live/test_package.py')
"""Tests that share something slow, an engine or a wheel: one process runs all of a group."""


class _Distribution(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Each test goes to any process, except those of a group. The largest group starts first.

    xdist's own `xdist_group` has no effect with pytest 9.2: xdist 3.8.0 adds the group to an attribute of the test
    that pytest does not read any more.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((group for group in GROUPS if nodeid.startswith(group)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:  # noqa: ANN401
    """Return the scheduler that distributes the tests."""
    return _Distribution(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401 (one of xdist's, which has no types)
    """Add the record of missing systems that a testing process sent."""
    node.config.stash[_MISSING].update(getattr(node, 'workeroutput', {}).get('missing', {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print at the end what was not tested, and why."""
    for name, reason in config.stash[_MISSING].items():
        terminalreporter.write_line(f'NOT TESTED on {name}: {reason}', yellow=True, bold=True)


def pytest_unconfigure() -> None:
    """Leave no Orthanc and no PostgreSQL behind, even if the run is interrupted."""
    kill_all()
    stop_all()
