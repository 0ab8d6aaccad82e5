"""Measures the speed and memory that the READMEs state, on a real Orthanc.

    python -m tests.benchmarks [--system bookworm|trixie|sid] [--database sqlite|postgresql]
                               [--studies 10000,100000,1000000] [--only NAME]... [--rounds 5] [--seconds 3]
                               [--output FILE] [--curves FILE] [--smoke]

Prints a table, writes all figures as JSON, and draws the curves as SVG. Whatever is compared is measured in
turn within one run, and the result is the median over the rounds. `--only` and `--smoke` write just the
files that are named. `--smoke` measures everything once at 1,000 studies, within two minutes, to show that
the benchmark works; its figures mean little.

Needs Orthanc of Debian bookworm, and of the system, PostgreSQL, and Orthanc's plugins for Python and for that, as
`tests/run.sh` installs them; wrk and haproxy (Debian packages); the Python packages of the extra `test`; and
room for the databases (see `databases.py`).
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.benchmarks.curves import curves
from tests.benchmarks.figures import Effort, Figure
from tests.benchmarks.measurements import (
    building,
    changes,
    cluster,
    cost,
    finding,
    freshness,
    listing,
    memory,
    pages,
    questions,
    relisting,
    replica,
    snapshot,
    ui,
    ui_memory,
    uploads,
    warm,
)
from tests.benchmarks.report import Run, as_json, table
from tests.benchmarks.servers import DATABASES, Servers
from tests.support.postgres import why_no_plugin, why_no_server
from tests.support.systems import why_missing

FOLDER = Path(__file__).parent
SIZES = (10_000, 100_000, 1_000_000)  # studies
LARGEST_FOR_WRITING = 100_000  # studies
SMOKE_SIZES = (1_000,)
SMOKE_EFFORT = Effort(rounds=1, seconds=1.0)

Measure = Callable[[Servers, Effort], list[Figure]]

# Memory comes first, as each later one leaves traces in it.
READING: dict[str, Measure] = {
    'memory': memory.measure,
    'listing': listing.measure,
    'warm': warm.measure,
    'pages': pages.measure,
    'find': finding.measure,
    'questions': questions.measure,
    'building': building.measure,
    'changes': changes.measure,
    'snapshot': snapshot.measure,
    'relisting': relisting.measure,
    'cost': cost.measure,
    'ui': ui.measure,
}
WRITING: dict[str, Measure] = {
    'uploads': uploads.measure,
    'freshness': freshness.measure,
    'replica': replica.measure,
    'cluster': cluster.measure,
    'ui-memory': ui_memory.measure,
}


def main() -> None:
    """Measure what the command line says."""
    arguments = _arguments()
    effort = SMOKE_EFFORT if arguments.smoke else Effort(arguments.rounds, arguments.seconds)
    sizes = SMOKE_SIZES if arguments.smoke else arguments.studies
    names = arguments.only or [*READING, *WRITING]
    run, figures = measure(arguments.system, arguments.database, sizes, names, effort)
    print(table(run, figures))
    _write(arguments.output, as_json(run, figures))
    _write(arguments.curves, curves(run, figures))


def measure(
    system: str, database: str, sizes: Sequence[int], names: Sequence[str], effort: Effort
) -> tuple[Run, list[Figure]]:
    """Take the named measurements on the Orthanc of `system`, at these numbers of studies.

    Those that change nothing are taken on a database of that kind; the others choose for themselves.
    """
    with Servers(system, 0) as servers:
        version = '.'.join(map(str, servers.bare.version))
    figures = [
        *_read(DATABASES[database], system, sizes, names, effort),
        *_write_and_read(system, sizes, names, effort),
    ]
    figures += pages.growth(figures)
    return Run(system, version, database, tuple(sizes), effort), sorted(figures, key=_place)


def _read(
    servers_on: type[Servers], system: str, sizes: Sequence[int], names: Sequence[str], effort: Effort
) -> Iterator[Figure]:
    """The measurements that change nothing, one after the other on the same Orthancs."""
    wanted = [name for name in READING if name in names]
    for studies in sizes if wanted else ():
        with servers_on(system, studies) as servers:
            for name in wanted:
                _say(f'{name} at {studies:,} studies')
                yield from READING[name](servers, effort)


def _write_and_read(system: str, sizes: Sequence[int], names: Sequence[str], effort: Effort) -> Iterator[Figure]:
    """The measurements that upload, each on Orthancs of its own: empty ones, and large ones."""
    some = [studies for studies in sizes if studies <= LARGEST_FOR_WRITING]
    for name in (name for name in WRITING if name in names):
        for studies in [0, *([max(some)] if some else [])]:
            _say(f'{name} at {studies:,} studies')
            with Servers(system, studies) as servers:
                yield from WRITING[name](servers, effort)


def _place(figure: Figure) -> tuple[int, int]:
    """Measurements in their order, those with targets first."""
    return [*READING, *WRITING].index(figure.measurement), figure.target is None


def _write(path: Path | None, text: str | None) -> None:
    if path and text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')
        _say(f'wrote {path}')


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser('python -m tests.benchmarks', description='Measure speed and memory.')
    parser.add_argument('--system', default='trixie', choices=['bookworm', 'trixie', 'sid'])
    parser.add_argument('--database', default='sqlite', choices=[*DATABASES])
    parser.add_argument('--studies', type=_sizes, default=SIZES, help='such as 10000,100000')
    parser.add_argument('--only', action='append', choices=[*READING, *WRITING], help='may be repeated')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--seconds', type=float, default=3.0, help='of a round')
    parser.add_argument('--output', type=Path, help='of the JSON; tests/benchmarks/results/SYSTEM.json')
    parser.add_argument('--curves', type=Path, help='of the SVG; tests/benchmarks/curves.svg')
    parser.add_argument('--smoke', action='store_true', help='only show that it works')
    arguments = parser.parse_args()
    if (
        reason := why_missing('bookworm')
        or why_missing(arguments.system)
        or _why_no_program('wrk')
        or _why_no_program('haproxy')
    ):
        parser.error(reason)
    names = arguments.only or WRITING
    needs_postgres = 'replica' in names or 'cluster' in names or arguments.database == 'postgresql'
    if needs_postgres and (reason := why_no_server() or why_no_plugin(arguments.system)):
        parser.error(reason)
    if not arguments.smoke and not arguments.only:
        arguments.output = arguments.output or FOLDER / 'results' / f'{arguments.system}.json'
        arguments.curves = arguments.curves or FOLDER / 'curves.svg'
    return arguments


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(part) for part in text.split(',')))


def _why_no_program(name: str) -> str | None:
    return None if shutil.which(name) else f'there is no {name} (apt-get install {name} installs it)'


if __name__ == '__main__':
    main()
