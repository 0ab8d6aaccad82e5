"""How long a change of a study takes to apply, by the number of views in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from statistics import median

from tests.benchmarks.connection import Connection, post
from tests.benchmarks.figures import Effort, Figure, at_most
from tests.benchmarks.measurements.questions import FAMILIES
from tests.benchmarks.servers import Servers

RATIO = at_most(10.0)
TIME = at_most(0.001)  # seconds

FEW = [{'sort': '-StudyDate'}]
MANY: Sequence[Mapping[str, str]] = [
    *({'sort': order} for order in ('-StudyDate', '-StudyDescription')),
    *({'sort': '-StudyDate', 'PatientName': f'{family}*'} for family in FAMILIES),
    *({'sort': 'PatientName', 'StudyDate': f'{year}0101-{year}1231'} for year in range(2005, 2019)),
    *({'sort': '-StudyTime', 'PatientSex': sex, 'q': 'plain'} for sex in 'FMO'),
    *(
        {'sort': 'PatientName,-StudyDate', 'StudyDescription': f'{word}*'}
        for word in ('chest', 'head', 'bone', 'new')
    ),
    {'sort': '-StudyDate', 'label': 'new'},
    {'sort': 'StudyDate', 'PatientID': '*7'},
]
"""The selections of 32 views: as many of all studies as may be kept, and what people filter by."""


def measure(servers: Servers, _effort: Effort) -> list[Figure]:
    """The median time to change a description, in the plugin's index as it is but for the views."""
    few, many = (_seconds(servers, views) for views in (FEW, MANY))
    studies, what = servers.studies, 'time to apply a change'
    return [
        Figure(
            'changes.ratio', f'{what}, {len(MANY)} views in memory against one', studies, many / few, target=RATIO
        ),
        Figure('changes.time', f'{what}, {len(MANY)} views in memory', studies, many, 's', target=TIME),
    ]


def _seconds(servers: Servers, views: Sequence[Mapping[str, str]]) -> float:
    with Connection(servers.paging.port) as connection:
        seconds: list[float] = json.loads(
            connection.exchange(post('/changes-applied', json.dumps(views).encode()))
        )
    return median(seconds)
