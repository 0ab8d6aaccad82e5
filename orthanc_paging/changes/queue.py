"""The changes that Orthanc reported and that are not yet applied."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from math import inf
from threading import Condition

from .second_looks import MOST_BRIEF, SecondLooks

QUIET_SECONDS = 0.5
"""How long a fetched study is not fetched again: a thousand instances that pour in cost two fetches a second, and
the page is never older than this."""

RECENT_SECONDS = 60.0
"""How long a job may take to reconstruct the studies that it made, after the last event on them."""

MOST_LOOKS = 100
"""Second looks in one batch: five queries by UID, 12 ms on 1.13.0, so that what is new does not wait for them."""

MOST_JOBS = 20
"""Ended jobs in one batch of which the resources are looked up, by a call each of less than a millisecond."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be applied.

    `changed` are studies to fetch; `again` are studies and series for a second look; `stable` became stable;
    `deleted` are gone (no study is in two of `changed`, `stable` and `deleted`). `deleted_series` and
    `deleted_instances` are gone, too. `jobs` are jobs that ended. `since` is when the first change was reported
    that needs a fetch, in seconds since 1970; None if there is none.
    """

    changed: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    stable: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    deleted_series: tuple[str, ...] = ()
    deleted_instances: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    since: float | None = None


def _never() -> bool:
    return False


class Queue:
    """The changes that are recorded and not yet taken. Only the last event on a study counts.

    Any thread records, in O(1); one thread waits, takes, and puts back what it could not apply.
    """

    def __init__(
        self,
        quiet: float = QUIET_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        is_reporting: Callable[[], bool] = _never,
    ) -> None:
        """`is_reporting` returns whether the callback that reported the last event still runs."""
        self._quiet_seconds = quiet
        self._monotonic = monotonic
        self._now = now
        self._condition = Condition()  # guards all that follows
        self._changed: dict[str, float] = {}  # study → when it was reported; due now
        self._held: dict[str, float] = {}  # the same, in their quiet time
        self._again: dict[str, None] = {}  # studies and series whose second look is due now
        self._looks = SecondLooks(monotonic, is_reporting)
        self._quiet: OrderedDict[str, float] = OrderedDict()  # study → monotonic seconds of its end, ascending
        self._recent: OrderedDict[str, float] = OrderedDict()  # study → monotonic seconds of its last event
        self._stable: dict[str, None] = {}
        self._deleted: dict[str, None] = {}
        self._deleted_series: dict[str, float] = {}
        self._deleted_instances: dict[str, float] = {}
        self._jobs: dict[str, None] = {}
        self._flushing: list[Future[bool]] = []  # answered when the next batch is applied
        self._in_hand: list[Future[bool]] | None = None  # when the present one is; None where there is none
        self._woken = False
        self._closed = False

    def __len__(self) -> int:
        """The number of changes that are recorded and not yet taken; of second looks, those that are due."""
        parts = (self._changed, self._held, self._again, self._stable, self._deleted)
        count = sum(len(part) for part in parts)
        return count + len(self._deleted_series) + len(self._deleted_instances) + len(self._jobs)

    def study_changed(self, study_id: str) -> None:
        """A study is new or differs; if it was deleted before, it is there again."""
        with self._condition:
            self._deleted.pop(study_id, None)
            self._remember(study_id)
            self._looks.expect_briefly(study_id)
            self._record_changed(study_id, self._now())

    def study_stable(self, study_id: str) -> None:
        """A study became stable. That needs no fetch; but scripts act on it, so it gets a second look."""
        with self._condition:
            if study_id not in self._deleted:
                self._expect_look(study_id)
            if study_id not in self._changed and study_id not in self._held and study_id not in self._deleted:
                self._stable[study_id] = None
                self._condition.notify()

    def study_deleted(self, study_id: str) -> None:
        """A study is gone; whatever was reported of it before is void."""
        with self._condition:
            self._changed.pop(study_id, None)
            self._held.pop(study_id, None)
            self._stable.pop(study_id, None)
            self._quiet.pop(study_id, None)
            self._recent.pop(study_id, None)
            self._again.pop(study_id, None)
            self._looks.forget(study_id)
            self._deleted[study_id] = None
            self._condition.notify()

    def resource_touched(self, resource_id: str) -> None:
        """An event on a study or a series that changes nothing by itself; but scripts may act on it."""
        with self._condition:
            self._expect_look(resource_id)

    def job_ended(self, job_id: str) -> None:
        """A job may have modified or anonymised: last of all, in silence, it reads tags from the files again.

        Scripts may act on it, too, on the studies that it was for: those get a second look.
        """
        with self._condition:
            self._forget_old()
            for study_id in self._recent:
                self._record_changed(study_id, self._now())
            for study_id in reversed([*islice(reversed(self._recent), MOST_BRIEF)]):
                self._looks.expect_briefly(study_id)
            if len(self._jobs) < MOST_JOBS:
                self._jobs[job_id] = None
                self._condition.notify()

    def look_again(self, resource_ids: Iterable[str]) -> None:
        """These studies and series get a second look. O(those)."""
        with self._condition:
            for resource_id in resource_ids:
                self._expect_look(resource_id)

    def series_deleted(self, series_id: str) -> None:
        """A series is gone. Of the study that it belonged to Orthanc says nothing."""
        with self._condition:
            self._deleted_series[series_id] = self._now()
            self._condition.notify()

    def instance_deleted(self, instance_id: str) -> None:
        """An instance is gone. Of the study that it belonged to Orthanc says nothing."""
        with self._condition:
            self._deleted_instances[instance_id] = self._now()
            self._condition.notify()

    def instance_added(self, instance_id: str) -> None:
        """An instance is there: if it was reported as deleted just before, it was overwritten."""
        if instance_id in self._deleted_instances:
            with self._condition:
                self._deleted_instances.pop(instance_id, None)

    def wait(self, at_most: float | None = None) -> bool:
        """Wait until there is something to take, `at_most` seconds are over, or `wake` or `close` was called.

        False once `close` was called, else True.
        """
        until = None if at_most is None else self._monotonic() + at_most
        with self._condition:
            while not (self._closed or self._woken):
                seconds = self._seconds_to_next()
                if until is not None:
                    seconds = min(until - self._monotonic(), inf if seconds is None else seconds)
                if seconds is not None and seconds <= 0:
                    break
                self._condition.wait(seconds)
            self._woken = False
            return not self._closed

    def wake(self) -> None:
        """Let `wait` return, now or the next time."""
        with self._condition:
            self._woken = True
            self._condition.notify_all()

    def studies(self) -> list[str]:
        """The studies of which something is recorded and not yet taken. O(pending)."""
        with self._condition:
            return [*self._changed, *self._held, *self._stable, *self._deleted]

    def looks(self) -> list[str]:
        """The studies and series that wait for a second look. O(those)."""
        with self._condition:
            return [*self._again, *self._looks.waiting()]

    def end_quiet(self) -> None:
        """Let all studies in their quiet time be due now."""
        with self._condition:
            self._end_quiet()

    def flush(self) -> Future[bool]:
        """Have all that is recorded applied now, quiet times or not; the result is whether it was.

        Second looks are taken now, and once more when their time comes.
        """
        flushed: Future[bool] = Future()
        with self._condition:
            self._again.update(dict.fromkeys(self._looks.waiting()))
            if self._closed:
                flushed.cancel()
            elif len(self):
                self._end_quiet()
                self._flushing.append(flushed)
                self._condition.notify_all()
            elif self._in_hand is not None:
                self._in_hand.append(flushed)
            else:
                flushed.set_result(True)
        return flushed

    def rest(self, seconds: float) -> None:
        """Wait so many seconds, less where `flush` or `close` is called."""
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._flushing, seconds)

    def take(self) -> Batch:
        """All that is due; a study in its quiet time stays until that is over. O(pending).

        Of second looks, `MOST_LOOKS` at most, unless somebody waits. `applied` or `put_back` must follow.
        """
        with self._condition:
            self._in_hand, self._flushing = self._flushing, []
            self._release()
            looks = len(self._again) if self._in_hand else MOST_LOOKS
            batch = Batch(
                changed=tuple(self._changed),
                again=tuple(islice(self._again, looks)),
                stable=tuple(self._stable),
                deleted=tuple(self._deleted),
                deleted_series=tuple(self._deleted_series),
                deleted_instances=tuple(self._deleted_instances),
                jobs=tuple(self._jobs),
                since=self._first_report(),
            )
            self._be_quiet(batch.changed)
            for resource_id in batch.again:
                del self._again[resource_id]
            for reported in (self._changed, self._deleted_series, self._deleted_instances):
                reported.clear()
            for recorded in (self._stable, self._deleted, self._jobs):
                recorded.clear()
            return batch

    def applied(self) -> None:
        """What was taken is applied."""
        with self._condition:
            self._answer(True)

    def put_back(self, batch: Batch) -> None:
        """Record again what could not be applied, studies after a quiet time; newer events count more."""
        with self._condition:
            self._answer(False)
            since = self._now() if batch.since is None else batch.since
            newer = self._changed.keys() | self._held.keys() | self._deleted.keys()
            self._be_quiet(batch.changed)
            for study in batch.changed:
                if study not in newer:
                    self._record_changed(study, since)
            self._again.update((one, None) for one in batch.again if one not in newer)
            self._stable.update((study, None) for study in batch.stable if study not in newer)
            self._deleted.update((study, None) for study in batch.deleted if study not in newer)
            self._deleted_series.update(dict.fromkeys(batch.deleted_series, since))
            self._deleted_instances.update(dict.fromkeys(batch.deleted_instances, since))
            self._jobs.update(dict.fromkeys(batch.jobs))

    def close(self) -> None:
        """Let `wait` return False, now and from now on."""
        with self._condition:
            self._closed = True
            for flushed in [*self._flushing, *(self._in_hand or ())]:
                flushed.cancel()
            self._flushing, self._in_hand = [], None
            self._condition.notify_all()

    def _end_quiet(self) -> None:
        self._changed.update(self._held)
        self._held.clear()

    def _answer(self, applied: bool) -> None:
        for flushed in self._in_hand or ():
            flushed.set_result(applied)
        self._in_hand = None

    def _remember(self, study_id: str) -> None:
        self._recent[study_id] = self._monotonic()
        self._recent.move_to_end(study_id)
        self._forget_old()

    def _forget_old(self) -> None:
        before = self._monotonic() - RECENT_SECONDS
        while self._recent and next(iter(self._recent.values())) < before:
            self._recent.popitem(last=False)

    def _first_report(self) -> float | None:
        parts = (self._changed, self._deleted_series, self._deleted_instances)
        return min((min(part.values()) for part in parts if part), default=None)

    def _expect_look(self, resource_id: str) -> None:
        if not len(self._looks):
            self._condition.notify()  # the waiting thread knows no time yet; a later look is due later
        self._looks.expect(resource_id)

    def _record_changed(self, study_id: str, reported: float) -> None:
        self._stable.pop(study_id, None)
        self._again.pop(study_id, None)
        if study_id in self._quiet:
            self._held[study_id] = reported
            wakes = len(self._held) == 1  # else the waiting thread has its time already
        else:
            self._changed[study_id] = reported
            wakes = True
        if wakes:
            self._condition.notify()

    def _seconds_to_next(self) -> float | None:
        self._release()
        if len(self) > len(self._held):
            return 0
        to_look = self._looks.seconds_to_next()
        to_end = next(iter(self._quiet.values())) - self._monotonic() if self._held else None
        return to_look if to_end is None else to_end if to_look is None else min(to_look, to_end)

    def _be_quiet(self, studies: Iterable[str]) -> None:
        until = self._monotonic() + self._quiet_seconds
        for study in studies:
            self._quiet[study] = until
            self._quiet.move_to_end(study)

    def _release(self) -> None:
        """End the quiet times that are over, and begin the second looks that are due."""
        monotonic = self._monotonic()
        while self._quiet and next(iter(self._quiet.values())) <= monotonic:
            study, _ = self._quiet.popitem(last=False)
            if study in self._held:
                self._changed[study] = self._held.pop(study)
        for resource_id in self._looks.take():
            if resource_id not in self._changed and resource_id not in self._held:
                self._again[resource_id] = None
