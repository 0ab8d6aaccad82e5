"""Listing all studies again, slowly, and mending what differs from the index."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..changes.turns import Turns
from .listing import Listing

if TYPE_CHECKING:
    from ..index.study_index import StudyIndex
    from ..orthanc_api.protocol import OrthancApi
    from ..studies.study import ExpandedStudy
    from .applier import Applier
    from .fetch import Fetcher

CHECK_SECONDS = 30.0
"""How often the number of studies is compared: a call that takes Orthanc 12 ms at 100,000 studies in SQLite, and
134 ms at 1,000,000."""

GRACE_SECONDS = 2.0
"""How long after a pass an event may still tell of what the pass found before it: such is no mending."""

CONFIRMED_A_STEP = 100
"""Studies that a pass did not see are fetched so many at a time, to learn whether they are gone."""

SHORT_BATCH = 50
"""Studies listed at a time where short lists are as cheap for each as long ones (up to Orthanc 1.12.4), since the
Python plugins of that time let no other Python code run during a call."""

LOGGED_IDS = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What a pass found, and mended, without having been told of it: the IDs of studies."""

    studies: int = 0
    seconds: float = 0.0
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()

    @property
    def mended(self) -> int:
        """The number of studies that were not as they should have been."""
        return len(self.added) + len(self.changed) + len(self.deleted)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When and how fast to list again: `every` so many seconds (0: never), at a `rate` of studies a second."""

    every: float
    rate: float


class Pass:
    """One pass over all studies. Each step is one batch, or the fetching of some that were not seen.

    A step may raise `OrthancFailure`; the next one then goes on from where that one began.
    """

    def __init__(self, api: OrthancApi, index: StudyIndex, applier: Applier, fetcher: Fetcher) -> None:
        self._api = api
        self._index = index
        self._applier = applier
        self._fetcher = fetcher
        self._seen: set[str] = set()
        self._listing = Listing(api, self._seen.__contains__)
        self._unseen: deque[str] | None = None  # None until all is listed
        self._found: dict[str, str] = {}  # study → what was found of it
        self._counted = False

    @property
    def listed(self) -> int:
        """Studies seen so far."""
        return len(self._seen)

    def is_over(self) -> bool:
        """Whether all studies were seen, and the others are known to be gone."""
        return self._unseen is not None and not self._unseen

    def step(self) -> None:
        """Go on by one call to Orthanc, or a few small ones."""
        if not self._counted:
            self._listing.count()
            if self._api.capabilities().lists_by_arrival:
                self._listing.batch_size = SHORT_BATCH
            self._counted = True
        if self._unseen is None:
            for expanded in self._listing.batch():
                self._compare(expanded)
            if self._listing.done:
                self._unseen = deque([study for study in self._applier.identifiers() if study not in self._seen])
        else:
            self._confirm(self._unseen)

    def told(self, studies: Iterable[str]) -> None:
        """Take back what was found of these: an event tells of them."""
        for study in studies:
            self._found.pop(study, None)

    def found(self) -> Found:
        """What was found so far, and not told by an event."""
        kinds: dict[str, list[str]] = {'added': [], 'changed': [], 'deleted': []}
        for study, kind in self._found.items():
            kinds[kind].append(study)
        return Found(self.listed, self._listing.seconds, *map(tuple, kinds.values()))

    def _compare(self, expanded: ExpandedStudy) -> None:
        study_id = str(expanded.get('ID'))
        held = self._index.get(study_id)
        if self._applier.put(expanded):
            self._found[study_id] = 'changed' if held else 'added'
        kept = self._index.get(study_id)
        self._seen.add(kept.id if kept else study_id)  # the string that is held anyway

    def _confirm(self, unseen: deque[str]) -> None:
        some = [unseen[place] for place in range(min(CONFIRMED_A_STEP, len(unseen)))]
        now = time.time()
        held = [(study_id, self._index.get(study_id)) for study_id in some]
        for told in self._fetcher.fetch(held, now, now):
            if isinstance(told, str):
                if self._applier.drop(told):
                    self._found[told] = 'deleted'
            else:
                self._compare(told)
        for _ in some:
            unseen.popleft()


class Relister:
    """Decides when a pass begins and how fast it goes. For the reflector's thread.

    A pass begins by the schedule, when somebody asks for one, and when the number of studies differs from
    Orthanc's twice in a row. One that was asked for goes as fast as Orthanc does, others at the schedule's rate.
    """

    def __init__(
        self,
        new_pass: Callable[[], Pass],
        counts_differ: Callable[[], bool],
        report: Callable[[Found], None],
        schedule: Schedule,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.runs = 0
        self.mended = 0
        self.requests: Turns[Found] = Turns()
        self._new_pass = new_pass
        self._counts_differ = counts_differ
        self._report = report
        self._every = schedule.every
        self._rate = schedule.rate
        self._monotonic = monotonic
        self.listed()
        self._differed = False
        self._wanted = False
        self._pass: Pass | None = None
        self._next_step = 0.0

    def is_running(self) -> bool:
        """Whether a pass is under way."""
        return self._pass is not None

    def age(self) -> float:
        """Seconds since all studies were last compared, or listed at the start."""
        return self._monotonic() - self._ended

    def listed(self) -> None:
        """All studies were listed just now: the next pass is due a period later."""
        self._ended = self._monotonic()
        self._next_check = self._ended + CHECK_SECONDS

    def loaded(self) -> None:
        """All studies were read from a snapshot just now: where there is a period, a pass is due at once."""
        self.listed()
        self._wanted = self._every > 0

    def want(self) -> None:
        """Begin a pass at the schedule's rate as soon as there is time, also where the schedule has none."""
        self._wanted = True

    def due_in(self) -> float:
        """Seconds until `step` has something to do, 0 for now."""
        if self.requests.is_due() or (self._wanted and not self._pass):
            return 0.0
        due = self._next_step if self._pass else self._next_check
        if not self._pass and self._every:
            due = min(due, self._ended + self._every)
        return max(0.0, due - self._monotonic())

    def told(self, studies: Collection[str]) -> None:
        """Events told of these studies: nothing that a pass finds of them is its merit."""
        if self._pass:
            self._pass.told(studies)

    def step(self) -> None:
        """Do what is due: begin a pass, or go on by one step, or end it. Raises `OrthancFailure`."""
        if self.requests.is_due():
            if self._pass:
                self._account(self._pass.found())  # it is given up, as who asks wants a whole one
            self.requests.begin()
            self._pass = self._new_pass()
        if self._pass is None:
            self._begin_where_due()
        elif self._pass.is_over():
            self._end(self._pass)
        else:
            self._go_on(self._pass)

    def _begin_where_due(self) -> None:
        now = self._monotonic()
        if self._wanted or (self._every and now >= self._ended + self._every):
            self._wanted = False
            self._pass, self._next_step = self._new_pass(), now
        elif now >= self._next_check:
            self._next_check = now + CHECK_SECONDS
            differ = self._counts_differ()
            if differ and self._differed:
                self._pass, self._next_step = self._new_pass(), now
            self._differed = differ

    def _go_on(self, running: Pass) -> None:
        before, started = running.listed, self._monotonic()
        self._next_step = started + 1.0  # where Orthanc does not answer
        running.step()
        if running.is_over():
            self._next_step = self._monotonic() + GRACE_SECONDS
        elif self.requests.is_running():
            self._next_step = 0.0
        else:
            self._next_step = started + max(1, running.listed - before) / self._rate

    def _end(self, ended: Pass) -> None:
        found = ended.found()
        self._pass = None
        self._differed = False
        self.listed()
        self.runs += 1
        self._account(found)
        self.requests.answer(found)

    def _account(self, found: Found) -> None:
        self.mended += found.mended
        self._report(found)


def report_of(found: Found) -> str:
    """One line for the log: how many studies were mended, and the IDs of some of them."""
    ids = [*found.added, *found.changed, *found.deleted]
    some = ', '.join(ids[:LOGGED_IDS]) + (', …' if len(ids) > LOGGED_IDS else '')
    return (
        f'relisting mended {found.mended} of {found.studies} studies: {len(found.added)} added, '
        f'{len(found.changed)} changed, {len(found.deleted)} deleted: {some}'
    )
