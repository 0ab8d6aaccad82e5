"""Listing again: what a pass finds and mends, and when passes begin and how fast they go."""

from collections.abc import Sequence
from concurrent.futures import Future

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.errors import OrthancFailure
from orthanc_paging.index.store import upsert_of
from orthanc_paging.index.study_index import StudyIndex
from orthanc_paging.orthanc_api.protocol import Count
from orthanc_paging.reflector.applier import Applier
from orthanc_paging.reflector.fetch import Fetcher
from orthanc_paging.reflector.relist import (
    CHECK_SECONDS,
    GRACE_SECONDS,
    LOGGED_IDS,
    Found,
    Pass,
    Relister,
    Schedule,
    report_of,
)
from orthanc_paging.studies.study import ExpandedStudy
from tests.support.clock import Clock
from tests.support.fake_orthanc import FakeOrthanc
from tests.unit.studies import expanded, identifier


def orthanc_of(studies: dict[str, ExpandedStudy]) -> FakeOrthanc:
    orthanc = FakeOrthanc()
    orthanc.contain(*studies.values())
    return orthanc


def archive(**descriptions: str) -> dict[str, ExpandedStudy]:
    return {identifier(name): expanded(name, text=text) for name, text in descriptions.items()}


def filled(studies: dict[str, ExpandedStudy]) -> StudyIndex:
    index = StudyIndex()
    for study in studies.values():
        index.load(upsert_of(study))
    index.arrange()
    return index


def new_pass(index: StudyIndex, orthanc: FakeOrthanc) -> Pass:
    return Pass(orthanc, index, Applier(orthanc, index), Fetcher(orthanc, lambda: 0))


def found_by(index: StudyIndex, orthanc: FakeOrthanc) -> Found:
    relisting = new_pass(index, orthanc)
    while not relisting.is_over():
        relisting.step()
    return relisting.found()


def test_a_pass_tells_what_was_added_changed_and_deleted_and_mends_it() -> None:
    index = filled(archive(same='x', changed='x', deleted='x'))
    found = found_by(index, orthanc_of(archive(same='x', changed='y', added='x')))
    assert (found.added, found.changed, found.deleted) == (
        (identifier('added'),),
        (identifier('changed'),),
        (identifier('deleted'),),
    )
    assert (found.studies, found.mended) == (3, 3)
    assert set(index.identifiers()) == {identifier(name) for name in ('same', 'changed', 'added')}


texts = st.dictionaries(st.sampled_from('abcdefgh'), st.sampled_from('xy'))


@given(texts, texts)
def test_after_a_pass_the_index_is_what_orthanc_has(held: dict[str, str], there: dict[str, str]) -> None:
    index, orthanc = filled(archive(**held)), orthanc_of(archive(**there))
    found = found_by(index, orthanc)
    index.check()
    assert {study: index.get(study).expanded() for study in index.identifiers()} == orthanc.state()  # type: ignore[union-attr]
    assert set(found.added) == {identifier(name) for name in there.keys() - held.keys()}
    assert set(found.deleted) == {identifier(name) for name in held.keys() - there.keys()}
    assert set(found.changed) == {
        identifier(name) for name in held.keys() & there.keys() if held[name] != there[name]
    }


def test_what_an_event_tells_as_well_is_not_the_merit_of_the_pass() -> None:
    relisting = new_pass(filled({}), orthanc_of(archive(told='x', silent='x')))
    relisting.step()
    relisting.told([identifier('told'), identifier('unknown')])
    assert relisting.found().added == (identifier('silent'),)


def test_a_study_that_came_while_the_pass_went_on_is_not_taken_for_gone() -> None:
    index, orthanc = filled({}), orthanc_of(archive(a='x'))
    relisting = new_pass(index, orthanc)
    relisting.step()
    orthanc.contain(*archive(b='x').values())
    index.upsert(upsert_of(expanded('b', text='x')))
    while not relisting.is_over():
        relisting.step()
    assert relisting.found().deleted == ()
    assert index.get(identifier('b'))


def test_a_study_that_cannot_be_kept_is_forgotten_when_it_is_gone() -> None:
    orthanc = orthanc_of({'odd': {'ID': 'odd', 'MainDicomTags': {}, 'Series': ['a', 'b']}})
    index = filled({})
    applier = Applier(orthanc, index)
    for expected in (Count(1, 2), Count(0, 0)):
        relisting = Pass(orthanc, index, applier, Fetcher(orthanc, lambda: 0))
        while not relisting.is_over():
            relisting.step()
        assert applier.count() == expected
        orthanc.delete_by_id('odd')
    assert len(orthanc.logged) == 1


class ThreeSteps:
    """A pass of three steps of a hundred studies each."""

    def __init__(self) -> None:
        self.listed = 0
        self.failures = 0

    def is_over(self) -> bool:
        return self.listed == 300

    def step(self) -> None:
        if self.failures:
            self.failures -= 1
            raise OrthancFailure('busy')
        self.listed += 100

    def told(self, studies: Sequence[str]) -> None:
        pass

    def found(self) -> Found:
        return Found(self.listed, added=('x',))


class Room:
    """A relister, and all that it is told and does."""

    def __init__(self, every: float = 0, rate: float = 50) -> None:
        self.clock = Clock()
        self.passes: list[ThreeSteps] = []
        self.reports: list[Found] = []
        self.differ = False
        self.relister = Relister(
            self._new_pass,  # type: ignore[arg-type]
            lambda: self.differ,
            self._report,
            Schedule(every, rate),
            self.clock,
        )

    def _report(self, found: Found) -> None:
        if found.mended:
            self.reports.append(found)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and do what is due as soon as it is."""
        end = self.clock.seconds + seconds
        while (due := self.clock.seconds + self.relister.due_in()) <= end:
            self.clock.seconds = due
            self.relister.step()
        self.clock.seconds = end

    def _new_pass(self) -> ThreeSteps:
        self.passes.append(ThreeSteps())
        return self.passes[-1]


def test_a_pass_begins_every_so_often_after_the_end_of_the_former() -> None:
    room = Room(every=600)
    room.pass_time(599)
    assert not room.passes
    room.pass_time(1)
    assert room.relister.is_running()
    room.pass_time(6 + GRACE_SECONDS)
    assert (room.relister.is_running(), room.relister.runs, room.relister.mended) == (False, 1, 1)
    assert room.relister.age() < 3
    room.pass_time(590)
    assert len(room.passes) == 1
    room.pass_time(10)
    assert len(room.passes) == 2


def test_a_pass_goes_at_its_rate() -> None:
    room = Room(every=600, rate=50)
    room.pass_time(600)
    assert room.passes[0].listed == 100
    room.pass_time(1.9)
    assert room.passes[0].listed == 100
    room.pass_time(0.2)
    assert room.passes[0].listed == 200


def test_by_itself_none_begins_where_the_period_is_0_and_the_numbers_agree() -> None:
    room = Room()
    room.pass_time(100_000)
    assert not room.passes


def test_a_pass_begins_when_the_number_of_studies_differs_twice_in_a_row() -> None:
    room = Room()
    room.differ = True
    room.pass_time(CHECK_SECONDS)
    room.differ = False
    room.pass_time(CHECK_SECONDS)
    room.differ = True
    room.pass_time(CHECK_SECONDS)
    assert not room.passes
    room.pass_time(CHECK_SECONDS)
    assert len(room.passes) == 1


def test_one_that_is_asked_for_begins_at_once_and_goes_on_without_a_pause() -> None:
    room = Room()
    first, second = room.relister.requests.request(), room.relister.requests.request()
    room.pass_time(0)
    assert room.passes[0].listed == 300
    late = room.relister.requests.request()
    room.pass_time(GRACE_SECONDS)
    assert first.result(0) == second.result(0) == Found(300, added=('x',))
    assert not late.done()
    room.pass_time(GRACE_SECONDS)
    assert late.result(0) == Found(300, added=('x',))
    assert len(room.passes) == 2


def test_one_that_is_asked_for_while_a_slow_one_goes_on_takes_its_place() -> None:
    room = Room(every=600)
    room.pass_time(600)
    asked = room.relister.requests.request()
    room.pass_time(GRACE_SECONDS)
    assert asked.result(0).studies == 300
    assert (room.relister.runs, room.relister.mended) == (1, 2)


def test_where_orthanc_does_not_answer_the_step_is_tried_again_a_second_later() -> None:
    room = Room(every=600)
    room.pass_time(600)
    room.passes[0].failures = 1
    with pytest.raises(OrthancFailure):
        room.pass_time(2)
    assert room.relister.due_in() == 1
    room.pass_time(1)
    assert room.passes[0].listed == 200


def test_what_was_asked_for_is_cancelled_at_the_end() -> None:
    room = Room()
    waiting = room.relister.requests.request()
    room.relister.requests.close()
    late: Future[Found] = room.relister.requests.request()
    assert waiting.cancelled()
    assert late.cancelled()


def test_the_report_names_some_of_many() -> None:
    studies = tuple(f'study{number}' for number in range(LOGGED_IDS + 1))
    line = report_of(Found(1000, 1.0, added=studies[:1], deleted=studies[1:]))
    assert line == (
        'relisting mended 11 of 1000 studies: 1 added, 0 changed, 10 deleted: '
        + ', '.join(studies[:LOGGED_IDS]) + ', …'
    )  # fmt: skip


def test_only_what_was_mended_is_reported() -> None:
    room = Room()
    room.relister.requests.request()
    room.pass_time(GRACE_SECONDS)
    assert room.reports == [Found(300, added=('x',))]
