"""Keeps the index in step with Orthanc: list, then watch (the pattern of client-go's reflector)."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable
from threading import Event as Flag
from threading import Thread
from typing import TYPE_CHECKING

from .errors import NotAStudy, OrthancFailure
from .fetch import Fetcher
from .index import StudyIndex, Upsert, upsert_of
from .listing import Listing
from .pending import Batch, Pending
from .study import ExpandedStudy

if TYPE_CHECKING:
    from .orthanc_api import Capabilities, OrthancApi

SETTLE_SECONDS = 0.004
"""An upload tells seven changes within this time; waiting for the last makes it one fetch."""

PAUSE_FACTOR = 20
LONGEST_PAUSE_SECONDS = 0.75
FREE_SECONDS = 0.001
"""After a fetch that kept Orthanc busy for a while, the next waits twenty times as long, so that the index takes
a twentieth of Orthanc; but 0.75 s at most, as a change is to show within a second, and not at all after a
fetch shorter than a millisecond."""

RETRY_SECONDS = 1.0


class Reflector:
    """Keeps an index in step with the Orthanc that the process runs in. Its thread alone writes the index.

    `state` is 'starting', 'listing', 'ready', 'stopped', or 'failed' where an error of ours ended the thread.
    The index is complete when it is 'ready'.
    """

    def __init__(self, api: OrthancApi, index: StudyIndex, pending: Pending) -> None:
        self.state = 'starting'
        self.ready = False
        self.capabilities: Capabilities | None = None
        self.applied = 0
        self.listing = Listing(api, self._is_known)
        self._api = api
        self._index = index
        self._pending = pending
        self._left_out: set[str] = set()
        self._applied_at: float | None = None
        self._failing = False
        self._stopping = Flag()
        self._thread = Thread(target=self._run, name='orthanc-paging', daemon=True)

    def start(self) -> None:
        """Begin to list: to be called once, when Orthanc has started."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread, and return when it has ended: at most one call to Orthanc later."""
        self._stopping.set()
        self._pending.close()
        if self._thread.is_alive():
            self._thread.join()
        self.ready = False
        self.state = 'stopped'

    def seconds_since_applied(self) -> float | None:
        """The age of the last applied change; None where there was none since the listing."""
        return None if self._applied_at is None else time.monotonic() - self._applied_at

    def left_out(self) -> int:
        """The number of studies that Orthanc told and that cannot be kept."""
        return len(self._left_out)

    def _run(self) -> None:
        try:
            self._list()
            self._watch()
        except Exception as error:  # an error of ours: pages end, Orthanc goes on
            self.ready = False
            self.state = 'failed'
            self._api.log_error(f'no longer following Orthanc: {type(error).__name__}')

    def _list(self) -> None:
        self.state = 'listing'
        self.listing = Listing(self._api, self._is_known)
        while not (self._stopping.is_set() or self.listing.done):
            try:
                if self.capabilities is None:
                    self.capabilities = self._api.capabilities()
                    self.listing.count()
                for expanded in self.listing.batch():
                    self._load(expanded)
                _spare_the_collector()
                self._failing = False
            except OrthancFailure as failure:
                self._wait_after(failure)
        if self.listing.done:
            self._index.arrange()
            _spare_the_collector()
            self.listing.end()
            self.ready = True
            self.state = 'ready'

    def _watch(self) -> None:
        if self.capabilities is None:
            return
        fetcher = Fetcher(self._api, self.capabilities)
        while self._pending.wait():
            self._stopping.wait(SETTLE_SECONDS)
            batch = self._pending.take()
            before = self._api.seconds
            try:
                self._apply(batch, fetcher)
                self._failing = False
            except OrthancFailure as failure:
                self._pending.put_back(batch)
                self._wait_after(failure)
            self._stopping.wait(_pause_after(self._api.seconds - before))

    def _apply(self, batch: Batch, fetcher: Fetcher) -> None:
        now = time.time()
        for study_id in batch.deleted:
            self._drop(study_id)
        if batch.deleted_instances:
            for expanded in fetcher.touched(batch.since, now):
                self._put(expanded)
        of_series = map(self._index.study_of_series, batch.deleted_series)
        changed = dict.fromkeys([*batch.changed, *filter(None, of_series)])
        self._take_in(fetcher.fetch([(study, self._index.get(study)) for study in changed], batch.since, now))

    def _take_in(self, fetched: Iterable[ExpandedStudy | str]) -> None:
        for study in fetched:
            if isinstance(study, str):
                self._drop(study)
            else:
                self._put(study)

    def _load(self, expanded: ExpandedStudy) -> None:
        if (upsert := self._upsert_of(expanded)) is not None:
            self._index.load(upsert)

    def _put(self, expanded: ExpandedStudy) -> None:
        upsert = self._upsert_of(expanded)
        if upsert is not None and self._index.upsert(upsert):
            self._count_applied()

    def _upsert_of(self, expanded: ExpandedStudy) -> Upsert | None:
        """What is put in for the study; None, after a line in the log the first time, where it cannot be kept."""
        study_id = str(expanded.get('ID'))
        try:
            upsert = upsert_of(expanded)
        except Exception as error:  # one study that is not as expected must not stop the rest
            if study_id not in self._left_out:
                reason = error if isinstance(error, NotAStudy) else type(error).__name__
                self._api.log_warning(f'study {study_id} is left out: {reason}')
            self._left_out.add(study_id)
            return None
        self._left_out.discard(study_id)
        return upsert

    def _drop(self, study_id: str) -> None:
        self._left_out.discard(study_id)
        if self._index.delete(study_id):
            self._count_applied()

    def _count_applied(self) -> None:
        self.applied += 1
        self._applied_at = time.monotonic()

    def _is_known(self, study_id: str) -> bool:
        return study_id in self._left_out or self._index.get(study_id) is not None

    def _wait_after(self, failure: OrthancFailure) -> None:
        if not self._failing:
            self._api.log_warning(f'Orthanc did not answer, trying again: {failure}')
        self._failing = True
        self._stopping.wait(RETRY_SECONDS)


def _pause_after(busy: float) -> float:
    """Seconds to leave Orthanc alone after having kept it busy for `busy` seconds."""
    return min(max(0.0, busy - FREE_SECONDS) * PAUSE_FACTOR, LONGEST_PAUSE_SECONDS)


def _spare_the_collector() -> None:
    """Keep Python's garbage collector from going through the studies listed so far, none of which is in a cycle.

    At 1,000,000 studies it would stop all other Python code for half a second, again and again.
    """
    gc.freeze()
