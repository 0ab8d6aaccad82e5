"""The time of the first question of a kind, which builds its view, and of a page of a view that is there.

Each request is for something else than all before, so that it finds no view.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from urllib.parse import quote

from tests.benchmarks import wrk
from tests.benchmarks.connection import Connection, get
from tests.benchmarks.figures import Effort, Figure, Target, at_most, of_rounds, ratios
from tests.benchmarks.measurements.pages import LIMIT, page_address, random_offsets
from tests.benchmarks.servers import Servers

Parameters = Callable[[int], Mapping[str, str]]
"""The parameters of the question with this number."""

STEP = 137
"""Between the numbers of the studies that are requested."""

FAMILIES = ('baker', 'chen', 'dupont', 'fischer', 'jensen', 'moretti', 'singh')
GIVEN = ('alice', 'bruno', 'daniel', 'eva', 'felix', 'grace', 'iris')
EXAMINED = ('thorax', 'brain', 'upper', 'head', 'lumbar', 'abdomen', 'chest')
ORDERS = ('PatientName', '-StudyTime', 'StudyDescription', '-PatientID', 'PatientBirthDate', '-AccessionNumber')

KINDS: Mapping[str, tuple[str, Parameters, Mapping[int, Target]]] = {
    'accession-number': (
        'an exact accession number',
        lambda number: {'AccessionNumber': f'A{number * STEP:010}'},
        {100_000: at_most(0.001), 1_000_000: at_most(0.002)},
    ),
    'patient-id': (
        'an exact patient ID',
        lambda number: {'PatientID': f'P{number * STEP:09}'},
        {100_000: at_most(0.001), 1_000_000: at_most(0.002)},
    ),
    'name-prefix': (
        'the beginning of a name, newest first',
        lambda number: {'PatientName': f'{FAMILIES[number % 7]}-{number}*', 'sort': '-StudyDate'},
        {100_000: at_most(0.003), 1_000_000: at_most(0.025)},
    ),
    'year-and-sex': (
        'a year of dates and a sex, newest first',
        lambda number: {
            'StudyDate': f'{2005 + number % 15}0101-{2005 + number % 15}1231',
            'PatientSex': 'FMO'[number % 3],
            'sort': '-StudyDate',
        },
        {100_000: at_most(0.005), 1_000_000: at_most(0.060)},
    ),
    'words': (
        'a word in the midst of a name',
        lambda number: {'q': f'{FAMILIES[number % 7][1:]}-{number}'},
        {100_000: at_most(0.015), 1_000_000: at_most(0.150)},
    ),
    'rare-words': (
        'two words, one of them in many names',
        lambda number: {'q': f'chloe {FAMILIES[number % 7]}-{number}'},
        {},
    ),
    'referrer': (
        'the name of a referring physician',
        lambda number: {'ReferringPhysicianName~': f'{GIVEN[number % 7]} {FAMILIES[number % 5]}'},
        {},
    ),
    'modality-word': (
        'a modality and a word of the description',
        lambda number: {'q': f'{("ct", "mr", "cr")[number % 3]} {EXAMINED[number % 7]}'},
        {},
    ),
    'uid': (
        'a StudyInstanceUID',
        lambda number: {'q': f'1.2.826.0.1.3680043.10.543.{number * STEP}'},
        {},
    ),
    'day': (
        'a day as a word',
        lambda number: {'q': f'20240{1 + number % 9}1{number % 10}'},
        {100_000: at_most(0.015), 1_000_000: at_most(0.150)},
    ),
    'order': (
        'a new order over everything',
        lambda number: {'sort': f'{ORDERS[number % 6]},StudyID' if number > 5 else ORDERS[number]},
        {100_000: at_most(0.3), 1_000_000: at_most(4.0)},
    ),
}


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """The time of first questions of each kind, and that of a page of a view that is there against a plain one."""
    studies = servers.studies
    figures = []
    for name, (what, parameters, targets) in KINDS.items():
        times = [seconds_of(servers, parameters(number)) for number in range(effort.rounds)]
        what = f'first question for {what}'
        figures.append(of_rounds(f'questions.{name}', what, studies, times, unit='s', target=targets.get(studies)))
    return [*figures, _kept_against_plain(servers, effort)]


def _kept_against_plain(servers: Servers, effort: Effort) -> Figure:
    plain: list[float] = []
    kept: list[float] = []
    for _ in range(effort.rounds):
        for addresses, times in ((page_address, plain), (_sorted_address, kept)):
            pages = [addresses(offset) for offset in random_offsets(servers.studies)]
            times.append(wrk.run(servers.paging.url, pages, 1, effort.seconds).median)
    what = 'time of a page of a view that is there against a plain page'
    return of_rounds('questions.kept', what, servers.studies, ratios(kept, plain), target=at_most(1.1))


def _sorted_address(offset: int) -> str:
    return f'/sort-studies?sort=-StudyDate&offset={offset}&limit={LIMIT}'


def seconds_of(servers: Servers, parameters: Mapping[str, str]) -> float:
    """The time until the first page for these parameters is here."""
    query = '&'.join(f'{name}={quote(value)}' for name, value in parameters.items())
    with Connection(servers.paging.port) as connection:
        connection.exchange(get('/paging/count'))
        started = time.perf_counter()
        connection.exchange(get(f'/sort-studies?{query}&limit={LIMIT}'))
        return time.perf_counter() - started
