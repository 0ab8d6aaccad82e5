"""What this package needs of Orthanc, as types. Nothing here imports the module `orthanc`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ..studies.schema import Schema
from ..studies.study import Computed, ExpandedStudy


class Count(NamedTuple):
    """How many studies and series there are."""

    studies: int
    series: int


class Entry(NamedTuple):
    """A change: its number in the log, its kind ('NewStudy'), the level and the ID of what changed, and when."""

    number: int
    kind: str
    level: str
    resource_id: str
    date: str


class Log(NamedTuple):
    """A part of the log, the oldest entry first, and whether it is the last part.

    `last` is the number of its last entry, and where it has none, the last number that the log ever gave.
    """

    entries: list[Entry]
    done: bool
    last: int


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the running Orthanc is and can do.

    `extended_find`: `/tools/find` by metadata and by many UIDs. `main_dicom_tags`: those that it keeps of each
    level, of which an expanded study is made. `is_shared`: other Orthancs may use its database.
    `numbers_in_order`: its log is numbered in the order of the commits.
    `checks_revisions`: metadata can only be changed by who tells their revision. `lists_by_arrival`: the newest
    studies are the last of its list (up to 1.12.4). `lists_slowly`: it asks its database for each resource of a
    list by itself (from 1.12.5 on, where the database is a plugin's that is older). `stable_age`: seconds after
    which a study is stable of which nothing more came. `schema`: the attributes of an expanded study.
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
    """The study that a series belongs to, and the instances that belong to it."""

    study: str
    instances: list[str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between versions in how a callback is called, and how it answers.

    `decodes`: Orthanc decodes `%20` and `+` in parameters itself. `splits_encoded_ampersands`: it does so before
    it splits them at `&`, so that `%26` ends a value. `types_errors`: it adds a Content-Type of its own to an
    answer that has a status and a body, beside any other. `streams`: an answer can be sent in chunks.
    `compresses`: it compresses every answer, also one that is compressed already.
    """

    decodes: bool
    splits_encoded_ampersands: bool
    types_errors: bool
    streams: bool
    compresses: bool
    has_labels: bool


class Output(Protocol):
    """The object of the module `orthanc` by which a callback answers, as far as it is used here."""

    def AnswerBuffer(self, body: bytes, content_type: str) -> None: ...
    def SetHttpHeader(self, name: str, value: str) -> None: ...
    def SendHttpStatus(self, status: int, body: str, size: int = ...) -> None: ...
    def SendHttpStatusCode(self, status: int) -> None: ...
    def SendMethodNotAllowed(self, allowed: str) -> None: ...
    def StartStreamAnswer(self, content_type: str) -> None: ...
    def SendStreamChunk(self, chunk: bytes) -> None: ...


class OrthancApi(Protocol):
    """What is asked of Orthanc. Each call that asks something raises `OrthancFailure` when it cannot answer.

    For the reflector's thread, where nothing else is said.
    """

    seconds: float
    """Seconds spent in calls so far."""

    def capabilities(self) -> Capabilities:
        """What the running Orthanc is and can do; asked once, and kept."""

    def count(self) -> Count:
        """The numbers of studies and of series: 12 ms at 100,000 in SQLite. From any thread."""

    def instances(self) -> int:
        """The number of instances: as `count`."""

    def last_change(self) -> Entry | None:
        """The last change in the log of which callbacks hear; None where there is none. From any thread."""

    def change_of(self, entry: Entry) -> int | None:
        """The number by which callbacks are told of it; None where they are not (a study modified, anonymised)."""

    def changes(self, since: int, limit: int) -> Log:
        """The changes in the log that follow number `since`, `limit` at most."""

    def identifiers(self, level: str, since: int = 0, limit: int = 0) -> Iterator[str]:
        """The IDs of all 'studies' or 'series': 0.6 s at 100,000 in SQLite, 11 s at 1,000,000, 0 for no limit."""

    def series(self, level: str, identifier: str) -> SeriesMembers | None:
        """What a series has, one of 'series' or of the 'instances' in it being known; None where it is gone."""

    def list_studies(self, since: int, limit: int) -> Iterator[ExpandedStudy]:
        """The expanded studies number `since` and following, `limit` at most, in Orthanc's own order."""

    def resources_of_job(self, job_id: str) -> list[str]:
        """The IDs of the resources that a job names, `RESOURCES_OF_A_JOB` at most; none if it is forgotten."""

    def study(self, study_id: str) -> ExpandedStudy | None:
        """One expanded study, None where it is gone: from Orthanc 1.12.5 on in SQLite, it reads a whole table."""

    def studies_by_uid(self, uids: Sequence[str]) -> Iterator[ExpandedStudy]:
        """The studies with these StudyInstanceUIDs (needs `extended_find`)."""

    def studies_touched(self, since: float, until: float) -> Iterator[ExpandedStudy]:
        """The studies whose LastUpdate lies between, in seconds since 1970 (needs `extended_find`)."""

    def list_computed(self, since: int, limit: int) -> Iterator[tuple[str, Computed]]:
        """What is computed of studies number `since` and following, `limit` at most (needs `extended_find`)."""

    def computed(self, uids: Sequence[str]) -> Iterator[tuple[str, Computed]]:
        """What is computed of the studies with these StudyInstanceUIDs (needs `extended_find`)."""

    def computed_of(self, study_id: str) -> Computed:
        """What is computed of one study, from its series; '' where it is gone."""

    def hand_over(self, method: str, path: str, body: bytes = b'') -> bytes:
        """What the core itself answers to a request. From any thread. Raises `Refused`."""

    def studies_of_same_patient(self, level: str, identifier: str) -> list[str]:
        """The IDs of the studies of a resource's patient; none where it is gone. From any thread."""

    def write_to_log(self, study_id: str) -> None:
        """Have Orthanc's log of changes tell that a study changed, for other Orthancs to see. From any thread.

        Sets a metadata of the user's and deletes it again, which is all that can be had written there; nothing
        where metadata are under the control of revisions.
        """

    def set_metric(self, name: str, value: float) -> None:
        """Set a metric of Orthanc's. From any thread."""

    def log_warning(self, line: str) -> None:
        """Write one line to Orthanc's log. It must not hold patient data."""

    def log_error(self, line: str) -> None:
        """Write one line to Orthanc's log. It must not hold patient data."""
