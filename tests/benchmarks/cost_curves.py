"""The curves of the operations guide: what so many studies cost, on SQLite and on PostgreSQL.

python -m tests.benchmarks --only cost --output sqlite.json
python -m tests.benchmarks --only cost --database postgresql --output postgresql.json
python -m tests.benchmarks.cost_curves sqlite.json postgresql.json > tests/benchmarks/cost.svg
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.chart import Line, Panel, draw, logarithmic_axis
from tests.benchmarks.curves import BLUE, ORANGE, VERMILION, count_words, time_words
from tests.benchmarks.report import quantity

DASHED = 'dashed: PostgreSQL'
BYTES_A_MEGABYTE = 1_000_000

_ANSWERS = (
    ('cost.order', 'a new order', VERMILION),
    ('cost.name-prefix', 'a new search', ORANGE),
    ('cost.page', 'a page', BLUE),
)
_STARTS = (('cost.listing', 'by listing', VERMILION), ('cost.warm', 'from a snapshot', BLUE))
_MEMORY = (('cost.memory', 'in all', BLUE),)

Run = Mapping[str, Any]
"""The file that `--output` wrote."""


def cost_curves(runs: Sequence[Run]) -> str:
    """The curves as SVG: a run is drawn dashed if it is not of the first one's database."""
    answers, starts, memory = (_lines(runs, wanted) for wanted in (_ANSWERS, _STARTS, _MEMORY))
    megabytes = [
        Line(line.name, line.colour, {x: y / BYTES_A_MEGABYTE for x, y in line.points.items()}, line.dashed)
        for line in memory
    ]
    return draw(
        [
            _panel(
                f'Time of an answer, Orthanc {runs[0]["orthanc"]}',
                f'time (logarithmic), {DASHED}',
                answers,
                time_words,
            ),
            _panel('Start until pages are served', f'time (logarithmic), {DASHED}', starts, time_words),
            _panel('Memory of the plugin', f'MB (logarithmic), {DASHED}', megabytes, count_words),
        ]
    )


def _panel(title: str, unit: str, lines: Sequence[Line], words: Callable[[float], str]) -> Panel:
    x = logarithmic_axis('studies', [float(x) for line in lines for x in line.points], count_words)
    return Panel(
        title, x, logarithmic_axis(unit, [y for line in lines for y in line.points.values()], words), lines
    )


def _lines(runs: Iterable[Run], wanted: Iterable[tuple[str, str, str]]) -> list[Line]:
    lines = []
    for name, words, colour in wanted:
        for run in runs:
            figures = [figure for figure in run['figures'] if figure['name'] == name]
            points = {figure['studies']: figure['value'] for figure in figures}
            last = max(figures, key=lambda figure: figure['studies'])
            lines.append(Line(f'{words}, {_last_value(last)}', colour, points, dashed=run['database'] != 'sqlite'))
    return lines


def _last_value(figure: Mapping[str, Any]) -> str:
    if figure['unit'] == 'B':
        return f'{figure["value"] / BYTES_A_MEGABYTE:,.0f} MB'
    return quantity(figure['value'], figure['unit'])


def main() -> None:
    """Draw the files that the command line names."""
    print(cost_curves([json.loads(Path(name).read_text(encoding='utf-8')) for name in sys.argv[1:]]), end='')


if __name__ == '__main__':
    main()
