"""Draws line charts as SVG: on a light card of their own, so that they are read on any background."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

WIDTH, HEIGHT = 570, 340  # of a panel, in pixels
LEFT, RIGHT, TOP, BOTTOM = 62, 198, 52, 46  # margins of a panel, in pixels; names of lines stand at the right
_LABEL_GAP = 16.0  # pixels from one name to the next

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """The values from `low` to `high`, labelled at the `ticks`; `words` makes the text of a tick."""

    title: str
    low: float
    high: float
    ticks: Sequence[float]
    words: Callable[[float], str]
    logarithmic: bool

    def place(self, value: float) -> float:
        """Return the position of a value, from 0 to 1."""
        scale = math.log10 if self.logarithmic else float
        return (scale(value) - scale(self.low)) / (scale(self.high) - scale(self.low))


@dataclass(frozen=True, slots=True)
class Line:
    """Values by their x, drawn in one colour; `dashed` for what is there to compare with."""

    name: str
    colour: str
    points: Mapping[int, float]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart."""

    title: str
    x: Axis
    y: Axis
    lines: Sequence[Line]


def logarithmic_axis(title: str, values: Iterable[float], words: Callable[[float], str]) -> Axis:
    """An axis of whole powers of ten around positive values, with a tick at each."""
    values = list(values)
    low = math.floor(math.log10(min(values)))
    high = max(math.ceil(math.log10(max(values))), low + 1)
    ticks = [10.0**power for power in range(low, high + 1)]
    return Axis(title, ticks[0], ticks[-1], ticks, words, logarithmic=True)


def linear_axis(title: str, values: Iterable[float], words: Callable[[float], str]) -> Axis:
    """An axis from 0 to above the largest of positive values, with three to six ticks."""
    highest = max(values)
    power = 10.0 ** math.floor(math.log10(highest))
    step = next(power * part for part in (0.2, 0.5, 1, 2) if highest / (power * part) <= 6)
    ticks = [step * number for number in range(math.ceil(highest / step) + 1)]
    return Axis(title, 0.0, ticks[-1], ticks, words, logarithmic=False)


def draw(panels: Sequence[Panel]) -> str:
    """The panels side by side, as an SVG document."""
    width = WIDTH * len(panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" '
        f'height="{HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#333">',
        f'<rect width="{width}" height="{HEIGHT}" rx="8" fill="#fff"/>',
    ]
    for number, panel in enumerate(panels):
        parts += [f'<g transform="translate({WIDTH * number} 0)">', *_panel(panel), '</g>']
    return '\n'.join([*parts, '</svg>', ''])


def _panel(panel: Panel) -> list[str]:
    parts = [_text(LEFT, 26, panel.title, 'font-size="15" font-weight="600"')]
    parts += [_text(LEFT, TOP - 10, panel.y.title, 'fill="#666"')]
    right = 'fill="#666" text-anchor="end"'
    parts += [_text(_x(panel, panel.x.high), HEIGHT - 10, panel.x.title, right)]
    parts += _grid(panel)
    for line in panel.lines:
        parts += _line(panel, line)
    return parts + _names(panel)


def _grid(panel: Panel) -> list[str]:
    parts = []
    left, right = _x(panel, panel.x.low), _x(panel, panel.x.high)
    for tick in panel.y.ticks:
        y = _y(panel, tick)
        parts.append(f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="#e3e3e3"/>')
        parts.append(_text(LEFT - 8, y + 4, panel.y.words(tick), 'text-anchor="end"'))
    for tick in panel.x.ticks:
        at_foot = HEIGHT - BOTTOM + 18
        parts.append(_text(_x(panel, tick), at_foot, panel.x.words(tick), 'text-anchor="middle"'))
    return parts


def _line(panel: Panel, line: Line) -> list[str]:
    points = [(_x(panel, x), _y(panel, y)) for x, y in sorted(line.points.items())]
    path = 'M' + 'L'.join(f'{x:.1f} {y:.1f}' for x, y in points)
    dashes = ' stroke-dasharray="5 4"' if line.dashed else ''
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{line.colour}"/>' for x, y in points]
    return [f'<path d="{path}" fill="none" stroke="{line.colour}" stroke-width="2.2"{dashes}/>', *dots]


def _names(panel: Panel) -> list[str]:
    """The name of each line at its end, moved down if it would cover the one above."""
    ends = [(_y(panel, line.points[max(line.points)]), line.name, line) for line in panel.lines]
    ends.sort(key=lambda end: end[:2])
    heights = _spread([y for y, _, _ in ends])
    return [
        _text(_x(panel, max(line.points)) + 10, y + 4, name, f'fill="{line.colour}" font-weight="600"')
        for y, (_, name, line) in zip(heights, ends, strict=True)
    ]


def _spread(heights: Sequence[float]) -> list[float]:
    """Ascending heights, moved so that `_LABEL_GAP` lies from each to the next, and all in the panel."""
    spread = list(heights)
    for number in range(1, len(spread)):
        spread[number] = max(spread[number], spread[number - 1] + _LABEL_GAP)
    limit = float(HEIGHT - BOTTOM)
    for number in reversed(range(len(spread))):
        spread[number] = min(spread[number], limit)
        limit = spread[number] - _LABEL_GAP
    assert all(below - above >= _LABEL_GAP - 1e-6 for above, below in pairwise(spread))
    return spread


def _x(panel: Panel, value: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * panel.x.place(value)


def _y(panel: Panel, value: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * panel.y.place(value)


def _text(x: float, y: float, text: str, attributes: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{escape(text)}</text>'
