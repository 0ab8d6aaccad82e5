"""An index that follows a fake Orthanc, for the tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from orthanc_paging.changes.change_log import ChangeLog
from orthanc_paging.changes.delivered import Delivered
from orthanc_paging.changes.queue import Queue
from orthanc_paging.changes.recorded import Batch
from orthanc_paging.errors import NotFetched, OrthancFailure
from orthanc_paging.index.study_index import StudyIndex
from orthanc_paging.reflector.applier import Applier
from orthanc_paging.reflector.fetch import Fetcher
from orthanc_paging.replicas.census import Census
from orthanc_paging.studies.study import ExpandedStudy, id_of
from tests.support.clock import Clock
from tests.support.fake_orthanc import STARTED, FakeOrthanc


class Follower:
    """An index, and what keeps it in step with a database: what the reflector has, without its thread.

    `changed` is called with each study that was written.
    """

    def __init__(self, database: FakeOrthanc, clock: Clock | None = None, started: float = STARTED) -> None:
        self.clock = clock or Clock()
        self.index = StudyIndex()
        self.queue = Queue()
        self.wakeup = self.queue.wakeup
        self.delivered = Delivered(started)
        self.log = ChangeLog(
            database,
            self.index,
            self.queue,
            self.delivered,
            self.clock,
        )
        self.changed: Callable[[Sequence[str]], object] = lambda _: None
        self.applier = Applier(database, self.index, lambda studies: self.changed(studies))
        self.census = Census(database, self.index, self.applier, self.queue, self)
        self._fetcher = Fetcher(database, lambda: self.applier.count().studies)

    def apply_all(self) -> None:
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
