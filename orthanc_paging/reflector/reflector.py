"""Keeps the index in step with Orthanc: list, or start warm, then watch (the pattern of client-go's reflector)."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import suppress
from threading import Event as Flag
from threading import Thread
from typing import TYPE_CHECKING

from ..changes.change_log import ChangeLog
from ..changes.queue import Queue
from ..changes.recorded import Batch
from ..errors import NotFetched, OrthancFailure, Refused, SnapshotError
from ..index.study_index import StudyIndex
from ..replicas.announce import announce
from ..replicas.census import Census
from ..replicas.shared_database import SharedDatabase
from ..snapshot.keeper import SnapshotKeeper
from ..snapshot.warm_start import WarmStart, origin_of
from .applier import Applier
from .computed_tags import ComputedTags
from .fetch import Fetcher
from .listing import Listing
from .relist import Found, Pass, Relister, Schedule, report_of

if TYPE_CHECKING:
    from ..orthanc_api.protocol import Capabilities, OrthancApi
    from ..snapshot.file import SnapshotReader
    from ..studies.study import ExpandedStudy

SETTLE_SECONDS = 0.004
"""An upload tells seven changes within this time; waiting for the last makes it one fetch."""

PAUSE_FACTOR = 20
SOON_SECONDS = 0.8
FREE_SECONDS = 0.001
"""After a fetch that kept Orthanc busy for a while, the next waits as many times as long as it was of studies, up
to twenty times, so that the index takes a twentieth of an Orthanc that has much to do; but not at all after one
shorter than a millisecond, and not so long that a change that just missed a fetch is not on the page within a
second, when the pause and the next fetch are over."""

RETRY_SECONDS = 1.0

ENDED = ('stopped', 'failed')
"""The states after which no other comes."""

ALIVE_SECONDS = 10.0
"""How exactly a snapshot tells when the Orthanc ended that kept it: twice as long as what follows."""

MOST_COMPARISONS = 3

LATE_SECONDS = 3.0
"""How much later than it should be a study becomes stable: Orthanc looks once a second."""

CALLS_SECONDS = 5.0
"""How old the metrics of Orthanc may be, for which Prometheus asks every fifteen seconds or less often."""


class Reflector:
    """Keeps an index in step with the Orthanc that the process runs in. Its thread alone writes the index.

    `state` is 'starting', 'loading' (a snapshot), 'listing', 'ready', 'stopped', or 'failed' where an error of
    ours ended the thread. The index is complete when it is 'ready'. `fetched` is the number of studies fetched
    since then, `lag` the seconds from when the last change was told until it was applied, `is_warm` whether a
    snapshot was used, `is_answered` whether Orthanc answers.
    """

    def __init__(
        self,
        api: OrthancApi,
        index: StudyIndex,
        queue: Queue,
        log: ChangeLog,
        keeper: SnapshotKeeper,
        schedule: Schedule,
        is_shared: bool | None,
        are_computed: bool,
    ) -> None:
        """`is_shared`: whether other Orthancs may use the same database; None where Orthanc is to be asked.

        `are_computed`: whether computed tags are to be known.
        """
        self.state = 'starting'
        self.ready = False
        self.is_warm = False
        self.fetched = 0
        self.lag = 0.0
        self.capabilities: Capabilities | None = None
        self.applier = Applier(api, index, keeper.changed, keeper.completed)
        self.listing = Listing(api, self.applier.is_known)
        self.computed_tags = ComputedTags(api, index, self.applier, are_computed)
        keeper.name_also(self.computed_tags.noted)
        keeper.name_also(self._awaiting_look)
        self.relister = Relister(self._new_pass, self._counts_differ, self._report, schedule)
        self._api = api
        self._index = index
        self._queue = queue
        self._log = log
        self._shared_by_option = is_shared
        self._keeper = keeper
        self._fetcher = Fetcher(api, lambda: self.applier.count().studies)
        self.wakeup = queue.wakeup
        self._census = Census(api, index, self.applier, queue, self)
        self.shared = SharedDatabase(log, self._census, self, self.relister)
        self._refused: set[str] = set()
        self._has_columns = False
        self.is_answered = True
        self._callbacks: tuple[Callable[[], None], ...] = ()
        self._next_calls = 0.0
        self._stopping = Flag()
        self._thread = Thread(target=self._run, name='orthanc-paging', daemon=True)

    def now_and_then(self, *callbacks: Callable[[], None]) -> None:
        """Have these called on the thread every few seconds: to be told before `start`."""
        self._callbacks = callbacks

    def start(self) -> None:
        """Begin to list: to be called once, when Orthanc has started."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread, at most one call to Orthanc later, and bring the snapshot up to date."""
        self._stopping.set()
        self._queue.close()
        if self._thread.is_alive():
            self._thread.join()
        was_ready = self.ready
        self._end('stopped')
        self._keeper.stop(was_ready and self._is_at_end_of_log())

    def relist(self) -> Future[Found]:
        """Have all studies compared with Orthanc's now; cancelled where the thread ends before that is done."""
        asked = self.relister.requests.request()
        self._queue.wakeup.set()
        return asked

    def compute(self) -> Future[None]:
        """Have the computed tags of all that the index holds asked for now; cancelled where the thread ends."""
        asked = self.computed_tags.requests.request()
        self._queue.wakeup.set()
        return asked

    def look_at_others(self) -> Future[None]:
        """Have the index hold all that other Orthancs committed before; cancelled where the thread ends."""
        return self.shared.requests.request()

    def compare(self) -> Future[None]:
        """Read the log, and compare all IDs with Orthanc's; cancelled if the thread ends before."""
        return self.shared.comparisons.request()

    def _run(self) -> None:
        try:
            if self._persist(self._learn) and not self._start_warm():
                self._list()
            self._watch()
        except Exception as error:  # an error of ours: pages end, Orthanc goes on
            self._end('failed')
            self._api.log_error(f'no longer following Orthanc: {type(error).__name__}')
            self._call()

    def _end(self, state: str) -> None:
        self.ready = False
        self.state = state
        self.relister.requests.close()
        self.shared.requests.close()
        self.shared.comparisons.close()
        self.computed_tags.requests.close()

    def _learn(self) -> None:
        self.capabilities = self._api.capabilities()
        self.shared.is_on = self._shared_by_option is True or (
            self._shared_by_option is None and self.capabilities.shareable
        )
        if not self.shared.is_on:
            self._log.count_deliveries(is_in_order=not self.capabilities.shareable)

    def _start_warm(self) -> bool:
        """Begin with the snapshot; False where there is none that can be used."""
        assert self.capabilities is not None
        self.state = 'loading'
        try:
            with self._keeper.opened(origin_of(self.capabilities)) as reader:
                warm = WarmStart(self._api, self._index, self._queue, self._log, reader)
                return self._load(warm, reader)
        except FileNotFoundError:
            return False
        except SnapshotError as error:
            self._api.log_warning(f'the snapshot is not used, and all studies are listed: {error}')
            self._keeper.throw_away()
            self._index.clear()
            return False

    def _load(self, warm: WarmStart, reader: SnapshotReader) -> bool:
        """Do all that makes the index complete, and True, unless it ends before."""
        self.listing.total = reader.header.studies
        if not self._persist(warm.recognise):
            return True
        for _ in warm.load():
            _spare_the_collector()
            if self._stopping.is_set():
                return True
        self._index.arrange()
        _spare_the_collector()
        if self._persist(warm.note):
            self._keeper.continue_with(reader)
            if self._persist(lambda: self._mend(reader.alive_at)):
                self.is_warm = True
                self.relister.loaded()
                self._be_ready()
        return True

    def _mend(self, alive_at: float) -> None:
        """Apply all that is noted, and what can be seen to differ from Orthanc by number, or by time."""
        self.apply_all()
        for expanded in self._fetcher.touched(alive_at, alive_at + ALIVE_SECONDS, ALIVE_SECONDS):
            self.applier.put(expanded)
            self.computed_tags.note([expanded['ID']])
        tries = 0
        while tries < MOST_COMPARISONS and not self._census.agrees() and self._census.compare():
            self.apply_all()
            tries += 1

    def _list(self) -> None:
        self.state = 'listing'
        self.listing = Listing(self._api, self.applier.is_known)
        begun = self._persist(self._log.begin_at_end) and self._persist(self.listing.count)
        while begun and not self.listing.done:
            if not self._persist(self._list_some):
                return
        if begun:
            self._index.arrange()
            _spare_the_collector()
            self.relister.listed()
            self._be_ready()

    def _list_some(self) -> None:
        for expanded in self.listing.batch():
            self.applier.load(expanded)
        _spare_the_collector()
        self._call_where_due()

    def _be_ready(self) -> None:
        self.listing.end()
        assert self.capabilities is not None
        self._index.begin_columns(self.capabilities.schema)
        self._has_columns = False
        self.computed_tags.begin()
        self.ready = True
        self.state = 'ready'

    def _persist(self, step: Callable[[], object]) -> bool:
        """Do a step, again and again where Orthanc does not answer; False where all ends before."""
        while not self._stopping.is_set():
            if self._try(step):
                return True
        return False

    def _try(self, step: Callable[[], object]) -> bool:
        """Do a step; where Orthanc does not answer, say so, wait a second, and return False."""
        try:
            step()
        except OrthancFailure as failure:
            if self.is_answered and not self._stopping.is_set():
                self._api.log_warning(f'Orthanc did not answer, trying again: {failure}')
            self.is_answered = False
            self._stopping.wait(RETRY_SECONDS)
            return False
        self.is_answered = True
        return True

    def _look_at_log(self) -> None:
        if not self.shared.is_on:
            self._log.look()

    def _look_at_unstable(self) -> None:
        """Have those fetched that must be stable by now; where its database was busy, Orthanc did not tell."""
        assert self.capabilities is not None
        for study_id in self.applier.long_unstable(self.capabilities.stable_age + LATE_SECONDS):
            self._queue.study_changed(study_id)

    def _is_at_end_of_log(self) -> bool:
        try:
            self._look_at_log()
            return True
        except OrthancFailure:
            return False

    def _watch(self) -> None:
        while self.ready and self._queue.wait(self._due_in()):
            self._try(self._follow)
            self._try(self._look_around)

    def _due_in(self) -> float:
        due = self.relister.due_in(), self.shared.due_in(), self.computed_tags.due_in(), CALLS_SECONDS
        return min(due) if self._has_columns else 0.0

    def _look_around(self) -> None:
        """Do what is due without an event. Raises `OrthancFailure`."""
        if not self._has_columns:
            self._has_columns = self._index.fill_columns()
        if not self.shared.due_in():
            self.shared.step()
        self._call_where_due()
        if not self.relister.due_in():
            self.relister.step()
        if not self.computed_tags.due_in():
            self.computed_tags.step()

    def _call_where_due(self) -> None:
        if time.monotonic() >= self._next_calls:
            self._next_calls = time.monotonic() + CALLS_SECONDS
            if self.ready:
                self._look_at_log()
                self._look_at_unstable()
                self._has_columns = self._has_columns and not self._index.renew_columns()
                self._index.tidy()
                self._keeper.look()
            self._call()

    def _call(self) -> None:
        for callback in self._callbacks:
            callback()

    def _follow(self) -> None:
        """Apply what events told, where they did. Raises `OrthancFailure`."""
        if self._queue:
            self._stopping.wait(SETTLE_SECONDS)
            busy, fetched, began = self._api.seconds, self.fetched, time.monotonic()
            self._apply_next()
            pause = _pause_after(
                self._api.seconds - busy, time.monotonic() - began, studies=self.fetched - fetched
            )
            self._queue.rest(pause)

    def apply_all(self) -> None:
        """Apply what is noted, quiet times or not. Raises `OrthancFailure`."""
        self._queue.end_quiet()
        if self._queue:
            self._apply_next()

    def _apply_next(self) -> None:
        batch = self._queue.take()
        self.relister.told([*batch.stable, *batch.deleted])
        try:
            self._apply(batch)
            self._queue.applied()
        except NotFetched as error:
            self._queue.put_back(Batch(changed=tuple(error.refused), since=time.time()))  # tried just now
            self._tell_refused(error.refused)
        except OrthancFailure:
            self._queue.put_back(batch)
            raise

    def _tell_refused(self, refused: Mapping[str, Refused]) -> None:
        for study_id in refused.keys() - self._refused:
            self._api.log_warning(f'study {study_id} cannot be fetched, trying again: {refused[study_id]}')
        self._refused |= refused.keys()

    def _apply(self, batch: Batch) -> None:
        now = time.time()
        of_series = [self._index.study_of_series(series) for series in batch.deleted_series]
        less = {study for study in of_series if study and study not in batch.deleted}
        for study_id in batch.deleted:
            self.applier.drop(study_id)
        if batch.deleted_instances:
            self._find_by_time(batch.since, now)
        unknown = [study_id for study_id in batch.stable if not self.applier.make_stable(study_id)]
        changed = dict.fromkeys([*batch.changed, *less])
        again = {study: None for study in [*unknown, *self._looked_at(batch)] if study not in changed}
        self.relister.told([*changed, *again])
        if self.shared.is_on:
            self._tell_others(batch, less, is_one_unknown=None in of_series)
        refused = self._fetch(changed, batch.since, now)
        if batch.since is not None:
            self.lag = max(0.0, time.time() - batch.since)
        refused.update(self._fetch(again, None, now))
        if refused:
            raise NotFetched(refused)

    def _fetch(self, studies: Iterable[str], since: float | None, now: float) -> dict[str, Refused]:
        """Fetch these studies and apply them; return those that Orthanc refuses. Raises `OrthancFailure`."""
        wanted = [(study_id, self._index.get(study_id)) for study_id in studies]
        try:
            for fetched in self._fetcher.fetch(wanted, since, now):
                if self._stopping.is_set():
                    raise OrthancFailure('stopping')  # what is left of the batch goes back, and into the journal
                self._apply_fetched(fetched, is_change=since is not None)
        except NotFetched as error:
            return dict(error.refused)
        return {}

    def _apply_fetched(self, fetched: ExpandedStudy | str, is_change: bool) -> None:
        """Apply what was fetched of a study, or that it is gone; after a second look, there may be no change."""
        if isinstance(fetched, str):
            self.applier.drop(fetched)
            return
        self.fetched += 1
        if self.applier.put(fetched) or is_change:
            self.computed_tags.note([fetched['ID']])
        self._refused.discard(fetched['ID'])

    def _looked_at(self, batch: Batch) -> Iterator[str]:
        """The studies that get a second look now; those of jobs get another one a moment later."""
        of_jobs: list[str] = []
        for job_id in batch.jobs:
            with suppress(Refused):
                of_jobs += self._api.resources_of_job(job_id)
        self._queue.look_again(resource for resource in of_jobs if self._study_of(resource))
        gone = set(batch.deleted)
        for resource in [*batch.again, *of_jobs]:
            study_id = self._study_of(resource)
            if study_id is not None and study_id not in gone:
                yield study_id

    def _awaiting_look(self) -> list[str]:
        """The studies that may have changed in silence, for the journal of the snapshot."""
        return [study for resource in self._queue.looks() if (study := self._study_of(resource))]

    def _study_of(self, resource_id: str) -> str | None:
        """The study with this ID, or of the series with this ID, if the index contains it."""
        study = self._index.get(resource_id)
        return self._index.study_of_series(resource_id) if study is None else study.id

    def _find_by_time(self, since: float | None, now: float) -> None:
        """Apply the studies that lost an instance, of which nothing says whose it was. Raises `OrthancFailure`."""
        if since is None or not self._fetcher.can_query(since, now):
            self.relister.want()
            return
        for expanded in self._fetcher.touched(since, now):
            self.applier.put(expanded)
            self.computed_tags.note([expanded['ID']])

    def _tell_others(self, batch: Batch, less: set[str], is_one_unknown: bool) -> None:
        """Announce deleted series in the log that the Orthancs of a database share.

        The study of an unknown series, which was deleted as soon as it came, is one that was told of just now; or
        another Orthanc's, of which nothing tells.
        """
        if is_one_unknown and not batch.deleted:
            less = less.union(batch.changed)
            self.relister.want()
        announce(self._api, less)

    def _new_pass(self) -> Pass:
        return Pass(self._api, self._index, self.applier, self._fetcher)

    def _counts_differ(self) -> bool:
        """Whether Orthanc has other numbers of them than the index, and no event is pending that tells why."""
        counted = self._api.count()
        return not self._queue and counted != self.applier.count()

    def _report(self, found: Found) -> None:
        self.computed_tags.note([*found.added, *found.changed])
        self.computed_tags.doubt()
        if found.mended:
            self._api.log_warning(report_of(found))


def _pause_after(busy: float, took: float, studies: int) -> float:
    """Seconds to leave Orthanc alone after having kept it busy for so many of the seconds that a fetch took."""
    factor = min(max(studies, 1), PAUSE_FACTOR)
    return min(max(0.0, busy - FREE_SECONDS) * factor, max(busy, SOON_SECONDS - 2 * took))


def _spare_the_collector() -> None:
    """Keep Python's garbage collector from going through the studies listed so far, none of which is in a cycle.

    At 1,000,000 studies it would stop all other Python code for half a second, again and again.
    """
    gc.freeze()
