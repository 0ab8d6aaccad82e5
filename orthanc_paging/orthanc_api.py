"""The only door to Orthanc: what is asked of it, in our words, over the module `orthanc`."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple, Protocol

import orthanc

from .changes.entry import Entry, Log
from .errors import UNKNOWN_RESOURCE, Json, Refused
from .index.study_index import Count
from .studies.attributes import Dictionary, Level
from .studies.kept_tags import UNKNOWN, KeptTag, declared_vrs, dictionary_of
from .studies.study import Computed, ExpandedStudy, computed_of

CHANGES_LOOKED_AT = 100

RESOURCES_OF_A_JOB = 100
"""A job that sends more has been given them one by one, mostly as the instances of few studies."""

METADATA = 60717
"""Among those that are left to users, from 1024 to 65535, one that nobody will have."""

WRITES = 3

DEFAULT_STABLE_AGE = 60
"""Orthanc's, in seconds."""

LOGGED_ALONE = frozenset(
    {
        'CompletedSeries',
        'StableSeries',
        'StableStudy',
        'StablePatient',
        'UpdatedAttachment',
        'UpdatedMetadata',
    }
)
"""The kinds of changes that Orthanc writes to its log, but those of an upload (`ChangeType_INTERNAL_LastLogged` in
its sources is above them). It has kinds for modified and anonymized resources, too, and never uses them."""

OLD_MAIN_DICOM_TAGS = {
    'Patient': '0010,0010;0010,0020;0010,0030;0010,0040;0010,1000',
    'Study': '0008,0020;0008,0030;0008,0050;0008,0080;0008,0090;0008,1030;0020,000d;0020,0010;0032,1032;0032,1060',
}
"""Those of Orthanc up to 1.10, which does not tell them."""

COMPUTED: Mapping[str, Json] = {
    'RequestedTags': ['ModalitiesInStudy', 'NumberOfStudyRelatedInstances'],
    'ResponseContent': ['RequestedTags'],
}

_CHANGES = {
    ''.join(word.capitalize() for word in name.split('_')): int(getattr(orthanc.ChangeType, name))
    for name in dir(orthanc.ChangeType)
    if name.isupper()
}
"""The numbers of the changes, by the names that Orthanc's log has for them: NEW_STUDY is 'NewStudy' there."""

_VRS = {
    int(getattr(orthanc.ValueRepresentation, name)): name
    for name in dir(orthanc.ValueRepresentation)
    if name.isupper()
}
"""The value representations by their numbers in Orthanc's dictionary."""

_raw_decode = json.JSONDecoder().raw_decode
_IDENTIFIER = re.compile('[0-9a-f]{8}(?:-[0-9a-f]{8}){4}')
_STRING = re.compile(rb'"([^"]*)"')


class Event(Enum):
    """The changes that this package acts on."""

    STARTED = 'started'
    STOPPED = 'stopped'
    STUDY_CHANGED = 'study changed'
    STUDY_TOUCHED = 'study touched'
    STUDY_STABLE = 'study stable'
    STUDY_DELETED = 'study deleted'
    SERIES_DELETED = 'series deleted'
    SERIES_TOUCHED = 'series touched'
    INSTANCE_ADDED = 'instance added'
    INSTANCE_DELETED = 'instance deleted'
    JOB_ENDED = 'job ended'


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the running Orthanc is and can do.

    `extended_find`: `/tools/find` by metadata and by many UIDs. `main_dicom_tags`: those that it keeps of each
    level, of which an expanded study is made. `shareable`: its database may be another Orthanc's too.
    `checks_revisions`: metadata can only be changed by who tells their revision. `lists_by_arrival`: the newest
    studies are the last of its list (up to 1.12.4). `lists_slowly`: it asks its database for each resource of a
    list by itself (from 1.12.5 on, where the database is a plugin's that is older). `stable_age`: seconds after
    which a study is stable of which nothing more came. `dictionary`: the attributes of an expanded study.
    """

    version: str
    python_plugin: str
    extended_find: bool
    main_dicom_tags: str
    shareable: bool
    checks_revisions: bool
    lists_by_arrival: bool
    lists_slowly: bool
    stable_age: float
    dictionary: Dictionary


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


class Train(NamedTuple):
    """Changes that come together, as (change type, resource type): those in Orthanc's log, and the last of all.

    `alone` are the change types that Orthanc writes to its log, and that belong to no train.
    """

    logged: frozenset[tuple[int, int]]
    end: tuple[int, int]
    alone: frozenset[int]


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

    def hand_on(self, method: str, path: str, body: bytes = b'') -> bytes:
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


class EmbeddingOrthanc:
    """The Orthanc in whose process we run. Its calls work from ORTHANC_STARTED to ORTHANC_STOPPED."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._capabilities: Capabilities | None = None

    def capabilities(self) -> Capabilities:
        if self._capabilities is None:
            system, plugin = self._get('/system'), self._get('/plugins/python')
            self._capabilities = Capabilities(
                version=str(system['Version']),
                python_plugin=str(plugin['Version']),
                extended_find=bool(system.get('Capabilities', {}).get('HasExtendedFind', False)),
                main_dicom_tags=json.dumps(system.get('MainDicomTags'), sort_keys=True),
                shareable=bool(system.get('DatabaseBackendPlugin')),
                checks_revisions=bool(system.get('CheckRevisions', False)),
                lists_by_arrival='HasExtendedFind' not in system.get('Capabilities', {}),
                lists_slowly=not system.get('Capabilities', {}).get('HasExtendedFind', True),
                stable_age=float(str(configuration().get('StableAge', DEFAULT_STABLE_AGE))),
                dictionary=self._dictionary(system.get('MainDicomTags', OLD_MAIN_DICOM_TAGS)),
            )
        return self._capabilities

    def count(self) -> Count:
        statistics = json.loads(_called(orthanc.RestApiGet, '/statistics'))
        return Count(int(statistics['CountStudies']), int(statistics['CountSeries']))

    def instances(self) -> int:
        return int(self._get('/statistics')['CountInstances'])

    def last_change(self) -> Entry | None:
        log = _log('/changes?last')
        if not (told := _last_delivered(log.entries)):
            before = max(0, log.last - CHANGES_LOOKED_AT)
            told = _last_delivered(_log(f'/changes?since={before}&limit={CHANGES_LOOKED_AT}').entries)
        return told

    def change_of(self, entry: Entry) -> int | None:
        return _CHANGES.get(entry.kind)

    def changes(self, since: int, limit: int) -> Log:
        return _log(f'/changes?since={since}&limit={limit}')

    def identifiers(self, level: str, since: int = 0, limit: int = 0) -> Iterator[str]:
        part = f'?since={since}&limit={limit}' if limit else ''
        listed = self._call(orthanc.RestApiGet, f'/{level}{part}')
        return (found[1].decode() for found in _STRING.finditer(listed))

    def series(self, level: str, identifier: str) -> SeriesMembers | None:
        series = self._find_out(f'/series/{identifier}' if level == 'series' else f'/{level}/{identifier}/series')
        return None if series is None else SeriesMembers(series['ParentStudy'], series['Instances'])

    def list_studies(self, since: int, limit: int) -> Iterator[ExpandedStudy]:
        return _elements(self._call(orthanc.RestApiGet, f'/studies?expand&since={since}&limit={limit}'))

    def resources_of_job(self, job_id: str) -> list[str]:
        job = self._find_out(f'/jobs/{job_id}')
        named = _IDENTIFIER.findall(json.dumps(job.get('Content'))) if job else []
        return list(dict.fromkeys(named))[:RESOURCES_OF_A_JOB]

    def study(self, study_id: str) -> ExpandedStudy | None:
        study: ExpandedStudy | None = self._find_out(f'/studies/{study_id}')
        return study

    def studies_by_uid(self, uids: Sequence[str]) -> Iterator[ExpandedStudy]:
        return self._find({'Query': {'StudyInstanceUID': '\\'.join(uids)}})

    def studies_touched(self, since: float, until: float) -> Iterator[ExpandedStudy]:
        return self._find({'Query': {}, 'MetadataQuery': {'LastUpdate': '\\'.join(_iso_seconds(since, until))}})

    def list_computed(self, since: int, limit: int) -> Iterator[tuple[str, Computed]]:
        return map(_computed, self._find({'Query': {}, 'Since': since, 'Limit': limit, **COMPUTED}))

    def computed(self, uids: Sequence[str]) -> Iterator[tuple[str, Computed]]:
        return map(_computed, self._find({'Query': {'StudyInstanceUID': '\\'.join(uids)}, **COMPUTED}))

    def computed_of(self, study_id: str) -> Computed:
        all_series = self._find_out(f'/studies/{study_id}/series')
        if not all_series:
            return ''
        modalities = [series['MainDicomTags'].get('Modality', '') for series in all_series]
        return computed_of(modalities, sum(len(series['Instances']) for series in all_series))

    def hand_on(self, method: str, path: str, body: bytes = b'') -> bytes:
        if method == 'PUT':
            return _called(orthanc.RestApiPut, path, body)
        if method == 'POST':
            return _called(orthanc.RestApiPost, path, body)
        return _called(orthanc.RestApiDelete if method == 'DELETE' else orthanc.RestApiGet, path)

    def studies_of_same_patient(self, level: str, identifier: str) -> list[str]:
        path = f'/{level}/{identifier}' if level == 'patients' else f'/{level}/{identifier}/patient'
        try:
            studies: list[str] = json.loads(_called(orthanc.RestApiGet, path))['Studies']
            return studies
        except Refused:
            return []

    def write_to_log(self, study_id: str) -> None:
        path = f'/studies/{study_id}/metadata/{METADATA}'
        tries = 0 if self.capabilities().checks_revisions else WRITES
        for _ in range(tries):
            try:
                _called(orthanc.RestApiPut, path, b'changed')
                _called(orthanc.RestApiDelete, path)
                return
            except Refused:  # by PostgreSQL, where another transaction came between; or the study is gone
                continue

    def set_metric(self, name: str, value: float) -> None:
        orthanc.SetMetricsValue(name, float(value), orthanc.MetricsType.DEFAULT)

    def log_warning(self, line: str) -> None:
        orthanc.LogWarning(f'orthanc-paging: {line}')

    def log_error(self, line: str) -> None:
        orthanc.LogError(f'orthanc-paging: {line}')

    def _dictionary(self, main_dicom_tags: Mapping[str, str]) -> Dictionary:
        """Return the attributes of these tags, `gggg,eeee;gggg,eeee` by level. Log each tag that is left out."""
        declared = declared_vrs(configuration().get('Dictionary'))
        kept: list[KeptTag] = []
        for name, level in (('Patient', Level.PATIENT), ('Study', Level.STUDY)):
            for tag in filter(None, main_dicom_tags.get(name, '').lower().split(';')):
                try:
                    kept.append(_kept_tag(tag, level, declared))
                except Exception as error:  # whatever it is, pages do without the tag
                    self.log_warning(f'the tag {tag} is left out: {type(error).__name__}')
        dictionary = dictionary_of(kept)
        for tag, why in dictionary.left_out.items():
            self.log_warning(f'the tag {tag} is left out: {why}')
        return dictionary

    def _find(self, request: Mapping[str, Json]) -> Iterator[ExpandedStudy]:
        body = json.dumps({'Level': 'Study', 'Expand': True, **request})
        return _elements(self._call(orthanc.RestApiPost, '/tools/find', body))

    def _find_out(self, path: str) -> Any:
        """What Orthanc answers, None where the resource is gone."""
        try:
            return self._get(path)
        except Refused as refusal:
            if refusal.code == UNKNOWN_RESOURCE:
                return None
            raise

    def _get(self, path: str) -> Any:
        return json.loads(self._call(orthanc.RestApiGet, path))

    def _call(self, function: Any, *arguments: str) -> bytes:
        started = time.perf_counter()
        try:
            return _called(function, *arguments)
        finally:
            self.seconds += time.perf_counter() - started


def _last_delivered(entries: Sequence[Entry]) -> Entry | None:
    return next((entry for entry in reversed(entries) if entry.kind in _CHANGES), None)


def _log(path: str) -> Log:
    log = json.loads(_called(orthanc.RestApiGet, path))
    entries = [
        Entry(entry['Seq'], entry['ChangeType'], entry['ResourceType'], entry['ID'], entry['Date'])
        for entry in log['Changes']
    ]
    return Log(entries, log['Done'], log['Last'])


def _called(function: Any, *arguments: object) -> bytes:
    """What a function of the module `orthanc` answers. Raises `Refused`."""
    try:
        return function(*arguments) or b''
    except orthanc.OrthancException as error:
        raise Refused(*error.args) from None


def configuration() -> dict[str, Json]:
    """Orthanc's whole configuration. Works while the script is being loaded."""
    whole: dict[str, Json] = json.loads(orthanc.GetConfiguration())
    return whole


def configuration_folder() -> str:
    """The folder of Orthanc's configuration, from which it takes relative paths. Works while the script loads."""
    path = str(orthanc.GetConfigurationPath())
    return path if os.path.isdir(path) else os.path.dirname(path)


def dialect() -> Dialect:
    """How the running Orthanc and its Python plugin speak. Works while the script is being loaded."""
    return Dialect(
        decodes=_is_at_least(1, 13, 0),
        splits_encoded_ampersands=_is_at_least(1, 13, 0),
        types_errors=_is_at_least(1, 12, 0),
        streams=hasattr(orthanc.RestOutput, 'StartStreamAnswer'),
        compresses=not _is_at_least(1, 12, 2) and configuration().get('HttpCompressionEnabled') is not False,
        has_labels=_is_at_least(1, 12, 0),
    )


def register(path: str, callback: Any) -> None:
    """Have Orthanc call `callback(output, uri, **request)` for requests to `path`, a regular expression."""
    callback.itself = (
        callback  # Orthanc lets go of it after the interpreter has ended: to be freed then is a crash
    )
    orthanc.RegisterRestCallback(path, callback)


def extend_explorer(javascript: str) -> None:
    """Have Orthanc Explorer run some JavaScript, in place of any that a script gave it before."""
    orthanc.ExtendOrthancExplorer(javascript)


def events() -> dict[tuple[int, int], Event]:
    """Which event a (change type, resource type) of Orthanc's is; those not in it alter no expanded study."""
    change, level = orthanc.ChangeType, orthanc.ResourceType
    table = {
        (change.NEW_STUDY, level.STUDY): Event.STUDY_CHANGED,
        (change.NEW_CHILD_INSTANCE, level.STUDY): Event.STUDY_CHANGED,
        (change.STABLE_STUDY, level.STUDY): Event.STUDY_STABLE,
        (change.UPDATED_METADATA, level.STUDY): Event.STUDY_CHANGED,
        (change.DELETED, level.STUDY): Event.STUDY_DELETED,
        (change.DELETED, level.SERIES): Event.SERIES_DELETED,
        (change.STABLE_SERIES, level.SERIES): Event.SERIES_TOUCHED,
        (change.COMPLETED_SERIES, level.SERIES): Event.SERIES_TOUCHED,
        (change.UPDATED_METADATA, level.SERIES): Event.SERIES_TOUCHED,
        (change.UPDATED_ATTACHMENT, level.SERIES): Event.SERIES_TOUCHED,
        (change.UPDATED_ATTACHMENT, level.STUDY): Event.STUDY_TOUCHED,
        (change.DELETED, level.INSTANCE): Event.INSTANCE_DELETED,
        (change.NEW_INSTANCE, level.INSTANCE): Event.INSTANCE_ADDED,
        (change.JOB_SUCCESS, level.NONE): Event.JOB_ENDED,
        (change.JOB_FAILURE, level.NONE): Event.JOB_ENDED,
        (change.ORTHANC_STARTED, level.NONE): Event.STARTED,
        (change.ORTHANC_STOPPED, level.NONE): Event.STOPPED,
    }
    return {(int(kind), int(on)): event for (kind, on), event in table.items()}


def train() -> Train:
    """The changes by which Orthanc reports an instance that arrived, and the others that are in its log."""
    change, level = orthanc.ChangeType, orthanc.ResourceType
    logged = {
        (change.NEW_INSTANCE, level.INSTANCE),
        (change.NEW_SERIES, level.SERIES),
        (change.NEW_STUDY, level.STUDY),
        (change.NEW_PATIENT, level.PATIENT),
    }
    numbers = frozenset((int(kind), int(on)) for kind, on in logged)
    alone = frozenset(number for name, number in _CHANGES.items() if name in LOGGED_ALONE)
    return Train(numbers, (int(change.NEW_CHILD_INSTANCE), int(level.PATIENT)), alone)


def _is_at_least(major: int, minor: int, revision: int) -> bool:
    return bool(orthanc.CheckVersionAdvanced(major, minor, revision))


def _elements(array: bytes) -> Iterator[ExpandedStudy]:
    """The objects of a JSON array, parsed one by one: at once, thousands would hold the interpreter too long."""
    text = array.decode()
    at = text.find('{')
    while at >= 0:
        element, end = _raw_decode(text, at)
        yield element
        at = text.find('{', end)


def _computed(told: ExpandedStudy) -> tuple[str, Computed]:
    tags = told['RequestedTags']
    modalities = tags.get('ModalitiesInStudy', '').split('\\')
    return told['ID'], computed_of(modalities, int(tags['NumberOfStudyRelatedInstances']))


def _kept_tag(tag: str, level: Level, declared: Mapping[str, str]) -> KeptTag:
    """Return what Orthanc knows of a tag `gggg,eeee`. Raises what the module `orthanc` raises for a wrong one."""
    group, element = (int(part, 16) for part in tag.split(','))
    try:
        vr = _VRS.get(orthanc.LookupDictionary(tag)['ValueRepresentation'], UNKNOWN)
    except TypeError:  # Orthanc's dictionary has no such tag, or it is private
        vr = declared.get(tag, UNKNOWN)
    return KeptTag(tag, orthanc.GetTagName(group, element, ''), vr, level)


def _iso_seconds(since: float, until: float) -> list[str]:
    """Each second between, as Orthanc writes it in metadata: UTC, `20261124T021626`."""
    first = datetime.fromtimestamp(int(since), UTC)
    return [(first + timedelta(seconds=n)).strftime('%Y%m%dT%H%M%S') for n in range(int(until) - int(since) + 1)]
