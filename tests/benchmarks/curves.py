"""The curves of the README: the time of a page, and how many are answered a second, by number of studies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.benchmarks.chart import Line, Panel, draw, linear_axis, logarithmic_axis
from tests.benchmarks.figures import Figure, find
from tests.benchmarks.measurements.pages import CONNECTIONS, LIMIT
from tests.benchmarks.report import Run, quantity

BLUE, SKY, ORANGE, VERMILION, GREY = (
    '#0072b2',
    '#3a9bd4',
    '#c77700',
    '#c2410c',
    '#777777',
)  # everybody can distinguish them

_TIMES = (
    ('find.time.book', "the Book's sample", VERMILION, False),
    ('find.time.tools-find', '/tools/find', ORANGE, False),
    ('pages.time.random', 'orthanc-paging', BLUE, False),
    ('pages.constant-time.random', 'a constant', GREY, True),
)
_RATES = (
    ('pages.rate.first', 'first pages', SKY, False),
    ('pages.rate.random', 'random offsets', BLUE, False),
    ('pages.constant-rate.random', 'a constant', GREY, True),
)


def curves(run: Run, figures: Sequence[Figure]) -> str | None:
    """The curves as SVG; None if pages were not measured."""
    times, rates = _lines(figures, _TIMES, 's'), _lines(figures, _RATES, '/s')
    if not (times and rates):
        return None
    return draw([_time_panel(run, times), _rate_panel(rates)])


def _time_panel(run: Run, lines: Sequence[Line]) -> Panel:
    return Panel(
        f'Time of one page of {LIMIT}, Orthanc {run.orthanc}',
        logarithmic_axis('studies', _x_values(lines), count_words),
        logarithmic_axis('time (logarithmic)', _y_values(lines), time_words),
        lines,
    )


def _rate_panel(lines: Sequence[Line]) -> Panel:
    return Panel(
        f'Pages of {LIMIT} answered a second, {CONNECTIONS} connections',
        logarithmic_axis('studies', _x_values(lines), count_words),
        linear_axis('answers a second', _y_values(lines), count_words),
        lines,
    )


def _lines(figures: Sequence[Figure], wanted: Iterable[tuple[str, str, str, bool]], unit: str) -> list[Line]:
    lines = []
    for name, words, colour, dashed in wanted:
        if points := find(figures, name):
            last = quantity(points[max(points)], unit)
            lines.append(Line(f'{words}, {last}', colour, points, dashed))
    return lines


def _x_values(lines: Iterable[Line]) -> list[float]:
    return [float(x) for line in lines for x in line.points]


def _y_values(lines: Iterable[Line]) -> list[float]:
    return [y for line in lines for y in line.points.values()]


def count_words(value: float) -> str:
    """A number as people write it."""
    return f'{value:,.0f}'


def time_words(value: float) -> str:
    """Seconds in the unit in which a power of ten is a whole number."""
    for factor, unit in ((1, 's'), (1e3, 'ms')):
        if value * factor >= 0.999:
            return f'{value * factor:,.0f} {unit}'
    return f'{value * 1e6:,.0f} µs'
