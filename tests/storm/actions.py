"""The changes of a storm: one small change at a time, drawn by chance from a small world.

The world has so few patients, studies, series and instances that what is done to one of them hits what was done
before: a study is overwritten, loses its last series, comes back, is deleted while it is modified.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.support.dicom import instance, resource_id
from tests.support.orthanc import Orthanc

DATES = ['19991231', '20240101', '20240102', '20240103', '2024.01.04', None]
NAMES = ['Doe^Jane', 'Müller^Zoë', 'Hong^Gildong=洪^吉洞', '']
PATIENTS = 8
LABELS = ['urgent', 'teaching', 'research']


@dataclass(frozen=True)
class Done:
    """One action as it ended: what was done to which study, by which Orthanc, and the status of its answer."""

    action: str
    study: str
    orthanc: str
    status: int


class Place:
    """Somewhere in the world, by chance: a patient, a study of it, a series and an instance of that."""

    def __init__(self, draw: random.Random) -> None:
        self.patient = f'P{draw.randrange(PATIENTS)}'
        self.study = f'{self.patient}.{draw.randrange(3)}'
        self.series = draw.choice('ABC')
        self.number = draw.choice('123')
        self.draw = draw

    def id_of(self, level: str) -> str:
        """The ID of the patient, the study, the series or the instance that is here."""
        names = [self.study, self.series, self.number]
        return resource_id(self.patient, *names[: LEVELS.index(level)])


LEVELS = ['patients', 'studies', 'series', 'instances']

Act = Callable[[Orthanc, Place], int]
"""Does something at a place; returns the status of Orthanc's answer, which may well be a 404."""


def upload(orthanc: Orthanc, here: Place) -> int:
    """A new study, a new series, one more instance, or one that is overwritten, as it happens."""
    content = instance(
        here.patient,
        here.study,
        here.series,
        here.number,
        StudyDate=here.draw.choice(DATES),
        PatientName=here.draw.choice(NAMES),
        StudyDescription=f'described {here.draw.randrange(1000)}',
    )
    return orthanc.post('/instances', content=content).status_code


def delete_instance(orthanc: Orthanc, here: Place) -> int:
    """Delete an instance, perhaps the last one of its series, of its study and of its patient."""
    return orthanc.delete(f'/instances/{here.id_of("instances")}').status_code


def delete_series(orthanc: Orthanc, here: Place) -> int:
    """Delete a series, perhaps the last one of its study."""
    return orthanc.delete(f'/series/{here.id_of("series")}').status_code


def delete_study(orthanc: Orthanc, here: Place) -> int:
    """Delete a study with all its series."""
    return orthanc.delete(f'/studies/{here.id_of("studies")}').status_code


def delete_patient(orthanc: Orthanc, here: Place) -> int:
    """Delete a patient with all studies."""
    return orthanc.delete(f'/patients/{here.id_of("patients")}').status_code


def set_label(orthanc: Orthanc, here: Place) -> int:
    """Set a label; Orthanc reports no event."""
    return orthanc.put(
        f'/studies/{here.id_of("studies")}/labels/{here.draw.choice(LABELS)}', content=b''
    ).status_code


def remove_label(orthanc: Orthanc, here: Place) -> int:
    """Remove a label; Orthanc reports no event."""
    return orthanc.delete(_label(here)).status_code


def _label(here: Place) -> str:
    return f'/studies/{here.id_of("studies")}/labels/{here.draw.choice(LABELS)}'


def set_metadata(orthanc: Orthanc, here: Place) -> int:
    """Set metadata of the user, whose numbers begin at 1024."""
    path = f'/studies/{here.id_of("studies")}/metadata/{1024 + here.draw.randrange(3)}'
    if orthanc.version >= (1, 11, 0):
        orthanc.delete(path)  # else Orthanc requires a revision
    return orthanc.put(path, content=str(here.draw.random())).status_code


def reconstruct(orthanc: Orthanc, here: Place) -> int:
    """Reconstruct a resource of any level; Orthanc reports no event.

    Not for storms: beside uploads, 1.10.1 and 1.12.7 hang for good.
    """
    level = here.draw.choice(LEVELS)
    return orthanc.post(f'/{level}/{here.id_of(level)}/reconstruct', content=b'').status_code


def anonymize(orthanc: Orthanc, here: Place) -> int:
    """A new study beside it, or in its place."""
    request = {'KeepSource': here.draw.random() < 0.5}
    return orthanc.post(f'/studies/{here.id_of("studies")}/anonymize', json=request).status_code


def modify(orthanc: Orthanc, here: Place) -> int:
    """A new study beside it, or in its place."""
    replaced = {
        'StudyDescription': f'modified {here.draw.randrange(1000)}',
        'StudyDate': here.draw.choice(DATES[:4]),
    }
    request = {'Replace': replaced, 'KeepSource': here.draw.random() < 0.5}
    return orthanc.post(f'/studies/{here.id_of("studies")}/modify', json=request).status_code


def merge(orthanc: Orthanc, here: Place) -> int:
    """The series of another study of the patient become this study's."""
    other = resource_id(here.patient, f'{here.patient}.{here.draw.randrange(3)}')
    request = {'Resources': [other], 'KeepSource': here.draw.random() < 0.5}
    return orthanc.post(f'/studies/{here.id_of("studies")}/merge', json=request).status_code


def split(orthanc: Orthanc, here: Place) -> int:
    """A series becomes a study of its own."""
    request = {'Series': [here.id_of('series')], 'KeepSource': here.draw.random() < 0.5}
    return orthanc.post(f'/studies/{here.id_of("studies")}/split', json=request).status_code


def protect(orthanc: Orthanc, here: Place) -> int:
    """A patient from being recycled, or not any more."""
    return orthanc.put(f'/patients/{here.id_of("patients")}/protected', content=here.draw.choice('01')).status_code


def empty_the_log(orthanc: Orthanc, _: Place) -> int:
    """The log of changes, as people do who think it grows too long."""
    return orthanc.delete('/changes').status_code


Weights = Mapping[Act, int]
"""The relative frequency of each action."""

WEIGHTS: Weights = {
    upload: 60,
    delete_instance: 12,
    delete_series: 6,
    delete_study: 4,
    delete_patient: 1,
    set_label: 8,
    remove_label: 4,
    set_metadata: 3,
    anonymize: 1,
    modify: 2,
    merge: 1,
    split: 1,
    protect: 1,
    empty_the_log: 1,
}

PAIR_WEIGHTS: Weights = {**WEIGHTS, delete_instance: 0}
"""If several Orthancs share a database. A deleted instance of a series that stays alters `LastUpdate` from
Orthanc 1.12 on, and the PostgreSQL plugin of Debian cannot report that."""


def act(orthanc: Orthanc, draw: random.Random, weights: Weights) -> Done:
    """Do something somewhere, that may be done in a storm."""
    [chosen] = draw.choices(list(weights), list(weights.values()))
    return do(chosen, orthanc, draw)


def do(chosen: Act, orthanc: Orthanc, draw: random.Random) -> Done:
    """Do that somewhere."""
    here = Place(draw)
    return Done(chosen.__name__, here.id_of('studies'), orthanc.folder.name, chosen(orthanc, here))
