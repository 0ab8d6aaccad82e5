"""The command line of the storms."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.storm.storm import storms
from tests.support.orthanc import Orthanc
from tests.support.postgres import Postgres, why_no_plugin, why_no_server
from tests.support.systems import why_missing


def main() -> None:
    """Let storms rage, and say how each ended."""
    parser = argparse.ArgumentParser('python -m tests.storm', description='Storms against real Orthancs.')
    parser.add_argument('--system', default='trixie', choices=['bookworm', 'trixie', 'sid'])
    parser.add_argument('--pair', action='store_true', help='two Orthancs that share a database of PostgreSQL')
    parser.add_argument('--seconds', type=float, default=60.0)
    parser.add_argument('--seed', type=int, default=random.randrange(2**32))
    arguments = parser.parse_args()
    if reason := why_missing(arguments.system):
        parser.error(reason)
    if reason := arguments.pair and (why_no_server() or why_no_plugin(arguments.system)):
        parser.error(reason)
    with tempfile.TemporaryDirectory(prefix='orthanc-paging-storm-') as folder, ExitStack() as at_end:
        start = _pair if arguments.pair else _one
        orthancs = start(arguments.system, Path(folder), at_end)
        print(f'{" and ".join(orthanc.folder.name for orthanc in orthancs)} on {arguments.system},', end=' ')
        print(f'seed {arguments.seed}')
        started = time.monotonic()
        storms(
            orthancs,
            arguments.seconds,
            arguments.seed,
            lambda line: print(f'{time.monotonic() - started:6.0f} s: {line}', flush=True),
        )


def _one(system: str, folder: Path, at_end: ExitStack) -> list[Orthanc]:
    """An Orthanc, which is killed at the end."""
    return [_start(Orthanc(system, folder / 'orthanc'), at_end)]


def _pair(system: str, folder: Path, at_end: ExitStack) -> list[Orthanc]:
    """Two Orthancs that share a database, which are killed at the end, and its server stopped."""
    postgres = Postgres()
    at_end.callback(postgres.close)
    postgres.start()
    database = postgres.new_database(folder / 'storage')
    return [
        _start(Orthanc(system, folder / name, database.overrides(name)), at_end)
        for name in ('orthanc-1', 'orthanc-2')
    ]


def _start(orthanc: Orthanc, at_end: ExitStack) -> Orthanc:
    orthanc.launch()
    at_end.callback(lambda: orthanc.kill() if orthanc.is_running else None)
    orthanc.wait_until_up()
    orthanc.wait_ready()
    return orthanc


if __name__ == '__main__':
    main()
