"""An index that follows a fake Orthanc by the real parts, without a thread, for the tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from orthanc_paging.changes.change_log import ChangeLog
from orthanc_paging.changes.delivered import Delivered
from orthanc_paging.changes.queue import Queue
from orthanc_paging.changes.second_looks import LOOK_SECONDS
from orthanc_paging.changes.tag_queue import TagQueue
from orthanc_paging.index.study_index import StudyIndex
from orthanc_paging.reflector.applier import Applier
from orthanc_paging.reflector.fetch import Fetcher
from orthanc_paging.reflector.relist import Relister
from orthanc_paging.reflector.relist_timetable import Timetable
from orthanc_paging.reflector.worker import Worker
from orthanc_paging.replicas.comparison import Comparison
from orthanc_paging.studies.study import ExpandedStudy, id_of
from tests.support.clock import Clock
from tests.support.fake_orthanc import STARTED, FakeOrthanc
from tests.unit.checks import check


def database_of(*studies: str) -> FakeOrthanc:
    """Return an Orthanc with one instance of each study."""
    database = FakeOrthanc()
    for study in studies:
        database.upload(study)
    return database


class RecordingJournal:
    """A journal in memory. `on_change` is called with the studies that were written."""

    def __init__(self) -> None:
        self.on_change: Callable[[Sequence[str]], object] = lambda _: None
        self.completions = 0

    def changed(self, studies: Sequence[str]) -> None:
        self.on_change(studies)

    def completed(self) -> None:
        self.completions += 1


class Follower:
    """An index, and what keeps it in step with a database: what the reflector has, without its thread."""

    def __init__(
        self,
        database: FakeOrthanc,
        clock: Clock | None = None,
        started: float = STARTED,
        every: float = 0,
        rate: float = 1000,
    ) -> None:
        self.database = database
        self.clock = clock or Clock()
        self.index = StudyIndex()
        self.queue = Queue(monotonic=self.clock)
        self.tag_queue = TagQueue(self.queue, self.clock)
        self.delivered = Delivered(started)
        self.log = ChangeLog(database, self.index, self.queue, self.delivered, self.clock)
        self.journal = RecordingJournal()
        self.applier = Applier(database, self.index, self.journal, self.tag_queue, self.clock)
        self.fetcher = Fetcher(database, self.applier)
        self.timetable = Timetable(every, rate, self.clock)
        self.relister = Relister(database, self.queue, self.applier, self.fetcher, self.timetable)
        self.worker = Worker(database, self.queue, self.applier, self.fetcher, self.relister)
        self.comparison = Comparison(database, self.index, self.applier, self.queue, self.worker)

    def apply_all(self) -> None:
        """Apply what the queue contains; what fails stays in it."""
        self.worker.apply_all()

    def settle(self) -> None:
        """Apply everything, second looks too. No computed tags are to be requested afterwards."""
        self.apply_all()
        self.clock.seconds += 2 * LOOK_SECONDS
        self.queue.wait(0)
        self.apply_all()
        self.tag_queue.take(len(self.tag_queue))

    def content(self) -> dict[str, ExpandedStudy]:
        """Return what the index contains."""
        check(self.index)
        return {id_of(body): json.loads(body) for body in self.index.bodies()}
