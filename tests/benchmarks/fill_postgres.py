r"""Fills a PostgreSQL database of Orthanc with made-up studies: 100,000 in some thirty-five seconds.

    PGHOST=127.0.0.1 PGPORT=5432 PGUSER=postgres PGPASSWORD=... PGDATABASE=orthanc \
        python -m tests.benchmarks.fill_postgres STUDIES [--system trixie]

They are the studies that `fill_index` puts into SQLite. The database must be there and be empty, and the user
be a superuser. Orthanc's own plugin makes the empty tables, by one start and stop; then the rows of the kept
SQLite database go into them past it, by psql. What triggers of the tables count else (`/statistics`, the last
change) is counted at the end. The plugins of all systems agree on the tables but for labels, which the newer
ones add by themselves when they first start.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from tests.benchmarks.databases import OLDEST, filled_database
from tests.support.orthanc import Orthanc

POSTGRESQL_PLUGIN = '/usr/share/orthanc/plugins/libOrthancPostgreSQLIndex.so'

Section = Mapping[str, object]
"""The section `PostgreSQL` of a configuration of Orthanc: where the database is, and as whom to use it."""

# Patients are of level 1 in SQLite and 0 here; and what can be changed has a revision here.
_TABLES: Mapping[str, str] = {
    'Resources': 'SELECT internalId, resourceType - 1, publicId, parentId FROM Resources ORDER BY internalId',
    'MainDicomTags': 'SELECT id, tagGroup, tagElement, value FROM MainDicomTags',
    'DicomIdentifiers': 'SELECT id, tagGroup, tagElement, value FROM DicomIdentifiers',
    'Metadata': 'SELECT id, type, value, 0 FROM Metadata',
    'AttachedFiles': """
        SELECT id, fileType, uuid, compressedSize, uncompressedSize, compressionType, uncompressedMD5,
            compressedMD5, 0 FROM AttachedFiles""",
    'Changes': 'SELECT seq, changeType, internalId, resourceType - 1, date FROM Changes ORDER BY seq',
    'PatientRecyclingOrder': 'SELECT seq, patientId FROM PatientRecyclingOrder ORDER BY seq',
}
"""The query to the SQLite database that gives the rows of each table."""

_BEFORE = """
SET client_encoding = 'UTF8';
BEGIN;
SET LOCAL session_replication_role = replica;  -- no triggers: they would count row by row, and check what is right
"""

_AFTER = """
UPDATE GlobalIntegers SET value = (SELECT SUM(compressedSize) FROM AttachedFiles) WHERE key = 0;
UPDATE GlobalIntegers SET value = (SELECT SUM(uncompressedSize) FROM AttachedFiles) WHERE key = 1;
UPDATE GlobalIntegers SET value = (SELECT COUNT(*) FROM Resources WHERE resourceType = key - 2)
    WHERE key BETWEEN 2 AND 5;
UPDATE GlobalIntegers SET value = (SELECT MAX(seq) FROM Changes) WHERE key = 6;
SELECT
    setval(pg_get_serial_sequence('Resources', 'internalid'), (SELECT MAX(internalId) FROM Resources)),
    setval(pg_get_serial_sequence('Changes', 'seq'), (SELECT MAX(seq) FROM Changes)),
    setval(pg_get_serial_sequence('PatientRecyclingOrder', 'seq'), (SELECT MAX(seq) FROM PatientRecyclingOrder));
COMMIT;
VACUUM ANALYZE;
"""


def fill_postgres(system: str, section: Section, studies: int) -> None:
    """Fill the empty database that `section` names with so many studies, for the Orthanc of `system`."""
    _make_tables(system, section)
    copy_index(filled_database(studies) / 'index', section)


def copy_index(index: Path, section: Section) -> None:
    """Copy the SQLite index of an Orthanc 1.10.1 into tables that are there and empty.

    Raises AssertionError, with what psql said, where that is not possible; then nothing was written.
    """
    with closing(sqlite3.connect(f'{index.as_uri()}?mode=ro', uri=True)) as source:
        _run_psql(section, _script(source))


def _script(source: sqlite3.Connection) -> Iterator[str]:
    """Yield the input of psql, piece by piece."""
    yield _BEFORE
    for table, query in _TABLES.items():
        yield f'COPY {table} FROM STDIN;\n'
        for row in source.execute(query):
            yield _as_copied(row)
        yield '\\.\n'
    yield _AFTER


def _as_copied(row: Iterable[object]) -> str:
    """A row in the text format of COPY."""
    return '\t'.join('\\N' if value is None else str(value).translate(_ESCAPES) for value in row) + '\n'


_ESCAPES = str.maketrans({'\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r'})


def _run_psql(section: Section, script: Iterable[str]) -> None:
    command = ['psql', '--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', '--output=/dev/null']
    # What psql says goes to a file, as it would wait for a reader while we wait for it.
    with tempfile.TemporaryFile('w+', encoding='utf-8') as said:
        process = subprocess.Popen(
            command, env=_environment(section), stdin=subprocess.PIPE, stderr=said, encoding='utf-8'
        )
        assert process.stdin is not None
        try:
            with process.stdin:
                process.stdin.writelines(script)
        except BrokenPipeError:
            pass  # it has ended, and said why
        exit_code = process.wait()
        said.seek(0)
        assert exit_code == 0, f'psql ended with exit code {exit_code}:\n{said.read()}'


_VARIABLES = {
    'Host': 'PGHOST',
    'Port': 'PGPORT',
    'Database': 'PGDATABASE',
    'Username': 'PGUSER',
    'Password': 'PGPASSWORD',
}
"""The entries of a section, by the variables with which psql gets the same."""


def _environment(section: Section) -> dict[str, str]:
    settings = {variable: str(section[entry]) for entry, variable in _VARIABLES.items() if entry in section}
    return {**os.environ, **settings}


def _make_tables(system: str, section: Section) -> None:
    """Have the Orthanc of `system` make the empty tables, by starting and stopping it."""
    with tempfile.TemporaryDirectory() as temporary:
        orthanc = Orthanc.start(
            system, Path(temporary), {'Plugins': [POSTGRESQL_PLUGIN], 'PostgreSQL': dict(section)}
        )
        orthanc.terminate()


def _section_of_environment() -> Section:
    """The section that names the database of the environment, as psql would use it."""
    settings: dict[str, object] = {
        entry: os.environ[variable] for entry, variable in _VARIABLES.items() if variable in os.environ
    }
    settings['Port'] = int(os.environ.get('PGPORT', '5432'))
    return {'EnableIndex': True, 'EnableStorage': False, 'Lock': False, **settings}


def main() -> None:
    """Fill a database, as the module's docstring says."""
    parser = argparse.ArgumentParser(description='Fill a PostgreSQL database of Orthanc with made-up studies.')
    parser.add_argument('studies', type=int)
    parser.add_argument('--system', default=OLDEST, help='whose Orthanc makes the tables')
    arguments = parser.parse_args()
    fill_postgres(arguments.system, _section_of_environment(), arguments.studies)


if __name__ == '__main__':
    main()
