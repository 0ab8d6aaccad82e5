"""Takes what is due from the queue, fetches it, and applies it to the index."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from ..changes.announce import announce
from ..changes.queue import Queue
from ..changes.recorded import Batch
from ..errors import NotFetched, OrthancFailure, Refused
from ..figures import Figures
from ..orthanc_api.protocol import OrthancApi
from ..studies.study import ExpandedStudy
from .applier import Applier
from .fetch import CLOCK_SLACKS, Fetcher
from .relist import Relister

SETTLE_SECONDS = 0.004
"""Orthanc reports seven events for an upload within this time. Waiting for the last makes it one fetch."""

PAUSE_FACTOR = 20
SOON_SECONDS = 0.8
FREE_SECONDS = 0.001
"""After a fetch, the worker pauses for (time spent in Orthanc) × min(studies fetched, 20), so that a large fetch
leaves Orthanc mostly to others. The pause is at most 0.8 s − 2 × (duration of the fetch), so that every change
still appears within a second, but at least as long as the time spent in Orthanc. A millisecond is free."""


class Worker:
    """Applies the changes that the queue recorded. For one thread, unless a method says otherwise."""

    def __init__(
        self, api: OrthancApi, queue: Queue, applier: Applier, fetcher: Fetcher, relister: Relister
    ) -> None:
        self.wakeup = queue.wakeup
        """Wakes the worker from `wait`."""
        self._api = api
        self._queue = queue
        self._applier = applier
        self._fetcher = fetcher
        self._relister = relister
        self._fetched = 0
        self._lag = 0.0
        self._refused: set[str] = set()

    def wait(self, at_most: float) -> bool:
        """Wait until something is due, `at_most` seconds. Return False if the worker was stopped."""
        return self._queue.wait(at_most)

    def stop(self) -> None:
        """End all waiting, now and from now on. From any thread."""
        self._queue.close()

    def work(self) -> None:
        """Apply what is due, and pause. Raises `OrthancFailure`; then everything is in the queue again."""
        if self._queue:
            self._queue.rest(SETTLE_SECONDS)
            busy, fetched, began = self._api.seconds, self._fetched, time.monotonic()
            self._apply_batch(self._queue.take())
            took = time.monotonic() - began
            self._queue.rest(_pause_after(self._api.seconds - busy, took, self._fetched - fetched))

    def apply_all(self) -> None:
        """Apply everything that the queue recorded, without any waiting. Raises `OrthancFailure`."""
        self._queue.end_quiet()
        if self._queue:
            self._apply_batch(self._queue.take())

    def apply_touched(self, since: float, until: float, slack: float) -> None:
        """Apply the studies whose LastUpdate lies between, in seconds since 1970. Raises `OrthancFailure`.

        `slack` are the seconds by which the clocks may differ.
        """
        for expanded in self._fetcher.touched(since, until, slack):
            self._applier.update(expanded)
            self._applier.distrust_tags([expanded['ID']])

    def studies(self) -> int:
        """Return the number of studies in the index. From any thread."""
        return self._applier.count().studies

    def measure(self, figures: Figures) -> None:
        """Fill in how many studies were fetched, how many changes wait, and how late the last one was applied."""
        figures.pending = len(self._queue)
        figures.fetched = self._fetched
        figures.lag = self._lag

    def _apply_batch(self, batch: Batch) -> None:
        self._relister.disregard([*batch.stable, *batch.deleted])
        try:
            self._apply_changes(batch)
            self._queue.applied()
        except NotFetched as error:
            self._queue.retry(error.refused)
            self._log_refused(error.refused)
        except OrthancFailure:
            self._queue.put_back(batch)
            raise

    def _apply_changes(self, batch: Batch) -> None:
        now = time.time()
        of_series = [self._applier.study_of(series) for series in batch.deleted_series]
        smaller = {study for study in of_series if study and study not in batch.deleted}
        for study_id in batch.deleted:
            self._applier.drop(study_id)
        if batch.deleted_instances:
            self._find_by_time(batch.since, now)
        unknown = [study_id for study_id in batch.stable if not self._applier.make_stable(study_id)]
        changed = dict.fromkeys([*batch.changed, *smaller])
        again = {study: None for study in [*unknown, *self._second_looks(batch)] if study not in changed}
        self._relister.disregard([*changed, *again])
        if self._api.capabilities().is_shared:
            self._report_to_replicas(batch, smaller, is_one_unknown=None in of_series)
        refused = self._fetch(changed, batch.since, now)
        if batch.since is not None:
            self._lag = max(0.0, time.time() - batch.since)
        refused.update(self._fetch(again, None, now))
        if refused:
            raise NotFetched(refused)

    def _fetch(self, studies: Iterable[str], since: float | None, now: float) -> dict[str, Refused]:
        """Fetch studies and apply them. Return those that Orthanc refuses. Raises `OrthancFailure`.

        `since` is when the first event on them was reported; None if they may be unchanged.
        """
        try:
            for fetched in self._fetcher.fetch(studies, since, now):
                if self._queue.is_closed:
                    raise OrthancFailure('stopping')  # the rest of the batch goes back, and into the journal
                self._apply(fetched)
                if since is not None and not isinstance(fetched, str):
                    self._applier.distrust_tags([fetched['ID']])
        except NotFetched as error:
            return dict(error.refused)
        return {}

    def _apply(self, fetched: ExpandedStudy | str) -> None:
        """Apply a fetched study; if it is a mere ID, that study is gone."""
        study_id = fetched if isinstance(fetched, str) else fetched['ID']
        if study_id in self._refused:
            self._refused.remove(study_id)
            self._queue.fetched(study_id)
        if isinstance(fetched, str):
            self._applier.drop(fetched)
        else:
            self._fetched += 1
            self._applier.update(fetched)

    def _second_looks(self, batch: Batch) -> Iterator[str]:
        """Yield the studies that get a second look now. Those of jobs get another one a moment later."""
        of_jobs: list[str] = []
        for job_id in batch.jobs:
            with suppress(Refused):
                of_jobs += self._api.resources_of_job(job_id)
        self._queue.look_again(resource for resource in of_jobs if self._applier.study_of(resource))
        gone = set(batch.deleted)
        for resource in [*batch.again, *of_jobs]:
            study_id = self._applier.study_of(resource)
            if study_id is not None and study_id not in gone:
                yield study_id

    def _find_by_time(self, since: float | None, now: float) -> None:
        """Apply the studies that lost an instance: no event says to which study that belonged."""
        if since is None or not self._fetcher.can_query(since, now):
            self._relister.want()
            return
        self.apply_touched(since, now, CLOCK_SLACKS[-1])

    def _report_to_replicas(self, batch: Batch, smaller: set[str], is_one_unknown: bool) -> None:
        """Write to Orthanc's log which studies lost a series: Orthanc itself logs no deletion.

        A series that is unknown here was deleted as soon as it came. Its study is one that changed just now, or
        one that another replica received, and then only a relist finds it.
        """
        if is_one_unknown and not batch.deleted:
            smaller = smaller.union(batch.changed)
            self._relister.want()
        announce(self._api, smaller)

    def _log_refused(self, refused: Mapping[str, Refused]) -> None:
        for study_id in refused.keys() - self._refused:
            self._api.log_warning(f'study {study_id} cannot be fetched, trying again: {refused[study_id]}')
        self._refused |= refused.keys()


def _pause_after(busy: float, took: float, studies: int) -> float:
    """Return the seconds to pause after a fetch of some studies. It took so long, Orthanc was busy for a part."""
    factor = min(max(studies, 1), PAUSE_FACTOR)
    return min(max(0.0, busy - FREE_SECONDS) * factor, max(busy, SOON_SECONDS - 2 * took))
