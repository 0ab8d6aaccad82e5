"""A database of Orthanc's with its log of changes, and what follows it, for the tests of this folder.

The log is as that of Orthanc on SQLite and on PostgreSQL: what is deleted takes its entries with it and leaves
none, numbers are never given twice, and `Last` is the last number of the answer, or of all where that is empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import ClassVar, NamedTuple

from orthanc_paging.changes.change_log import ChangeLog
from orthanc_paging.changes.delivered import Delivered
from orthanc_paging.changes.queue import Batch, Queue
from orthanc_paging.errors import NotFetched, OrthancFailure, Refused
from orthanc_paging.index.study_index import StudyIndex
from orthanc_paging.orthanc_api.protocol import Count, Entry, Log
from orthanc_paging.reflector.applier import Applier
from orthanc_paging.reflector.fetch import Fetcher
from orthanc_paging.replicas.census import Census
from orthanc_paging.replicas.traces import Traces
from orthanc_paging.studies.study import Computed, ExpandedStudy, computed_of, id_of
from tests.unit.studies import expanded, identifier

STARTED = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
"""Later than the date of each entry of a `Database`, which is a small number."""

CHANGES = {'NewInstance': 1, 'NewSeries': 2, 'NewStudy': 3, 'UpdatedMetadata': 4}


class Members(NamedTuple):
    """The study of a series, and its instances."""

    study: str
    instances: list[str]


@dataclass
class Clock:
    """A time that passes when a test says so."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Database:
    """Studies, series and instances by their names, and the calls by which Orthanc tells of them.

    A study's description is when it was changed last, or the last of its instances that are there was uploaded.
    `before_call` is called with the name of each call before it is answered: to change something, or to fail.
    """

    dates: ClassVar[Iterator[int]] = count()
    """No two changes happen at the same time, not even in copies of a database."""

    seconds = 0.0
    extended_find = False
    lists_by_arrival = False
    lists_slowly = False
    checks_revisions = False

    def __init__(self) -> None:
        self.log: list[Entry] = []
        self.last_number = 0
        self.calls: list[str] = []
        self.logged: list[str] = []
        self.before_call: Callable[[str], object] = lambda _: None
        self.refused: set[str] = set()  # the IDs of studies of which it does not tell
        self._studies: dict[str, dict[str, dict[str, int]]] = {}  # study → series → instance → when it came
        self._names: dict[str, str] = {}
        self._changed: dict[str, int] = {}

    def upload(self, study: str, series: int = 0, instance: int = 0) -> None:
        """Take an instance in, in the place of the one that is there."""
        study_id, series_id, instance_id = _ids(study, series, instance)
        self._names[study_id] = study
        is_new_study = study_id not in self._studies
        all_series = self._studies.setdefault(study_id, {})
        is_new_series = series_id not in all_series
        instances = all_series.setdefault(series_id, {})
        if instance_id in instances:
            self._forget({instance_id})
        instances[instance_id] = next(self.dates)
        self.tell('NewInstance', 'Instance', instance_id)
        if is_new_series:
            self.tell('NewSeries', 'Series', series_id)
        if is_new_study:
            self.tell('NewStudy', 'Study', study_id)

    def change(self, study: str) -> None:
        """Change what is told of a study, and say so in the log."""
        if identifier(study) in self._studies:
            self.change_silently(study)
            self.tell('UpdatedMetadata', 'Study', identifier(study))

    def change_silently(self, study: str) -> None:
        """Change what is told of a study, and say so nowhere, as with a label."""
        self._changed[identifier(study)] = next(self.dates)

    def delete(self, study: str) -> None:
        """Delete a study, of which nothing tells."""
        study_id = identifier(study)
        all_series = self._studies.pop(study_id, {})
        self._changed.pop(study_id, None)
        self._forget({study_id, *all_series, *(one for instances in all_series.values() for one in instances)})

    def delete_series(self, study: str, series: int) -> None:
        """Delete a series, and its study with the last one."""
        study_id, series_id, _ = _ids(study, series, 0)
        all_series = self._studies.get(study_id, {})
        self._forget({series_id, *all_series.pop(series_id, ())})
        if not all_series:
            self.delete(study)

    def empty_log(self) -> None:
        """Do what `DELETE /changes` does."""
        self.log.clear()

    def tell(self, kind: str, level: str, resource_id: str) -> None:
        """Write an entry to the log."""
        self.last_number += 1
        self.log.append(Entry(self.last_number, kind, level, resource_id, str(next(self.dates))))

    def state(self) -> dict[str, ExpandedStudy]:
        """All studies, as Orthanc would tell them; no call."""
        return {study_id: self._expanded(study_id) for study_id in self._studies}

    def backup(self) -> Database:
        """A copy, with a history of its own from now on."""
        return deepcopy(self)

    def become(self, other: Database) -> None:
        """Let the calls be answered by another database, as after a backup was restored."""
        other.before_call = self.before_call
        self.__dict__ = deepcopy(other).__dict__

    def capabilities(self) -> Database:
        return self

    def count(self) -> Count:
        self._call('count')
        return Count(len(self._studies), sum(map(len, self._studies.values())))

    def last_change(self) -> Entry | None:
        self._call('last_change')
        return self.log[-1] if self.log else None

    def change_of(self, entry: Entry) -> int | None:
        return CHANGES.get(entry.kind)

    def changes(self, since: int, limit: int) -> Log:
        self._call('changes')
        following = [entry for entry in self.log if entry.number > since]
        told = following[:limit]
        return Log(told, told == following, told[-1].number if told else self.last_number)

    def identifiers(self, level: str, since: int = 0, limit: int = 0) -> Iterator[str]:
        self._call('identifiers')
        all_series = [series for of_study in self._studies.values() for series in of_study]
        listed = sorted(self._studies if level == 'studies' else all_series)
        return iter(listed[since : since + limit] if limit else listed)

    def series(self, level: str, identifier: str) -> Members | None:
        self._call('series')
        for study_id, all_series in self._studies.items():
            for series_id, instances in all_series.items():
                if identifier == series_id if level == 'series' else identifier in instances:
                    return Members(study_id, list(instances))
        return None

    def list_studies(self, since: int, limit: int) -> Iterator[ExpandedStudy]:
        self._call('list_studies')
        by_arrival = list(self._studies)[since : since + limit]
        if not self.refused.isdisjoint(by_arrival):
            raise Refused(1, 'damaged')
        return map(self._expanded, by_arrival)

    def instances(self) -> int:
        self._call('instances')
        return sum(len(instances) for of_study in self._studies.values() for instances in of_study.values())

    def list_computed(self, since: int, limit: int) -> Iterator[tuple[str, Computed]]:
        self._call('list_computed')
        listed = sorted(self._studies)[since : since + limit]
        if not self.refused.isdisjoint(listed):
            raise Refused(1, 'damaged')
        return ((study_id, self.computed_of_state(study_id)) for study_id in listed)

    def computed(self, uids: Sequence[str]) -> Iterator[tuple[str, Computed]]:
        self._call('computed')
        by_uid = {expanded(self._names[one])['MainDicomTags']['StudyInstanceUID']: one for one in self._studies}
        found = [by_uid[uid] for uid in uids if uid in by_uid]
        if not self.refused.isdisjoint(found):
            raise Refused(1, 'damaged')
        return ((study_id, self.computed_of_state(study_id)) for study_id in found)

    def computed_of(self, study_id: str) -> Computed:
        self._call('computed_of')
        if study_id in self.refused:
            raise Refused(1, 'damaged')
        return self.computed_of_state(study_id) if study_id in self._studies else ''

    def computed_of_state(self, study_id: str) -> Computed:
        """What Orthanc would compute of a study, with modalities made of the IDs of its series; no call."""
        all_series = self._studies[study_id]
        places = [int(series[-1], 16) % 4 for series in all_series]
        return computed_of([f'M{place}' for place in places], sum(map(len, all_series.values())))

    def study(self, study_id: str) -> ExpandedStudy | None:
        self._call('study')
        if study_id in self.refused:
            raise Refused(1, 'damaged')
        return self._expanded(study_id) if study_id in self._studies else None

    def write_to_log(self, study_id: str) -> None:
        self._call('write_to_log')
        if study_id in self._studies:
            self.tell('UpdatedMetadata', 'Study', study_id)

    def log_warning(self, line: str) -> None:
        self.logged.append(line)

    def log_error(self, line: str) -> None:
        self.logged.append(line)

    def _call(self, name: str) -> None:
        self.calls.append(name)
        self.before_call(name)

    def _forget(self, resources: set[str]) -> None:
        self.log = [entry for entry in self.log if entry.resource_id not in resources]

    def _expanded(self, study_id: str) -> ExpandedStudy:
        all_series = self._studies[study_id]
        dates = [date for instances in all_series.values() for date in instances.values()]
        told = expanded(self._names[study_id], text=str(max(*dates, self._changed.get(study_id, 0))))
        return {**told, 'Series': list(all_series)}


class Follower:
    """An index, and what keeps it in step with a database: what the reflector has, without its thread.

    `changed` is called with each study that was written.
    """

    def __init__(self, database: Database, clock: Clock | None = None, started: float = STARTED) -> None:
        self.clock = clock or Clock()
        self.index = StudyIndex()
        self.queue = Queue()
        self.delivered = Delivered()
        self.log = ChangeLog(
            database,  # type: ignore[arg-type]
            self.index,
            self.queue,
            self.delivered,
            self.clock,
            started,
        )
        self.changed: Callable[[Sequence[str]], object] = lambda _: None
        self.applier = Applier(database, self.index, lambda studies: self.changed(studies))  # type: ignore[arg-type]
        self.census = Census(database, self.index, self.applier, self.queue)  # type: ignore[arg-type]
        self.traces = Traces(database, self.applier, self.queue, self.log)  # type: ignore[arg-type]
        self._fetcher = Fetcher(database, lambda: self.applier.count().studies)  # type: ignore[arg-type]

    def apply(self) -> None:
        """Fetch the studies that are noted, and put them in; what fails stays noted."""
        self.queue.end_quiet()
        batch = self.queue.take()
        try:
            for told in self._fetcher.fetch([(study, self.index.get(study)) for study in batch.changed], 0, 0):
                if isinstance(told, str):
                    self.applier.drop(told)
                else:
                    self.applier.put(told)
        except NotFetched as error:
            self.queue.put_back(Batch(changed=tuple(error.refused)))
        except OrthancFailure:
            self.queue.put_back(batch)
            raise
        self.queue.applied()

    def held(self) -> dict[str, ExpandedStudy]:
        """What the index holds."""
        self.index.check()
        return {id_of(body): json.loads(body) for body in self.index.bodies()}


def ids(*names: str) -> set[str]:
    """The IDs of studies."""
    return set(map(identifier, names))


def _ids(study: str, series: int, instance: int) -> tuple[str, str, str]:
    return identifier(study), identifier(f'{study}/{series}'), identifier(f'{study}/{series}/{instance}')
