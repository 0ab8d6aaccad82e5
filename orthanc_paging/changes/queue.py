"""The changes that Orthanc reported and that are not yet applied."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future

from .recent import RecentStudies
from .recorded import Batch, Recorded
from .second_looks import MOST_BRIEF
from .turns import Turns, Wakeup

MOST_LOOKS = 100
"""Second looks in one batch: five queries by UID, 12 ms on 1.13.0, so that what is new does not wait for them."""

MOST_JOBS = 20
"""Ended jobs in one batch. The worker looks up the resources of each by a call of less than a millisecond."""


def _never() -> bool:
    return False


class Queue:
    """The changes that are recorded and not yet taken. Only the last event on a study counts.

    Any thread records, in O(1). The worker's thread waits, takes, and puts back what it cannot apply.
    """

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        is_reporting: Callable[[], bool] = _never,
    ) -> None:
        """`is_reporting` returns whether the callback that reported the last event still runs."""
        self._monotonic = monotonic
        self._now = now
        self.wakeup = Wakeup()
        self._condition = self.wakeup.condition  # guards all that follows
        self._recorded = Recorded(monotonic, is_reporting)
        self._recent = RecentStudies(monotonic)
        self._flushes: Turns[bool] = Turns(self.wakeup)  # a turn runs from `take` to `applied` or `put_back`
        self._closed = False

    def __len__(self) -> int:
        """The number of changes that are recorded and not yet taken; of second looks, those that are due."""
        return len(self._recorded)

    def study_changed(self, study_id: str) -> None:
        """Record that a study is new or differs. If it was deleted before, it is there again."""
        with self._condition:
            self._recent.record(study_id)
            self._recorded.retries.forget(study_id)
            self._recorded.looks.expect_briefly(study_id)
            self._record_changed(study_id, self._now())

    def study_stable(self, study_id: str) -> None:
        """Record that a study became stable. It needs no fetch, but a second look: scripts act on the event."""
        with self._condition:
            if study_id not in self._recorded.deleted:
                self._expect_look(study_id)
                if study_id not in self._recorded.changed:
                    self._recorded.stable[study_id] = None
                    self._condition.notify()

    def study_deleted(self, study_id: str) -> None:
        """Record that a study is gone. Earlier events on it no longer count."""
        with self._condition:
            self._recorded.delete(study_id)
            self._recent.forget(study_id)
            self._condition.notify()

    def resource_touched(self, resource_id: str) -> None:
        """Record an event on a study or a series that changes nothing by itself. Scripts may act on it."""
        self.look_again([resource_id])

    def job_ended(self, job_id: str) -> None:
        """Record that a job ended, and queue the studies that it may have modified.

        At the end, Orthanc reconstructs the studies that the job made, and reports no event. Scripts may act, too:
        the studies that the job names get a second look.
        """
        with self._condition:
            for study_id in self._recent.studies():
                self._record_changed(study_id, self._now())
            for study_id in self._recent.studies()[-MOST_BRIEF:]:
                self._recorded.looks.expect_briefly(study_id)
            if len(self._recorded.jobs) < MOST_JOBS:
                self._recorded.jobs[job_id] = None
                self._condition.notify()

    def look_again(self, resource_ids: Iterable[str]) -> None:
        """Give these studies and series a second look. O(those)."""
        with self._condition:
            for resource_id in resource_ids:
                self._expect_look(resource_id)

    def series_deleted(self, series_id: str) -> None:
        """Record that a series is gone. Orthanc does not report which study it belonged to."""
        with self._condition:
            self._recorded.deleted_series[series_id] = self._now()
            self._condition.notify()

    def instance_deleted(self, instance_id: str) -> None:
        """Record that an instance is gone. Orthanc does not report which study it belonged to."""
        with self._condition:
            self._recorded.deleted_instances[instance_id] = self._now()
            self._condition.notify()

    def instance_added(self, instance_id: str) -> None:
        """Record that an instance is there. If its deletion was reported just before, it was overwritten."""
        if instance_id in self._recorded.deleted_instances:
            with self._condition:
                self._recorded.deleted_instances.pop(instance_id, None)

    def wait(self, at_most: float) -> bool:
        """Wait until a change is due, `at_most` seconds are over or `wakeup` is set; False after `close`."""
        until = self._monotonic() + at_most
        with self._condition:
            while not (self._closed or self.wakeup.is_set):
                self._recorded.release(self._now())
                seconds = min(until - self._monotonic(), self._recorded.seconds_to_next())
                if seconds <= 0:
                    break
                self._condition.wait(seconds)
            self.wakeup.is_set = False
            return not self._closed

    def studies(self) -> list[str]:
        """Return the studies with a recorded change, and those that wait for a retry. O(those)."""
        with self._condition:
            return self._recorded.studies()

    def looks(self) -> list[str]:
        """Return the studies and series that wait for a second look. O(those)."""
        with self._condition:
            return [*self._recorded.again, *self._recorded.looks.waiting()]

    def end_quiet(self) -> None:
        """Let all studies in their quiet time be due now. Second looks and retries keep their time."""
        with self._condition:
            self._recorded.release(self._now())
            self._recorded.changed.end_all()

    def flush(self) -> Future[bool]:
        """Request that all recorded changes are applied now, quiet times or not; the result is whether they were.

        Second looks are taken now, and again at their time. If nothing is recorded, the result is that of the
        batch that is being applied, or True.
        """
        with self._condition:
            self._recorded.again.update(dict.fromkeys(self._recorded.looks.waiting()))
            if self._closed or len(self):
                self._recorded.changed.end_all()
                return self._flushes.request()
            if self._flushes.is_running():
                return self._flushes.join()
        done: Future[bool] = Future()
        done.set_result(True)
        return done

    def rest(self, seconds: float) -> None:
        """Wait so many seconds, less if `flush` or `close` is called."""
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._flushes.is_due(), seconds)

    def take(self) -> Batch:
        """Return all changes that are due. `applied` or `put_back` must follow. O(recorded).

        Of second looks, `MOST_LOOKS` are taken at most, unless a flush waits for all.
        """
        with self._condition:
            self._flushes.begin()
            self._recorded.release(self._now())
            looks = len(self._recorded.again) if self._flushes.is_awaited() else MOST_LOOKS
            return self._recorded.take(looks)

    def applied(self) -> None:
        """Record that the batch is applied."""
        self._flushes.answer(True)

    def put_back(self, batch: Batch) -> None:
        """Record again what could not be applied, studies after a quiet time. Newer events count more."""
        with self._condition:
            self._flushes.answer(False)
            self._recorded.put_back(batch, self._now() if batch.since is None else batch.since)
            self._condition.notify()

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def retry(self, refused: Iterable[str]) -> None:
        """Record that the batch is applied without these studies. Each is due again at its retry."""
        with self._condition:
            for study_id in refused:
                self._recorded.retries.record(study_id)
            self._flushes.answer(False)

    def fetched(self, study_id: str) -> None:
        """Record that a refused study could be fetched, or is gone."""
        with self._condition:
            self._recorded.retries.forget(study_id)

    def close(self) -> None:
        """Let `wait` return False, now and from now on, and cancel all flushes."""
        with self._condition:
            self._closed = True
            self._flushes.close()
            self._condition.notify_all()

    def _expect_look(self, resource_id: str) -> None:
        if not len(self._recorded.looks):
            self._condition.notify()  # the waiting thread knows no time yet; a later look is due later
        self._recorded.looks.expect(resource_id)

    def _record_changed(self, study_id: str, reported: float) -> None:
        if self._recorded.change(study_id, reported):
            self._condition.notify()
