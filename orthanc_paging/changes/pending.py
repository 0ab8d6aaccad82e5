"""The changes that Orthanc told and that are not yet applied."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from math import inf
from threading import Condition

QUIET_SECONDS = 0.5
"""How long a study that was fetched is left alone: a thousand instances pouring in cost two fetches a second,
and what the page tells of that study is never older."""

RECENT_SECONDS = 60.0
"""How long a job of Orthanc's may take to reconstruct what it made, after the last word of it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be applied.

    Studies to fetch; those that became stable, and are else as they were; those that are gone (no study is in two
    of these); series and instances that are gone; and when the first change that needs a fetch was told (seconds
    since 1970).
    """

    changed: tuple[str, ...] = ()
    stable: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    deleted_series: tuple[str, ...] = ()
    deleted_instances: tuple[str, ...] = ()
    since: float = 0.0


class Pending:
    """The changes noted and not yet taken. Only the last word on a study counts.

    Any thread notes, in O(1); one thread waits, takes, and puts back what it could not apply.
    """

    def __init__(
        self,
        quiet: float = QUIET_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._quiet_seconds = quiet
        self._monotonic = monotonic
        self._now = now
        self._condition = Condition()  # guards all that follows
        self._changed: dict[str, float] = {}  # study → when it was told; due now
        self._held: dict[str, float] = {}  # the same, in their quiet time
        self._quiet: OrderedDict[str, float] = OrderedDict()  # study → monotonic seconds of its end, ascending
        self._recent: OrderedDict[str, float] = OrderedDict()  # study → monotonic seconds when it was told
        self._stable: dict[str, None] = {}
        self._deleted: dict[str, None] = {}
        self._deleted_series: dict[str, float] = {}
        self._deleted_instances: dict[str, float] = {}
        self._flushing: list[Future[bool]] = []  # answered when the next batch is applied
        self._in_hand: list[Future[bool]] | None = None  # when the present one is; None where there is none
        self._woken = False
        self._closed = False

    def __len__(self) -> int:
        """The number of changes noted and not yet taken."""
        told = len(self._changed) + len(self._held) + len(self._stable)
        return told + len(self._deleted) + len(self._deleted_series) + len(self._deleted_instances)

    def study_changed(self, study_id: str) -> None:
        """A study is new or differs; if it was deleted before, it is there again."""
        with self._condition:
            self._deleted.pop(study_id, None)
            self._remember(study_id)
            self._note_changed(study_id, self._now())

    def study_stable(self, study_id: str) -> None:
        """A study became stable, which needs no fetch, as that is all that changed."""
        with self._condition:
            if study_id not in self._changed and study_id not in self._held and study_id not in self._deleted:
                self._stable[study_id] = None
                self._condition.notify()

    def study_deleted(self, study_id: str) -> None:
        """A study is gone; whatever was told of it before is void."""
        with self._condition:
            self._changed.pop(study_id, None)
            self._held.pop(study_id, None)
            self._stable.pop(study_id, None)
            self._quiet.pop(study_id, None)
            self._recent.pop(study_id, None)
            self._deleted[study_id] = None
            self._condition.notify()

    def job_ended(self) -> None:
        """A job may have modified or anonymised: last of all, in silence, it reads tags from the files again."""
        with self._condition:
            self._forget_old()
            for study_id in self._recent:
                self._note_changed(study_id, self._now())

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
        """An instance is there: if it was told as deleted just before, it was overwritten, and that is void."""
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
        """The studies of which something is noted and not yet taken. O(pending)."""
        with self._condition:
            return [*self._changed, *self._held, *self._stable, *self._deleted]

    def end_quiet(self) -> None:
        """Let all studies in their quiet time be due now."""
        with self._condition:
            self._end_quiet()

    def flush(self) -> Future[bool]:
        """Have all that is noted applied now, quiet times or not; the result tells whether it was."""
        flushed: Future[bool] = Future()
        with self._condition:
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

        `applied` or `put_back` must follow.
        """
        with self._condition:
            self._in_hand, self._flushing = self._flushing, []
            self._release()
            fetched_for = (self._changed, self._deleted_series, self._deleted_instances)
            batch = Batch(
                tuple(self._changed),
                tuple(self._stable),
                tuple(self._deleted),
                tuple(self._deleted_series),
                tuple(self._deleted_instances),
                min((min(part.values()) for part in fetched_for if part), default=0.0),
            )
            self._be_quiet(batch.changed)
            for part in (*fetched_for, self._stable, self._deleted):
                part.clear()
            return batch

    def applied(self) -> None:
        """What was taken is applied."""
        with self._condition:
            self._answer(True)

    def put_back(self, batch: Batch) -> None:
        """Note again what could not be applied, studies after a quiet time; what was told since counts more."""
        with self._condition:
            self._answer(False)
            told = self._changed.keys() | self._held.keys() | self._deleted.keys()
            self._be_quiet(batch.changed)
            for study in batch.changed:
                if study not in told:
                    self._note_changed(study, batch.since)
            self._stable.update((study, None) for study in batch.stable if study not in told)
            self._deleted.update((study, None) for study in batch.deleted if study not in told)
            self._deleted_series.update(dict.fromkeys(batch.deleted_series, batch.since))
            self._deleted_instances.update(dict.fromkeys(batch.deleted_instances, batch.since))

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

    def _note_changed(self, study_id: str, told: float) -> None:
        self._stable.pop(study_id, None)
        if study_id in self._quiet:
            self._held[study_id] = told
            wakes = len(self._held) == 1  # else the waiting thread has its time already
        else:
            self._changed[study_id] = told
            wakes = True
        if wakes:
            self._condition.notify()

    def _seconds_to_next(self) -> float | None:
        self._release()
        if self._changed or self._stable or self._deleted or self._deleted_series or self._deleted_instances:
            return 0
        if not self._held:
            return None
        return next(iter(self._quiet.values())) - self._monotonic()

    def _be_quiet(self, studies: Iterable[str]) -> None:
        until = self._monotonic() + self._quiet_seconds
        for study in studies:
            self._quiet[study] = until
            self._quiet.move_to_end(study)

    def _release(self) -> None:
        """End the quiet times that are over."""
        monotonic = self._monotonic()
        while self._quiet and next(iter(self._quiet.values())) <= monotonic:
            study, _ = self._quiet.popitem(last=False)
            if study in self._held:
                self._changed[study] = self._held.pop(study)
