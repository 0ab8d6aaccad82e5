"""What the queue has recorded and the worker has not taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from .quiet_times import QuietTimes
from .retries import Retries
from .second_looks import SecondLooks


@dataclass(frozen=True, slots=True)
class Batch:
    """The changes that the worker applies together.

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


class Recorded:
    """The recorded changes, by kind. Not thread-safe: `Queue` guards it.

    The last event on a study decides in which of `changed`, `stable` and `deleted` it is. Times are those of the
    report, in seconds since 1970. When `looks` and `retries` are due, they move to `again`
    and `changed`.
    """

    def __init__(self, monotonic: Callable[[], float], is_reporting: Callable[[], bool]) -> None:
        self.changed = QuietTimes(monotonic)
        self.looks = SecondLooks(monotonic, is_reporting)
        self.retries = Retries(monotonic)
        self.again: dict[str, None] = {}
        self.stable: dict[str, None] = {}
        self.deleted: dict[str, None] = {}
        self.deleted_series: dict[str, float] = {}
        self.deleted_instances: dict[str, float] = {}
        self.jobs: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self.changed) + self.ready()

    def ready(self) -> int:
        """Return the number of changes that wait for no quiet time, without the changed studies."""
        kinds = (self.again, self.stable, self.deleted, self.jobs)
        return sum(map(len, kinds)) + len(self.deleted_series) + len(self.deleted_instances)

    def studies(self) -> list[str]:
        """Return the studies with a recorded change, and those that wait for a retry. O(those)."""
        return [*self.changed.studies(), *self.stable, *self.deleted, *self.retries.studies()]

    def seconds_to_next(self) -> float:
        """Return the seconds until something is due, 0 for now; infinity if nothing waits."""
        if self.changed.are_due() or self.ready():
            return 0.0
        return min(part.seconds_to_next() for part in (self.changed, self.looks, self.retries))

    def release(self, now: float) -> None:
        """End the quiet times that are over, and begin the second looks and the retries that are due."""
        self.changed.release()
        for study_id in self.retries.take():
            self.change(study_id, now)
        for resource_id in self.looks.take():
            if resource_id not in self.changed:
                self.again[resource_id] = None

    def change(self, study_id: str, reported: float) -> bool:
        """Record that a study is to be fetched; return whether the time of the next due study is a new one."""
        for part in (self.deleted, self.stable, self.again):
            part.pop(study_id, None)
        return self.changed.record(study_id, reported)

    def delete(self, study_id: str) -> None:
        """Record that a study is gone."""
        for part in (self.changed, self.looks, self.retries):
            part.forget(study_id)
        self.stable.pop(study_id, None)
        self.again.pop(study_id, None)
        self.deleted[study_id] = None

    def take(self, looks: int) -> Batch:
        """Remove and return all that is due, and `looks` second looks at most. O(recorded)."""
        reported = [*self.changed.reports(), *self.deleted_series.values(), *self.deleted_instances.values()]
        batch = Batch(
            since=min(reported, default=None),
            changed=self.changed.take(),
            again=tuple(islice(self.again, looks)),
            stable=tuple(self.stable),
            deleted=tuple(self.deleted),
            deleted_series=tuple(self.deleted_series),
            deleted_instances=tuple(self.deleted_instances),
            jobs=tuple(self.jobs),
        )
        for resource_id in batch.again:
            del self.again[resource_id]
        for part in (self.stable, self.deleted, self.jobs):
            part.clear()
        for reports in (self.deleted_series, self.deleted_instances):
            reports.clear()
        return batch

    def put_back(self, batch: Batch, since: float) -> None:
        """Record a batch again, its studies after a quiet time. Newer events count more."""
        newer = {*self.changed.studies(), *self.deleted}
        self.changed.begin(batch.changed)
        for study_id in batch.changed:
            if study_id not in newer:
                self.change(study_id, since)
        self.again.update((resource_id, None) for resource_id in batch.again if resource_id not in newer)
        self.stable.update((study_id, None) for study_id in batch.stable if study_id not in newer)
        self.deleted.update((study_id, None) for study_id in batch.deleted if study_id not in newer)
        self.deleted_series.update(dict.fromkeys(batch.deleted_series, since))
        self.deleted_instances.update(dict.fromkeys(batch.deleted_instances, since))
        self.jobs.update(dict.fromkeys(batch.jobs))
