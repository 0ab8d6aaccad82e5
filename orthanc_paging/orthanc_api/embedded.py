"""The Orthanc in whose process we run, over the module `orthanc`."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orthanc

from ..dicom.vr import UNKNOWN
from ..errors import UNKNOWN_RESOURCE, Json, Refused
from ..figures import Figures
from ..studies.attributes import Source
from ..studies.schema import KeptTag, Schema, declared_vrs, schema_of
from ..studies.study import Computed, ExpandedStudy, computed_of
from .events import CHANGES
from .protocol import Capabilities, Count, Entry, Log, SeriesMembers
from .registration import configuration, log_error, log_warning

CHANGES_READ = 100
"""Changes in which the newest reported one is looked for."""

RESOURCES_OF_A_JOB = 100
"""A job with more resources mostly names the instances of a few studies, one by one."""

METADATA = 60717
"""A number that nobody else will use, of those that are left to users: 1024 to 65535."""

WRITES = 3
"""How often a write is tried: PostgreSQL refuses it if another transaction comes between."""

DEFAULT_STABLE_AGE = 60
"""Orthanc's own default, in seconds."""

OLD_MAIN_DICOM_TAGS = {
    'Patient': '0010,0010;0010,0020;0010,0030;0010,0040;0010,1000',
    'Study': '0008,0020;0008,0030;0008,0050;0008,0080;0008,0090;0008,1030;0020,000d;0020,0010;0032,1032;0032,1060',
}
"""The main DICOM tags of Orthanc up to 1.10, whose `/system` does not contain them."""

COMPUTED: Mapping[str, Json] = {
    'RequestedTags': ['ModalitiesInStudy', 'NumberOfStudyRelatedInstances'],
    'ResponseContent': ['RequestedTags'],
}

_VRS = {
    int(getattr(orthanc.ValueRepresentation, name)): name
    for name in dir(orthanc.ValueRepresentation)
    if name.isupper()
}
"""The value representations by their numbers in Orthanc's dictionary."""

_raw_decode = json.JSONDecoder().raw_decode
_IDENTIFIER = re.compile('[0-9a-f]{8}(?:-[0-9a-f]{8}){4}')
_STRING = re.compile(rb'"([^"]*)"')


class EmbeddingOrthanc:
    """The Orthanc in whose process we run. Its calls work from ORTHANC_STARTED to ORTHANC_STOPPED."""

    def __init__(self, is_shared: bool | None, has_computed_tags: bool) -> None:
        """`is_shared`: other Orthancs may use the database; if None, they may unless it is Orthanc's own SQLite.

        `has_computed_tags`: the schema contains the computed tags.
        """
        self.seconds = 0.0
        self._is_shared = is_shared
        self._has_computed_tags = has_computed_tags
        self._capabilities: Capabilities | None = None

    def capabilities(self) -> Capabilities:
        if self._capabilities is None:
            system, plugin = self._get('/system'), self._get('/plugins/python')
            has_find = system.get('Capabilities', {}).get('HasExtendedFind')
            has_plugin = bool(system.get('DatabaseBackendPlugin'))
            self._capabilities = Capabilities(
                version=str(system['Version']),
                python_plugin=str(plugin['Version']),
                extended_find=bool(has_find),
                main_dicom_tags=json.dumps(system.get('MainDicomTags'), sort_keys=True),
                is_shared=has_plugin if self._is_shared is None else self._is_shared,
                numbers_in_order=not has_plugin,  # SQLite has one writer
                checks_revisions=bool(system.get('CheckRevisions', False)),
                lists_by_arrival=has_find is None,
                lists_slowly=has_find is False,
                stable_age=float(str(configuration().get('StableAge', DEFAULT_STABLE_AGE))),
                schema=self._schema(system.get('MainDicomTags', OLD_MAIN_DICOM_TAGS)),
            )
        return self._capabilities

    def count(self) -> Count:
        statistics = json.loads(_called(orthanc.RestApiGet, '/statistics'))
        return Count(int(statistics['CountStudies']), int(statistics['CountSeries']))

    def instances(self) -> int:
        return int(self._get('/statistics')['CountInstances'])

    def last_change(self) -> Entry | None:
        log = _log('/changes?last')
        if last := _last_reported(log.entries):
            return last
        before = max(0, log.last - CHANGES_READ)
        return _last_reported(self.changes(before, CHANGES_READ).entries)

    def change_of(self, entry: Entry) -> int | None:
        return CHANGES.get(entry.kind)

    def changes(self, since: int, limit: int) -> Log:
        return _log(f'/changes?since={since}&limit={limit}')

    def identifiers(self, level: str, since: int = 0, limit: int = 0) -> Iterator[str]:
        part = f'?since={since}&limit={limit}' if limit else ''
        listed = self._call(orthanc.RestApiGet, f'/{level}{part}')
        return (found[1].decode() for found in _STRING.finditer(listed))

    def series(self, level: str, identifier: str) -> SeriesMembers | None:
        series = self._get_if_there(
            f'/series/{identifier}' if level == 'series' else f'/{level}/{identifier}/series'
        )
        return None if series is None else SeriesMembers(series['ParentStudy'], series['Instances'])

    def list_studies(self, since: int, limit: int) -> Iterator[ExpandedStudy]:
        return _elements(self._call(orthanc.RestApiGet, f'/studies?expand&since={since}&limit={limit}'))

    def resources_of_job(self, job_id: str) -> list[str]:
        job = self._get_if_there(f'/jobs/{job_id}')
        named = _IDENTIFIER.findall(json.dumps(job.get('Content'))) if job else []
        return list(dict.fromkeys(named))[:RESOURCES_OF_A_JOB]

    def study(self, study_id: str) -> ExpandedStudy | None:
        study: ExpandedStudy | None = self._get_if_there(f'/studies/{study_id}')
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
        all_series = self._get_if_there(f'/studies/{study_id}/series')
        if not all_series:
            return ''
        modalities = [series['MainDicomTags'].get('Modality', '') for series in all_series]
        return computed_of(modalities, sum(len(series['Instances']) for series in all_series))

    def hand_over(self, method: str, path: str, body: bytes = b'') -> bytes:
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
            except Refused:  # or the study is gone
                continue

    def set_metric(self, name: str, value: float) -> None:
        orthanc.SetMetricsValue(name, float(value), orthanc.MetricsType.DEFAULT)

    def log_warning(self, line: str) -> None:
        log_warning(line)

    def log_error(self, line: str) -> None:
        log_error(line)

    def measure(self, figures: Figures) -> None:
        """Fill in the versions, if Orthanc reported them."""
        if self._capabilities is not None:
            figures.orthanc_version = self._capabilities.version
            figures.python_plugin_version = self._capabilities.python_plugin

    def _schema(self, main_dicom_tags: Mapping[str, str]) -> Schema:
        """Return the attributes of these tags, `gggg,eeee;gggg,eeee` by level. Log each tag that is left out."""
        declared = declared_vrs(configuration().get('Dictionary'))
        kept: list[KeptTag] = []
        for name, source in (('Patient', Source.PATIENT), ('Study', Source.STUDY)):
            for tag in filter(None, main_dicom_tags.get(name, '').lower().split(';')):
                try:
                    kept.append(_kept_tag(tag, source, declared))
                except Exception as error:  # whatever it is, pages do without the tag
                    self.log_warning(f'the tag {tag} is left out: {type(error).__name__}')
        schema = schema_of(kept)
        for tag, why in schema.left_out.items():
            self.log_warning(f'the tag {tag} is left out: {why}')
        return schema if self._has_computed_tags else schema.without_computed()

    def _find(self, request: Mapping[str, Json]) -> Iterator[ExpandedStudy]:
        body = json.dumps({'Level': 'Study', 'Expand': True, **request})
        return _elements(self._call(orthanc.RestApiPost, '/tools/find', body))

    def _get_if_there(self, path: str) -> Any:
        """Return what Orthanc answers; None if the resource is gone."""
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


def _last_reported(entries: Sequence[Entry]) -> Entry | None:
    return next((entry for entry in reversed(entries) if entry.kind in CHANGES), None)


def _log(path: str) -> Log:
    log = json.loads(_called(orthanc.RestApiGet, path))
    entries = [
        Entry(entry['Seq'], entry['ChangeType'], entry['ResourceType'], entry['ID'], entry['Date'])
        for entry in log['Changes']
    ]
    return Log(entries, log['Done'], log['Last'])


def _called(function: Any, *arguments: object) -> bytes:
    """Return what a function of the module `orthanc` answers. Raises `Refused`."""
    try:
        return function(*arguments) or b''
    except orthanc.OrthancException as error:
        raise Refused(*error.args) from None


def _elements(array: bytes) -> Iterator[ExpandedStudy]:
    """Yield the objects of a JSON array. Parsing thousands at once would stop all other Python code too long."""
    text = array.decode()
    at = text.find('{')
    while at >= 0:
        element, end = _raw_decode(text, at)
        yield element
        at = text.find('{', end)


def _computed(study: ExpandedStudy) -> tuple[str, Computed]:
    tags = study['RequestedTags']
    modalities = tags.get('ModalitiesInStudy', '').split('\\')
    return study['ID'], computed_of(modalities, int(tags['NumberOfStudyRelatedInstances']))


def _kept_tag(tag: str, source: Source, declared: Mapping[str, str]) -> KeptTag:
    """Return what Orthanc knows of a tag `gggg,eeee`. Raises what the module `orthanc` raises for a wrong one."""
    group, element = (int(part, 16) for part in tag.split(','))
    try:
        vr = _VRS.get(orthanc.LookupDictionary(tag)['ValueRepresentation'], UNKNOWN)
    except TypeError:  # Orthanc's dictionary has no such tag, or it is private
        vr = declared.get(tag, UNKNOWN)
    return KeptTag(tag, orthanc.GetTagName(group, element, ''), vr, source)


def _iso_seconds(since: float, until: float) -> list[str]:
    """Return each second between, as Orthanc writes it in metadata: UTC, `20261124T021626`."""
    first = datetime.fromtimestamp(int(since), UTC)
    return [(first + timedelta(seconds=n)).strftime('%Y%m%dT%H%M%S') for n in range(int(until) - int(since) + 1)]
