"""Shows figures: as a table for people, and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from tests.benchmarks.figures import Effort, Figure, Target

_HEADINGS = ('what', 'studies', 'target', 'measured', 'met', 'rounds')
_MET = {True: 'yes', False: 'NO', None: ''}


@dataclass(frozen=True, slots=True)
class Run:
    """The setting of a measurement: the Orthanc, the numbers of studies, and the duration."""

    system: str
    orthanc: str
    database: str
    sizes: tuple[int, ...]
    effort: Effort

    def command(self, measurement: str) -> str:
        """The command that repeats one measurement of the run."""
        sizes = ','.join(map(str, self.sizes))
        database = '' if self.database == 'sqlite' else f'--database {self.database} '
        parts = [f'--system {self.system} {database}--studies {sizes} --only {measurement}']
        parts += [f'--rounds {self.effort.rounds} --seconds {self.effort.seconds:g}']
        return ' '.join(['python -m tests.benchmarks', *parts])


def table(run: Run, figures: Iterable[Figure]) -> str:
    """The figures under a heading for each measurement, with the command that repeats it."""
    rounds, seconds = run.effort.rounds, run.effort.seconds
    parts = [
        f'Orthanc {run.orthanc} of Debian {run.system}. Each value is the median of its rounds: of {rounds}, '
        f'of {seconds:g} s each, if nothing else is said.'
    ]
    for measurement, group in groupby(figures, key=_measurement):
        parts.append('\n'.join([run.command(measurement), '', *_lines([_row(figure) for figure in group])]))
    return '\n\n'.join(parts)


def as_json(run: Run, figures: Iterable[Figure]) -> str:
    """The figures with all their rounds."""
    return json.dumps({**asdict(run), 'figures': [_as_json(figure) for figure in figures]}, indent=2) + '\n'


def quantity(value: float, unit: str) -> str:
    """A value with its unit, as a person would write it; seconds as s, ms or µs."""
    if unit == 's':
        return _seconds(value)
    if unit == 'times faster' and value < 9.95:
        return f'{value:.1f} {unit}'
    if unit in ('/s', 'B', 'times faster'):
        return f'{value:,.0f} {unit}'
    return f'{value:.3f}'


def _measurement(figure: Figure) -> str:
    return figure.measurement


def _as_json(figure: Figure) -> dict[str, Any]:
    return {**asdict(figure), 'is_met': figure.is_met}


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.what,
        f'{figure.studies:,}',
        _target(figure.target, figure.unit),
        quantity(figure.value, figure.unit),
        _MET[figure.is_met],
        str(len(figure.rounds) or 1),
    )


def _target(target: Target | None, unit: str) -> str:
    if target is None:
        return ''
    return ('≥ ' if target.at_least else '≤ ') + quantity(target.bound, unit)


def _lines(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """The rows under the headings, as a table of Markdown."""
    all_rows = [_HEADINGS, *rows]
    widths = [max(len(row[column]) for row in all_rows) for column in range(len(_HEADINGS))]
    lines = [
        '| ' + ' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + ' |'
        for row in all_rows
    ]
    return [lines[0], '|' + '|'.join('-' * (width + 2) for width in widths) + '|', *lines[1:]]


def _seconds(value: float) -> str:
    if value >= 1:
        return f'{value:.1f} s'
    if value >= 0.001:
        return f'{value * 1e3:.3g} ms'
    return f'{value * 1e6:.0f} µs'
