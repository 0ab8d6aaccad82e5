"""Fills the SQLite index of an Orthanc 1.10.1 with made-up studies: 100,000 in some fifteen seconds.

    python -m tests.benchmarks.fill_index FOLDER STUDIES

makes FOLDER, a database of Orthanc (its StorageDirectory and IndexDirectory). Orthanc itself makes the empty
index, by one start and stop; then the rows that it would have written for uploads are written past it. There
is no DICOM file behind a row, so that listing and finding work and opening an image does not. A newer Orthanc
upgrades the index when it first starts on it (a minute at 1,000,000 studies).

Every study has one series of one instance; two studies are of one patient; one of a hundred has no StudyDate;
some names have accents. The same number of studies gives the same index.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from tests.support.orthanc import Orthanc

VERSION = 1  # of the rows: counts up when they change, so that databases kept from before are made anew
FILE_SIZE = 800  # bytes that each DICOM file would have
STUDIES_A_FLUSH = 5_000
_TIME = '20261101T120000'  # when everything was received

Tag = tuple[int, int]
Tags = Mapping[Tag, str]

STUDY_DATE, STUDY_TIME = (0x0008, 0x0020), (0x0008, 0x0030)
SOP_INSTANCE_UID, ACCESSION_NUMBER, MODALITY = (0x0008, 0x0018), (0x0008, 0x0050), (0x0008, 0x0060)
INSTITUTION, REFERRER, DESCRIPTION = (0x0008, 0x0080), (0x0008, 0x0090), (0x0008, 0x1030)
PATIENT_NAME, PATIENT_ID, BIRTH_DATE, SEX = ((0x0010, element) for element in (0x10, 0x20, 0x30, 0x40))
STUDY_UID, SERIES_UID, STUDY_ID, INSTANCE_NUMBER = ((0x0020, element) for element in (0x0D, 0x0E, 0x10, 0x13))

SEARCHABLE = {PATIENT_NAME, PATIENT_ID, BIRTH_DATE, STUDY_UID, SERIES_UID, SOP_INSTANCE_UID}
SEARCHABLE |= {STUDY_DATE, ACCESSION_NUMBER, DESCRIPTION}


class Level(IntEnum):
    """The levels of DICOM, by the numbers that stand in `Resources.resourceType`."""

    PATIENT = 1
    STUDY = 2
    SERIES = 3
    INSTANCE = 4


_CREATION = {Level.PATIENT: 3, Level.STUDY: 5, Level.SERIES: 4, Level.INSTANCE: 2}
"""`Changes.changeType`: NewPatient and so on."""


class Metadata(IntEnum):
    """What stands in `Metadata.type`."""

    RECEPTION_DATE = 2
    REMOTE_AET = 3
    LAST_UPDATE = 7
    ORIGIN = 8
    TRANSFER_SYNTAX = 9
    SOP_CLASS_UID = 10
    REMOTE_IP = 11
    HTTP_USERNAME = 13
    MAIN_DICOM_TAGS = 15


_RECEIVED: Mapping[Level, Mapping[int, str]] = {
    Level.PATIENT: {Metadata.LAST_UPDATE: _TIME},
    Level.STUDY: {Metadata.LAST_UPDATE: _TIME},
    Level.SERIES: {Metadata.LAST_UPDATE: _TIME, Metadata.REMOTE_AET: ''},
    Level.INSTANCE: {
        Metadata.RECEPTION_DATE: _TIME,
        Metadata.REMOTE_AET: '',
        Metadata.ORIGIN: 'RestApi',
        Metadata.TRANSFER_SYNTAX: '1.2.840.10008.1.2.1',
        Metadata.SOP_CLASS_UID: '1.2.840.10008.5.1.4.1.1.7',
        Metadata.REMOTE_IP: '127.0.0.1',
        Metadata.HTTP_USERNAME: '',
    },
}

_STORED_TAGS: Mapping[Level, str] = {
    Level.PATIENT: '00100010 00100020 00100030 00100040 00101000',
    Level.STUDY: (
        '00080020 00080030 00080050 00080080 00080090 00080201 00081030 0020000d 00200010 00321032 00321060'
    ),
    Level.SERIES: (
        '00080021 00080031 00080060 00080070 00080201 00081010 0008103e 00081070 00180010 00180015 00180024 '
        '00181030 00181090 00181400 0020000e 00200011 00200037 00200105 00201002 00400244 00400245 00400254 '
        '00400275 00540081 00540101 00541000'
    ),
    Level.INSTANCE: (
        '00080012 00080013 00080018 00200012 00200013 00200032 00200037 00200100 00204000 00280008 00541330'
    ),
}
"""The main DICOM tags of Orthanc 1.12.5 and later. Orthanc reports a study with other ones as outdated."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One patient, study, series or instance; `identifiers` lead from the patient's ID to its own UID."""

    level: Level
    identifiers: tuple[str, ...]
    tags: Tags


def make_database(folder: Path, studies: int) -> None:
    """Make `folder`, a database of Orthanc 1.10.1 with so many studies. Needs Orthanc of Debian bookworm."""
    _make_empty_database(folder)
    fill(folder / 'index', studies)


def fill(index: Path, studies: int) -> None:
    """Add so many studies to an empty index, on which no Orthanc runs."""
    connection = sqlite3.connect(index, isolation_level=None)
    connection.executescript('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN')
    with _indexes_made_afterwards(connection):
        writer = _Writer(connection)
        for number, resources in enumerate(_made_up(studies), start=1):
            writer.add(resources)
            if number % STUDIES_A_FLUSH == 0:
                writer.flush()
        writer.flush()
        sizes = 'UPDATE GlobalIntegers SET value = value + ? WHERE key IN (0, 1)'  # which a trigger does else
        connection.execute(sizes, (studies * FILE_SIZE,))
    connection.execute('COMMIT')
    connection.close()


def public_id(identifiers: tuple[str, ...]) -> str:
    """The ID by which Orthanc knows a resource: the SHA-1 of its identifiers, in five groups."""
    digest = hashlib.sha1('|'.join(identifiers).encode()).hexdigest()
    return '-'.join(digest[at : at + 8] for at in range(0, 40, 8))


class _Writer:
    """Collects the rows of resources, and writes them some thousands at a time."""

    _STATEMENTS: Mapping[str, str] = {
        'Resources': 'INSERT INTO Resources VALUES (?, ?, ?, ?)',
        'MainDicomTags': 'INSERT INTO MainDicomTags VALUES (?, ?, ?, ?)',
        'DicomIdentifiers': 'INSERT INTO DicomIdentifiers VALUES (?, ?, ?, ?)',
        'Metadata': 'INSERT INTO Metadata VALUES (?, ?, ?)',
        'AttachedFiles': f'INSERT INTO AttachedFiles VALUES (?, 1, ?, {FILE_SIZE}, {FILE_SIZE}, 1, ?, ?)',
        'Changes': 'INSERT INTO Changes VALUES (NULL, ?, ?, ?, ?)',
        'PatientRecyclingOrder': 'INSERT INTO PatientRecyclingOrder VALUES (NULL, ?)',
    }

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in self._STATEMENTS}
        self._numbers: dict[tuple[str, ...], int] = {}  # of this patient's resources, by their identifiers
        self._next = 1

    def add(self, resources: tuple[Resource, ...]) -> None:
        """Add a patient, study, series and instance. Studies of one patient must follow each other."""
        if resources[0].identifiers not in self._numbers:
            self._numbers.clear()
        for resource in resources:
            if resource.identifiers not in self._numbers:
                self._add(resource)

    def flush(self) -> None:
        """Write what was collected."""
        for table, statement in self._STATEMENTS.items():
            self._connection.executemany(statement, self._rows[table])
            self._rows[table].clear()

    def _add(self, resource: Resource) -> None:
        level, rows = resource.level, self._rows
        number = self._numbers[resource.identifiers] = self._next
        self._next += 1
        parent = self._numbers.get(resource.identifiers[:-1])
        rows['Resources'].append((number, level, public_id(resource.identifiers), parent))
        rows['Changes'].append((_CREATION[level], number, level, _TIME))
        for tag, value in resource.tags.items():
            rows['MainDicomTags'].append((number, *tag, value))
            if tag in SEARCHABLE:
                rows['DicomIdentifiers'].append((number, *tag, _as_searched(value)))
        for kind, value in _METADATA[level]:
            rows['Metadata'].append((number, kind, value))
        if level is Level.PATIENT:
            rows['PatientRecyclingOrder'].append((number,))
        if level is Level.INSTANCE:
            digest = hashlib.md5(str(number).encode()).hexdigest()
            rows['AttachedFiles'].append((number, str(uuid.UUID(digest)), digest, digest))


def _signature(level: Level) -> str:
    """The main DICOM tags of a level, as metadata names them: `0008,0020;0008,0030`."""
    return ';'.join(f'{tag[:4]},{tag[4:]}' for tag in _STORED_TAGS[level].split())


_METADATA = {
    level: [(int(kind), value) for kind, value in received.items()] + [(15, _signature(level))]
    for level, received in _RECEIVED.items()
}


def _as_searched(value: str) -> str:
    """A value as Orthanc keeps it for searching: in upper case, without what is not ASCII."""
    return value.upper().encode('ascii', 'ignore').decode()


def _made_up(studies: int) -> Iterator[tuple[Resource, ...]]:
    """Yield so many studies: each its patient, itself, its series and its instance."""
    dice = random.Random(studies)
    for number in range(studies):
        if number % 2 == 0:
            patient = _patient(dice, f'P{number // 2:09}')
        yield patient, *_study(dice, patient, number)


def _patient(dice: random.Random, patient_id: str) -> Resource:
    tags = {
        PATIENT_NAME: f'{dice.choice(_FAMILIES)}-{dice.randrange(1000)}^{dice.choice(_GIVEN_NAMES)}',
        PATIENT_ID: patient_id,
        BIRTH_DATE: _day(dice, 1925, 2020),
        SEX: dice.choice('FMO'),
    }
    return Resource(Level.PATIENT, (patient_id,), tags)


def _study(dice: random.Random, patient: Resource, number: int) -> tuple[Resource, ...]:
    uid = f'1.2.826.0.1.3680043.10.543.{number}'
    modality, description = dice.choice(_EXAMINATIONS)
    tags = {
        **patient.tags,
        STUDY_TIME: f'{dice.randrange(24):02}{dice.randrange(60):02}{dice.randrange(60):02}',
        ACCESSION_NUMBER: f'A{number:010}',
        INSTITUTION: 'SAINT ELSEWHERE HOSPITAL',
        REFERRER: f'{dice.choice(_FAMILIES)}^{dice.choice(_GIVEN_NAMES)}',
        DESCRIPTION: description,
        STUDY_UID: uid,
        STUDY_ID: str(number),
    }
    if dice.randrange(100):
        tags[STUDY_DATE] = _day(dice, 1999, 2026)
    study = (*patient.identifiers, uid)
    series = (*study, f'{uid}.1')
    instance = (*series, f'{uid}.1.1')
    return (
        Resource(Level.STUDY, study, tags),
        Resource(Level.SERIES, series, {MODALITY: modality, SERIES_UID: series[-1]}),
        Resource(Level.INSTANCE, instance, {SOP_INSTANCE_UID: instance[-1], INSTANCE_NUMBER: '1'}),
    )


def _day(dice: random.Random, first_year: int, last_year: int) -> str:
    year, month = dice.randint(first_year, last_year), dice.randint(1, 12)
    return f'{year}{month:02}{dice.randint(1, 28):02}'


@contextmanager
def _indexes_made_afterwards(connection: sqlite3.Connection) -> Iterator[None]:
    """Do without the indexes and triggers of all tables meanwhile, as keeping them up takes longer."""
    kept = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    ).fetchall()
    for kind, name, _ in kept:
        connection.execute(f'DROP {kind} {name}')
    yield
    for _, _, statement in kept:
        connection.execute(statement)


def _make_empty_database(folder: Path) -> None:
    """Have Orthanc 1.10.1 make an empty database, by starting and stopping it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        orthanc = Orthanc.start('bookworm', Path(temporary), {'Plugins': []})
        orthanc.terminate()
        shutil.move(Path(temporary) / 'db', folder)


_FAMILIES = ('ÅBERG', 'BAKER', 'CHEN', 'DUPONT', 'FISCHER', 'GÓMEZ', 'JENSEN', 'MORETTI', 'NOVÁK', 'SINGH')
_GIVEN_NAMES = ('ALICE', 'BRUNO', 'CHLOÉ', 'DANIEL', 'EVA', 'FELIX', 'GRACE', 'IRIS', 'JOSÉ', 'MAYA', 'OLGA')
_EXAMINATIONS = (
    ('CR', 'CHEST AP'),
    ('CT', 'THORAX WITH CONTRAST'),
    ('CT', 'HEAD PLAIN'),
    ('DX', 'LEFT WRIST 2 VIEWS'),
    ('MG', 'MAMMOGRAPHY SCREENING'),
    ('MR', 'LUMBAR SPINE'),
    ('MR', 'BRAIN T1 T2 FLAIR'),
    ('NM', 'BONE SCAN'),
    ('PT', 'FDG WHOLE BODY'),
    ('US', 'UPPER ABDOMEN'),
)


def main() -> None:
    """Make a database, as the module's docstring says."""
    parser = argparse.ArgumentParser(description='Make a database of Orthanc 1.10.1 with made-up studies.')
    parser.add_argument('folder', type=Path, help='which must not be there yet')
    parser.add_argument('studies', type=int)
    arguments = parser.parse_args()
    if arguments.folder.exists():
        parser.error(f'{arguments.folder} is there already')
    make_database(arguments.folder, arguments.studies)


if __name__ == '__main__':
    main()
