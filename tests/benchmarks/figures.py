"""The result of a measurement: figures, each with its target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Target:
    """A bound that a figure must keep: `at_least` it, or else at most."""

    bound: float
    at_least: bool

    def is_met_by(self, value: float) -> bool:
        """Return whether `value` keeps the bound."""
        return value >= self.bound if self.at_least else value <= self.bound


def at_least(bound: float) -> Target:
    """The target of a figure that should be high."""
    return Target(bound, at_least=True)


def at_most(bound: float) -> Target:
    """The target of a figure that should be low."""
    return Target(bound, at_least=False)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value: the median of what the rounds gave, or what a single round gave.

    `name` is for programs and `what` for people. `unit` is that of `value`, '' for a ratio.
    """

    name: str
    what: str
    studies: int
    value: float
    unit: str = ''
    rounds: tuple[float, ...] = ()
    target: Target | None = None

    @property
    def measurement(self) -> str:
        """The measurement that it belongs to: the first part of its name."""
        return self.name.partition('.')[0]

    @property
    def is_met(self) -> bool | None:
        """Return whether the target is met; None if there is none."""
        return None if self.target is None else self.target.is_met_by(self.value)


@dataclass(frozen=True, slots=True)
class Effort:
    """The duration of a measurement: `rounds` of some `seconds` for each of the compared things."""

    rounds: int
    seconds: float


def of_rounds(
    name: str,
    what: str,
    studies: int,
    rounds: Sequence[float],
    *,
    unit: str = '',
    target: Target | None = None,
) -> Figure:
    """Return the figure for the values of some rounds."""
    return Figure(name, what, studies, median(rounds), unit, tuple(rounds), target)


def of_times(
    name: str,
    what: str,
    studies: int,
    times: Sequence[float],
    targets: tuple[Target | None, Target | None],
) -> list[Figure]:
    """The median of so many seconds, and what 99 % of them keep, each with its target."""
    values = (median(times), quantiles(times, n=100, method='inclusive')[-1])
    return [
        Figure(f'{name}.{of}', f'{what}, {of} of {len(times):,}', studies, value, 's', target=target)
        for of, value, target in zip(('median', '99 %'), values, targets, strict=True)
    ]


def ratios(numerators: Iterable[float], denominators: Iterable[float]) -> list[float]:
    """The ratio within each round."""
    return [above / below for above, below in zip(numerators, denominators, strict=True)]


def find(figures: Iterable[Figure], name: str) -> dict[int, float]:
    """The values of the figures of that name, by number of studies."""
    return {figure.studies: figure.value for figure in figures if figure.name == name}
