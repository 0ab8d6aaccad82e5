"""What this package needs of Orthanc, as types. Nothing here imports the module `orthanc`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ..studies.schema import Schema
from ..studies.study import Computed, ExpandedStudy


class Count(NamedTuple):
    """The numbers of studies and series."""

    studies: int
    series: int


class Entry(NamedTuple):
    """A change in the log: its number, its kind ('NewStudy'), the level and the ID of the resource, and the date.

    The date is in UTC, as Orthanc writes it: `20261124T021626`.
    """

    number: int
    kind: str
    level: str
    resource_id: str
    date: str


class Log(NamedTuple):
    """A part of the log, the oldest entry first. `done`: no entries follow.

    `last` is the number of its last entry. If the part is empty, it is the last number that the log ever gave.
    """

    entries: list[Entry]
    done: bool
    last: int


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the running Orthanc is and can do.

    - `extended_find`: `/tools/find` takes metadata and many UIDs.
    - `main_dicom_tags`: the tags that it keeps of each level. An expanded study consists of them.
    - `is_shared`: other Orthancs may use its database.
    - `numbers_in_order`: its log is numbered in the order of the commits.
    - `checks_revisions`: a request that changes metadata must state their revision.
    - `lists_by_arrival`: its list ends with the newest studies (up to 1.12.4).
    - `lists_slowly`: it queries its database for each resource of a list (from 1.12.5 on with an older plugin).
    - `stable_age`: the seconds without a new instance after which a study is stable.
    - `schema`: the attributes of an expanded study.
    """

    version: str
    python_plugin: str
    extended_find: bool
    main_dicom_tags: str
    is_shared: bool
    numbers_in_order: bool
    checks_revisions: bool
    lists_by_arrival: bool
    lists_slowly: bool
    stable_age: float
    schema: Schema


class SeriesMembers(NamedTuple):
    """The study that a series belongs to, and the instances of the series."""

    study: str
    instances: list[str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the running version of Orthanc calls a callback and takes its answer.

    `decodes`: Orthanc decodes `%20` and `+` in parameters itself. `splits_encoded_ampersands`: it decodes before
    it splits at `&`, so that `%26` ends a value. `types_errors`: it adds a Content-Type of its own to an answer
    that has a status and a body. `streams`: an answer can be sent in chunks. `compresses`: it compresses
    answers, even one that is compressed already. `has_labels`: studies have labels.
    """

    decodes: bool
    splits_encoded_ampersands: bool
    types_errors: bool
    streams: bool
    compresses: bool
    has_labels: bool


class Output(Protocol):
    """The object of the module `orthanc` by which a callback answers, as far as we use it."""

    def AnswerBuffer(self, body: bytes, content_type: str) -> None: ...
    def SetHttpHeader(self, name: str, value: str) -> None: ...
    def SendHttpStatus(self, status: int, body: str, size: int = ...) -> None: ...
    def SendHttpStatusCode(self, status: int) -> None: ...
    def SendMethodNotAllowed(self, allowed: str) -> None: ...
    def StartStreamAnswer(self, content_type: str) -> None: ...
    def SendStreamChunk(self, chunk: bytes) -> None: ...


class OrthancApi(Protocol):
    """The calls to Orthanc. Each call that reads or changes something raises `OrthancFailure` if it fails.

    For the worker's thread, unless a method says otherwise. Times are those of 100,000 studies in SQLite.
    """

    seconds: float
    """The seconds that the calls took so far."""

    def capabilities(self) -> Capabilities:
        """Return what the running Orthanc is and can do. Only the first call reads it."""

    def count(self) -> Count:
        """Return the numbers of studies and series: 12 ms. From any thread."""

    def instances(self) -> int:
        """Return the number of instances: 12 ms."""

    def last_change(self) -> Entry | None:
        """Return the newest change in the log that Orthanc reports to callbacks; None if none. From any thread."""

    def change_of(self, entry: Entry) -> int | None:
        """Return the number that callbacks get for this change; None if Orthanc does not report it to them.

        Orthanc does not report that a study was modified or anonymized.
        """

    def changes(self, since: int, limit: int) -> Log:
        """Return the changes in the log after number `since`, `limit` at most."""

    def identifiers(self, level: str, since: int = 0, limit: int = 0) -> Iterator[str]:
        """Yield the IDs of all 'studies' or 'series', or a part of them: 0.6 s; at 1,000,000 studies, 11 s.

        `limit` 0 means no limit.
        """

    def series(self, level: str, identifier: str) -> SeriesMembers | None:
        """Return the members of a series; None if it is gone.

        `level` says what `identifier` is: one of 'series', or of the 'instances' in it.
        """

    def list_studies(self, since: int, limit: int) -> Iterator[ExpandedStudy]:
        """Yield the expanded studies from place `since` on, `limit` at most, in Orthanc's own order."""

    def resources_of_job(self, job_id: str) -> list[str]:
        """Return the IDs of the resources that a job names, a hundred at most; none if the job is unknown."""

    def study(self, study_id: str) -> ExpandedStudy | None:
        """Return one expanded study; None if it is gone. From Orthanc 1.12.5 on, SQLite reads a whole table."""

    def studies_by_uid(self, uids: Sequence[str]) -> Iterator[ExpandedStudy]:
        """Yield the studies with these StudyInstanceUIDs. Needs `extended_find`."""

    def studies_touched(self, since: float, until: float) -> Iterator[ExpandedStudy]:
        """Yield the studies with a LastUpdate between, in seconds since 1970. Needs `extended_find`."""

    def list_computed(self, since: int, limit: int) -> Iterator[tuple[str, Computed]]:
        """Yield the computed tags of the studies from place `since` on, `limit` at most. Needs `extended_find`."""

    def computed(self, uids: Sequence[str]) -> Iterator[tuple[str, Computed]]:
        """Yield the computed tags of the studies with these StudyInstanceUIDs. Needs `extended_find`."""

    def computed_of(self, study_id: str) -> Computed:
        """Return the computed tags of one study, from its series; '' if it is gone."""

    def hand_over(self, method: str, path: str, body: bytes = b'') -> bytes:
        """Hand a request over to the core, and return its answer. From any thread. Raises `Refused`."""

    def studies_of_same_patient(self, level: str, identifier: str) -> list[str]:
        """Return the IDs of the studies of a resource's patient; none if it is gone. From any thread."""

    def write_to_log(self, study_id: str) -> None:
        """Write to the change log that a study changed, for other replicas to read. From any thread.

        This sets a metadata of the user's and deletes it again: nothing else writes an entry. It does nothing if
        Orthanc checks revisions.
        """

    def set_metric(self, name: str, value: float) -> None:
        """Set a metric of Orthanc's. From any thread."""

    def log_warning(self, line: str) -> None:
        """Write a line to Orthanc's log. It must not contain patient data."""

    def log_error(self, line: str) -> None:
        """Write a line to Orthanc's log. It must not contain patient data."""
