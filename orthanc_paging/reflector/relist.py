"""Comparing all studies with Orthanc, slowly, and repairing what differs in the index."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Iterable
from concurrent.futures import Future
from dataclasses import dataclass

from ..changes.queue import Queue
from ..changes.turns import Turns
from ..figures import Figures
from ..orthanc_api.protocol import OrthancApi
from ..studies.study import ExpandedStudy
from .applier import Applier
from .fetch import Fetcher
from .listing import Listing
from .relist_timetable import Timetable
from .schedule import Task

GRACE_SECONDS = 2.0
"""How long after a pass an event may still report what the pass found before it. That is no repair."""

CONFIRMED_A_STEP = 100
"""Studies that a pass did not see are fetched so many at a time, to learn whether they are gone."""

SHORT_BATCH = 50
"""Studies listed at a time if short lists are as cheap for each study as long ones (up to Orthanc 1.12.4). The
Python plugins of that time let no other Python code run during a call."""

LOGGED_IDS = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What a pass found and repaired, and no event reported: the IDs of studies."""

    studies: int = 0
    seconds: float = 0.0
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()

    @property
    def repaired(self) -> int:
        """The number of studies that differed."""
        return len(self.added) + len(self.changed) + len(self.deleted)

    def line(self) -> str:
        """Return one line for the log: how many studies were repaired, and the IDs of some of them."""
        ids = [*self.added, *self.changed, *self.deleted]
        some = ', '.join(ids[:LOGGED_IDS]) + (', …' if len(ids) > LOGGED_IDS else '')
        return (
            f'relisting repaired {self.repaired} of {self.studies} studies: {len(self.added)} added, '
            f'{len(self.changed)} changed, {len(self.deleted)} deleted: {some}'
        )


class Pass:
    """One pass over all studies. Each step lists one batch, or fetches some studies that were not seen.

    A step may raise `OrthancFailure`; the next one goes on from there.
    """

    def __init__(self, api: OrthancApi, applier: Applier, fetcher: Fetcher) -> None:
        self._api = api
        self._applier = applier
        self._fetcher = fetcher
        self._seen: set[str] = set()
        self._listing = Listing(api, self._seen.__contains__)
        self._unseen: deque[str] | None = None  # None until all is listed
        self._found: dict[str, str] = {}  # study → 'added', 'changed' or 'deleted'
        self._is_counted = False

    @property
    def listed(self) -> int:
        """Studies seen so far."""
        return len(self._seen)

    def is_over(self) -> bool:
        """Whether all studies were seen, and the others are known to be gone."""
        return self._unseen is not None and not self._unseen

    def step(self) -> None:
        """Go on by one call to Orthanc, or some small ones."""
        if not self._is_counted:
            self._listing.count()
            if self._api.capabilities().lists_by_arrival:
                self._listing.batch_size = SHORT_BATCH
            self._is_counted = True
        if self._unseen is None:
            for expanded in self._listing.batch():
                self._compare(expanded)
            if self._listing.done:
                self._unseen = deque([study for study in self._applier.identifiers() if study not in self._seen])
        else:
            self._confirm(self._unseen)

    def disregard(self, studies: Iterable[str]) -> None:
        """An event reported these studies: the pass does not count them as repaired."""
        for study in studies:
            self._found.pop(study, None)

    def found(self) -> Found:
        """Return what was found so far, and no event reported."""
        kinds: dict[str, list[str]] = {'added': [], 'changed': [], 'deleted': []}
        for study, kind in self._found.items():
            kinds[kind].append(study)
        return Found(self.listed, self._listing.seconds, *map(tuple, kinds.values()))

    def _compare(self, expanded: ExpandedStudy) -> None:
        study_id = str(expanded.get('ID'))
        before = self._applier.get(study_id)
        if self._applier.update(expanded):
            self._found[study_id] = 'changed' if before else 'added'
        kept = self._applier.get(study_id)
        self._seen.add(kept.id if kept else study_id)  # the string that the index keeps anyway

    def _confirm(self, unseen: deque[str]) -> None:
        some = [unseen[place] for place in range(min(CONFIRMED_A_STEP, len(unseen)))]
        now = time.time()
        for fetched in self._fetcher.fetch(some, now, now):
            if isinstance(fetched, str):
                if self._applier.drop(fetched):
                    self._found[fetched] = 'deleted'
            else:
                self._compare(fetched)
        for _ in some:
            unseen.popleft()


class Relister(Task):
    """Runs the passes.

    A pass begins by the timetable, or by request. A requested one goes as fast as Orthanc does, others at the
    timetable's rate.
    """

    def __init__(
        self,
        api: OrthancApi,
        queue: Queue,
        applier: Applier,
        fetcher: Fetcher,
        timetable: Timetable,
    ) -> None:
        self.runs = 0
        self.repaired = 0
        self._api = api
        self._queue = queue
        self._applier = applier
        self._fetcher = fetcher
        self._timetable = timetable
        self._turns: Turns[Found] = Turns(queue.wakeup)
        self._pass: Pass | None = None

    def request(self) -> Future[Found]:
        """Have all studies compared now. The result is cancelled if the plugin ends before. From any thread."""
        return self._turns.request()

    def disregard(self, studies: Collection[str]) -> None:
        """Events reported these studies: the pass does not count them as repaired."""
        if self._pass:
            self._pass.disregard(studies)

    def want(self) -> None:
        """Have a pass begin at the timetable's rate: events may have been missed."""
        self._timetable.want()

    def begin(self) -> None:
        """Count the time from now on: the index was filled."""
        self._timetable.finish()

    def end(self) -> None:
        """Cancel all requests."""
        self._turns.close()

    def due_in(self) -> float:
        """Return the seconds until a step, a pass or a check is due."""
        return 0.0 if self._turns.is_due() else self._timetable.due_in()

    def step(self) -> None:
        """Begin a pass, go on by one step, or end it. Raises `OrthancFailure`."""
        if self._turns.is_due():
            if self._pass:  # a request is for a whole pass
                self._account(self._pass.found())
            self._turns.begin()
            self._begin_pass()
        if self._pass is None:
            if self._timetable.is_pass_due() or self._do_counts_differ():
                self._begin_pass()
        elif self._pass.is_over():
            self._end_pass(self._pass)
        else:
            self._go_on(self._pass)

    def measure(self, figures: Figures) -> None:
        """Fill in what the passes found."""
        figures.relist_running = self._pass is not None
        figures.relist_runs = self.runs
        figures.relist_repaired = self.repaired
        figures.relist_age = self._timetable.age()

    def _do_counts_differ(self) -> bool:
        """Return whether two checks in a row found other numbers than Orthanc's, unexplained by events."""
        if not self._timetable.is_check_due():
            return False
        counted = self._api.count()
        is_explained = self._queue or self._queue.studies()  # by events, or by studies that cannot be fetched
        return self._timetable.check(differ=not is_explained and counted != self._applier.count())

    def _begin_pass(self) -> None:
        self._timetable.begin()
        self._pass = Pass(self._api, self._applier, self._fetcher)

    def _go_on(self, running: Pass) -> None:
        before = running.listed
        self._timetable.begin_step()
        running.step()
        if running.is_over():
            self._timetable.wait(GRACE_SECONDS)
        elif not self._turns.is_running():
            self._timetable.keep_rate(running.listed - before)

    def _end_pass(self, ended: Pass) -> None:
        found = ended.found()
        self._pass = None
        self._timetable.finish()
        self.runs += 1
        self._account(found)
        self._turns.answer(found)

    def _account(self, found: Found) -> None:
        self.repaired += found.repaired
        self._applier.distrust_all_tags()
        if found.repaired:
            self._api.log_warning(found.line())
