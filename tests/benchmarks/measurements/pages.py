"""The speed of a page, relative to a constant body of the same size from a Python callback of the same Orthanc.

Two kinds of requests, both with `limit=50`: the *first* five pages over and over, and *random* offsets over
all studies. The constant is requested with the same addresses but for the path, and in the same rounds; and so is
the least that a Python callback can do for such a page, which shows how much is left to gain.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from tests.benchmarks import wrk
from tests.benchmarks.figures import Effort, Figure, Target, at_least, at_most, find, of_rounds, ratios
from tests.benchmarks.servers import Servers
from tests.benchmarks.wrk import Load

LIMIT = 50
CONNECTIONS = 8
SIZE_OF_TARGETS = 100_000  # studies
GROWTH = at_most(1.25)
GROWTH_SIZES = (10_000, 1_000_000)  # studies

_RANDOM_OFFSETS = 20_000
_PAGES_FOR_SIZE = 50


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of requests, and the targets for it at `SIZE_OF_TARGETS`."""

    name: str
    words: str
    rate_target: Target
    time_target: Target


FIRST = Kind('first', 'first pages', at_least(0.9), at_most(1.1))
RANDOM = Kind('random', 'random offsets', at_least(0.75), at_most(1.25))


@dataclass(slots=True)
class Rounds:
    """The results of the rounds for one number of connections."""

    pages: list[Load]
    constants: list[Load]
    least: list[Load]


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """Answers a second over 8 connections, and the median time of one over one connection."""
    return [figure for kind in (FIRST, RANDOM) for figure in _figures_of(servers, kind, effort)]


def growth(figures: Iterable[Figure]) -> list[Figure]:
    """Return how a page's time, relative to the constant's, grows from 10,000 to 1,000,000 studies."""
    figures = list(figures)
    small, large = GROWTH_SIZES
    grown = []
    for kind in (FIRST, RANDOM):
        ratio = find(figures, f'pages.time-ratio.{kind.name}')
        if small in ratio and large in ratio:
            what = f'time against a constant, over that at {small:,} studies, {kind.words}'
            grown.append(
                Figure(f'pages.growth.{kind.name}', what, large, ratio[large] / ratio[small], target=GROWTH)
            )
    return grown


def random_offsets(studies: int, count: int = _RANDOM_OFFSETS) -> list[int]:
    """Offsets at which a whole page begins, anywhere in the list."""
    return [random.randrange(max(1, studies - LIMIT + 1)) for _ in range(count)]


def page_address(offset: int, path: str = '/sort-studies') -> str:
    """The address of the page at `offset`."""
    return f'{path}?offset={offset}&limit={LIMIT}'


def _figures_of(servers: Servers, kind: Kind, effort: Effort) -> list[Figure]:
    _set_bodies(servers, kind)
    many = _rounds(servers, kind, CONNECTIONS, effort)
    one = _rounds(servers, kind, 1, effort)
    return [*_rate_figures(servers.studies, kind, many), *_time_figures(servers.studies, kind, one)]


def _rate_figures(studies: int, kind: Kind, rounds: Rounds) -> list[Figure]:
    pages, constants, least = (
        [load.rate for load in loads] for loads in (rounds.pages, rounds.constants, rounds.least)
    )
    target = kind.rate_target if studies == SIZE_OF_TARGETS else None
    connections = f'{CONNECTIONS} connections, {kind.words}'
    return [
        of_rounds(
            f'pages.rate-ratio.{kind.name}',
            f'answers a second against a constant, {connections}',
            studies,
            ratios(pages, constants),
            target=target,
        ),
        of_rounds(
            f'pages.least-rate-ratio.{kind.name}',
            f'the least that a callback can do against a constant, {connections}',
            studies,
            ratios(least, constants),
        ),
        of_rounds(f'pages.rate.{kind.name}', f'answers a second, {connections}', studies, pages, unit='/s'),
        of_rounds(
            f'pages.constant-rate.{kind.name}',
            f'answers a second, {connections}: the constant',
            studies,
            constants,
            unit='/s',
        ),
    ]


def _time_figures(studies: int, kind: Kind, rounds: Rounds) -> list[Figure]:
    pages, constants = ([load.median for load in loads] for loads in (rounds.pages, rounds.constants))
    target = kind.time_target if studies == SIZE_OF_TARGETS else None
    return [
        of_rounds(
            f'pages.time-ratio.{kind.name}',
            f'median time of a page against a constant, one connection, {kind.words}',
            studies,
            ratios(pages, constants),
            target=target,
        ),
        of_rounds(f'pages.time.{kind.name}', f'median time of a page, {kind.words}', studies, pages, unit='s'),
        of_rounds(
            f'pages.constant-time.{kind.name}',
            f'median time of the constant, {kind.words}',
            studies,
            constants,
            unit='s',
        ),
    ]


def _rounds(servers: Servers, kind: Kind, connections: int, effort: Effort) -> Rounds:
    rounds = Rounds([], [], [])
    for number in range(effort.rounds):
        offsets = _offsets(kind, servers.studies)
        compared = [
            ('/sort-studies', rounds.pages),
            (f'/constant-{kind.name}', rounds.constants),
            (f'/least-{kind.name}', rounds.least),
        ]
        for path, loads in compared if number % 2 else reversed(compared):
            addresses = [page_address(offset, path) for offset in offsets]
            loads.append(wrk.run(servers.paging.url, addresses, connections, effort.seconds))
    return rounds


def _set_bodies(servers: Servers, kind: Kind) -> None:
    """Make what a page is compared with as long as the pages of that kind are on average."""
    offsets = _offsets(kind, servers.studies)[:_PAGES_FOR_SIZE]
    lengths = [len(servers.paging.get(page_address(offset)).content) for offset in offsets]
    for compared in ('constant', 'least'):
        servers.paging.post(f'/{compared}-{kind.name}', content=b'x' * round(mean(lengths)))


def _offsets(kind: Kind, studies: int) -> Sequence[int]:
    return range(0, 5 * LIMIT, LIMIT) if kind is FIRST else random_offsets(studies)
