"""A complete Orthanc without a server: studies, a log of changes, and every call of `OrthancApi`.

The log behaves like that of Orthanc on SQLite and on PostgreSQL. A deleted resource takes its entries with it and
leaves none. Numbers are never given twice. `Log.last` is the number of the last entry of the answer, or the last
number ever given if the answer is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, ClassVar

from orthanc_paging.errors import Refused
from orthanc_paging.orthanc_api.protocol import Capabilities, Count, Entry, Log, OrthancApi, SeriesMembers
from orthanc_paging.studies.study import Computed, ExpandedStudy, computed_of
from tests.unit.attributes import SCHEMA
from tests.unit.studies import expanded, identifier

STARTED = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
"""A start of the process that is later than the date of each entry, which is a small number."""

CHANGES = {'NewInstance': 1, 'NewSeries': 2, 'NewStudy': 3, 'UpdatedMetadata': 4}
"""The numbers of the kinds of changes that the log has."""

CAPABILITIES = Capabilities(
    version='1.12.7',
    python_plugin='4.3',
    extended_find=False,
    main_dicom_tags='{}',
    is_shared=False,
    numbers_in_order=True,
    checks_revisions=False,
    lists_by_arrival=False,
    lists_slowly=False,
    stable_age=60.0,
    schema=SCHEMA,
)
"""An Orthanc that lists quickly, by ID, and that cannot find by metadata."""


@dataclass
class _Stored:
    """One study. `series` are the instances of each series, with the moment of their arrival.

    If `given` is not None, the expanded study is this object; else it is made from the name.
    """

    name: str
    series: dict[str, dict[str, int]] = field(default_factory=dict)
    changed: int = 0
    given: ExpandedStudy | None = None


class FakeOrthanc:
    """Studies, series and instances by their names, and the calls that read and change them.

    The description of a study is the moment of its last change, or of its last upload.

    `before_call` is called with the name of each call before it is answered: to change something, or to fail.
    `refused` are the IDs of studies that no call returns. `touched` are the IDs of the studies that a query by
    time finds. `durations` are the seconds that a call adds to `seconds`, by its name. `jobs` are the resources
    that each job names. `core` answers what is handed over to it.

    Recorded are `calls` (names), `requests` (names and arguments), `logged` (lines) and `metrics`.
    """

    moments: ClassVar[Iterator[int]] = count()
    """No two changes happen at the same moment, not even in copies of a database."""

    def __init__(self, capabilities: Capabilities = CAPABILITIES) -> None:
        self.able = capabilities
        self.seconds = 0.0
        self.log: list[Entry] = []
        self.last_number = 0
        self.calls: list[str] = []
        self.requests: list[tuple[Any, ...]] = []
        self.logged: list[str] = []
        self.metrics: dict[str, float] = {}
        self.before_call: Callable[[str], object] = lambda _: None
        self.core: Callable[[str, str, bytes], bytes] = _answer_nothing
        self.durations: dict[str, float] = {}
        self.jobs: dict[str, list[str]] = {}
        self.refused: set[str] = set()
        self.touched: set[str] = set()
        self._studies: dict[str, _Stored] = {}  # by ID, in the order of their arrival

    # What tests do to it

    def upload(self, study: str, series: int = 0, instance: int = 0) -> None:
        """Store an instance; it replaces one that has the same name."""
        study_id, series_id, instance_id = _ids(study, series, instance)
        is_new_study = study_id not in self._studies
        stored = self._studies.setdefault(study_id, _Stored(study))
        is_new_series = series_id not in stored.series
        instances = stored.series.setdefault(series_id, {})
        if instance_id in instances:
            self._forget({instance_id})
        instances[instance_id] = next(self.moments)
        self.write_entry('NewInstance', 'Instance', instance_id)
        if is_new_series:
            self.write_entry('NewSeries', 'Series', series_id)
        if is_new_study:
            self.write_entry('NewStudy', 'Study', study_id)

    def contain(self, *studies: ExpandedStudy) -> None:
        """Store studies as they are given, in this order. The log does not mention them."""
        for study in studies:
            series = {series_id: {series_id: 0} for series_id in study.get('Series', ())}
            self._studies[study['ID']] = _Stored('', series, given=study)

    def change(self, study: str) -> None:
        """Change a study, and write that to the log."""
        if identifier(study) in self._studies:
            self.change_silently(study)
            self.write_entry('UpdatedMetadata', 'Study', identifier(study))

    def change_silently(self, study: str) -> None:
        """Change a study, as a label does: nothing reports it."""
        self._studies[identifier(study)].changed = next(self.moments)

    def delete(self, study: str) -> None:
        """Delete a study by its name. The log does not mention it."""
        self.delete_by_id(identifier(study))

    def delete_by_id(self, study_id: str) -> None:
        """Delete a study by its ID. The log does not mention it."""
        stored = self._studies.pop(study_id, _Stored(''))
        instances = (one for instances in stored.series.values() for one in instances)
        self._forget({study_id, *stored.series, *instances})

    def delete_series(self, study: str, series: int) -> None:
        """Delete a series, and its study with the last one."""
        study_id, series_id, _ = _ids(study, series, 0)
        if study_id in self._studies:
            all_series = self._studies[study_id].series
            self._forget({series_id, *all_series.pop(series_id, ())})
            if not all_series:
                self.delete(study)

    def empty_log(self) -> None:
        """Do what `DELETE /changes` does."""
        self.log.clear()

    def write_entry(self, kind: str, level: str, resource_id: str) -> None:
        """Write an entry to the log."""
        self.last_number += 1
        self.log.append(Entry(self.last_number, kind, level, resource_id, str(next(self.moments))))

    def state(self) -> dict[str, ExpandedStudy]:
        """Return all studies by ID, as `GET /studies/{id}` does. This is no call."""
        return {study_id: self._expanded(study_id) for study_id in self._studies}

    def computed_state(self) -> dict[str, Computed]:
        """Return the computed tags of all studies by ID. This is no call.

        The modalities are made from the IDs of the series.
        """
        return {study_id: self._computed(study_id) for study_id in self._studies}

    def backup(self) -> FakeOrthanc:
        """Return a copy, which has a history of its own from now on."""
        return deepcopy(self)

    def become(self, other: FakeOrthanc) -> None:
        """Let another database answer the calls, as after a backup was restored."""
        other.before_call = self.before_call
        self.__dict__ = deepcopy(other).__dict__

    # The calls of `OrthancApi`

    def capabilities(self) -> Capabilities:
        return self.able

    def count(self) -> Count:
        self._call('count')
        return Count(len(self._studies), sum(len(stored.series) for stored in self._studies.values()))

    def instances(self) -> int:
        self._call('instances')
        return sum(len(one) for stored in self._studies.values() for one in stored.series.values())

    def last_change(self) -> Entry | None:
        self._call('last_change')
        return self.log[-1] if self.log else None

    def change_of(self, entry: Entry) -> int | None:
        return CHANGES.get(entry.kind)

    def changes(self, since: int, limit: int) -> Log:
        self._call('changes', since, limit)
        following = [entry for entry in self.log if entry.number > since]
        part = following[:limit]
        return Log(part, part == following, part[-1].number if part else self.last_number)

    def identifiers(self, level: str, since: int = 0, limit: int = 0) -> Iterator[str]:
        self._call('identifiers', level, since, limit)
        all_series = [series for stored in self._studies.values() for series in stored.series]
        listed = sorted(self._studies if level == 'studies' else all_series)
        return iter(listed[since : since + limit] if limit else listed)

    def series(self, level: str, identifier: str) -> SeriesMembers | None:
        self._call('series', level, identifier)
        for study_id, stored in self._studies.items():
            for series_id, instances in stored.series.items():
                if identifier == series_id if level == 'series' else identifier in instances:
                    return SeriesMembers(study_id, list(instances))
        return None

    def list_studies(self, since: int, limit: int) -> Iterator[ExpandedStudy]:
        self._call('list_studies', since, limit)
        return map(self._expanded, self._part(since, limit))

    def resources_of_job(self, job_id: str) -> list[str]:
        self._call('resources_of_job', job_id)
        return self.jobs.get(job_id, [])

    def study(self, study_id: str) -> ExpandedStudy | None:
        self._call('study', study_id)
        self._refuse([study_id])
        return self._expanded(study_id) if study_id in self._studies else None

    def studies_by_uid(self, uids: Sequence[str]) -> Iterator[ExpandedStudy]:
        self._call('studies_by_uid', len(uids))
        return map(self._expanded, self._with_uid(uids))

    def studies_touched(self, since: float, until: float) -> Iterator[ExpandedStudy]:
        self._call('studies_touched', since, until)
        return (self._expanded(study_id) for study_id in list(self._studies) if study_id in self.touched)

    def list_computed(self, since: int, limit: int) -> Iterator[tuple[str, Computed]]:
        self._call('list_computed', since, limit)
        return ((study_id, self._computed(study_id)) for study_id in self._part(since, limit))

    def computed(self, uids: Sequence[str]) -> Iterator[tuple[str, Computed]]:
        self._call('computed', len(uids))
        return ((study_id, self._computed(study_id)) for study_id in self._with_uid(uids))

    def computed_of(self, study_id: str) -> Computed:
        self._call('computed_of', study_id)
        self._refuse([study_id])
        return self._computed(study_id) if study_id in self._studies else ''

    def hand_over(self, method: str, path: str, body: bytes = b'') -> bytes:
        self._call('hand_over', method, path, body)
        return self.core(method, path, body)

    def studies_of_same_patient(self, level: str, identifier: str) -> list[str]:
        self._call('studies_of_same_patient', level, identifier)
        patients = {study_id: study.get('ParentPatient') for study_id, study in self.state().items()}
        patient = identifier if level == 'patients' else patients.get(self._study_of(identifier))
        return [] if patient is None else [study_id for study_id, other in patients.items() if other == patient]

    def write_to_log(self, study_id: str) -> None:
        self._call('write_to_log', study_id)
        if study_id in self._studies and not self.able.checks_revisions:
            self.write_entry('UpdatedMetadata', 'Study', study_id)

    def set_metric(self, name: str, value: float) -> None:
        self.metrics[name] = value

    def log_warning(self, line: str) -> None:
        self.logged.append(line)

    def log_error(self, line: str) -> None:
        self.logged.append(line)

    def _call(self, name: str, *arguments: object) -> None:
        self.calls.append(name)
        self.requests.append((name, *arguments))
        self.before_call(name)
        self.seconds += self.durations.get(name, 0.0)

    def _refuse(self, study_ids: Sequence[str]) -> None:
        """Raise `Refused` if the answer contains a refused study."""
        if not self.refused.isdisjoint(study_ids):
            raise Refused(1, 'damaged')

    def _part(self, since: int, limit: int) -> list[str]:
        """Return a part of the list of all studies, in the order of their arrival or of their IDs."""
        listed = list(self._studies) if self.able.lists_by_arrival else sorted(self._studies)
        part = listed[since : since + limit]
        self._refuse(part)
        return part

    def _with_uid(self, uids: Sequence[str]) -> list[str]:
        wanted = set(uids)
        found = [
            study_id
            for study_id, study in self.state().items()
            if study['MainDicomTags'].get('StudyInstanceUID') in wanted
        ]
        self._refuse(found)
        return found

    def _study_of(self, resource_id: str) -> str:
        for study_id, stored in self._studies.items():
            if resource_id in {study_id, *stored.series, *(one for of in stored.series.values() for one in of)}:
                return study_id
        return ''

    def _forget(self, resources: set[str]) -> None:
        """Take the entries of deleted resources out of the log."""
        self.log = [entry for entry in self.log if entry.resource_id not in resources]

    def _expanded(self, study_id: str) -> ExpandedStudy:
        stored = self._studies[study_id]
        if stored.given is not None:
            return stored.given
        arrivals = [moment for instances in stored.series.values() for moment in instances.values()]
        study = expanded(stored.name, text=str(max(*arrivals, stored.changed)))
        return {**study, 'Series': list(stored.series)}

    def _computed(self, study_id: str) -> Computed:
        all_series = self._studies[study_id].series
        modalities = [f'M{int(series[-1], 16) % 4}' for series in all_series]
        return computed_of(modalities, sum(map(len, all_series.values())))


_: type[OrthancApi] = FakeOrthanc


def ids(*names: str) -> set[str]:
    """Return the IDs of studies with these names."""
    return set(map(identifier, names))


def _answer_nothing(_method: str, _path: str, _body: bytes) -> bytes:
    return b''


def _ids(study: str, series: int, instance: int) -> tuple[str, str, str]:
    return identifier(study), identifier(f'{study}/{series}'), identifier(f'{study}/{series}/{instance}')
