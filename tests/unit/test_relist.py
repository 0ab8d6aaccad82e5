"""Relisting: what a pass finds and repairs, when passes begin, and how fast they go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.errors import OrthancFailure
from orthanc_paging.figures import Figures
from orthanc_paging.orthanc_api.protocol import Count
from orthanc_paging.reflector import listing
from orthanc_paging.reflector.relist import GRACE_SECONDS, LOGGED_IDS, Found, Pass
from orthanc_paging.reflector.relist_timetable import CHECK_SECONDS
from orthanc_paging.studies.study import ExpandedStudy
from tests.support.fake_orthanc import FakeOrthanc
from tests.unit.database import Follower
from tests.unit.studies import expanded, identifier


def orthanc_of(studies: dict[str, ExpandedStudy]) -> FakeOrthanc:
    orthanc = FakeOrthanc()
    orthanc.contain(*studies.values())
    return orthanc


def archive(**descriptions: str) -> dict[str, ExpandedStudy]:
    return {identifier(name): expanded(name, text=text) for name, text in descriptions.items()}


def filled(studies: dict[str, ExpandedStudy], orthanc: FakeOrthanc) -> Follower:
    """Return an index with these studies, which follows an Orthanc with others."""
    follower = Follower(orthanc)
    for study in studies.values():
        follower.applier.load(study)
    follower.index.arrange()
    return follower


def new_pass(follower: Follower) -> Pass:
    return Pass(follower.database, follower.applier, follower.fetcher)


def found_by(follower: Follower) -> Found:
    relisting = new_pass(follower)
    while not relisting.is_over():
        relisting.step()
    return relisting.found()


def test_a_pass_repairs_added_changed_and_deleted_studies() -> None:
    orthanc = orthanc_of(archive(same='x', changed='y', added='x'))
    follower = filled(archive(same='x', changed='x', deleted='x'), orthanc)
    found = found_by(follower)
    assert (found.added, found.changed, found.deleted) == (
        (identifier('added'),),
        (identifier('changed'),),
        (identifier('deleted'),),
    )
    assert (found.studies, found.repaired) == (3, 3)
    assert set(follower.index.identifiers()) == {identifier(name) for name in ('same', 'changed', 'added')}


texts = st.dictionaries(st.sampled_from('abcdefgh'), st.sampled_from('xy'))


@given(texts, texts)
def test_after_a_pass_the_index_equals_orthanc(here: dict[str, str], there: dict[str, str]) -> None:
    orthanc = orthanc_of(archive(**there))
    follower = filled(archive(**here), orthanc)
    found = found_by(follower)
    assert follower.content() == orthanc.state()
    assert set(found.added) == {identifier(name) for name in there.keys() - here.keys()}
    assert set(found.deleted) == {identifier(name) for name in here.keys() - there.keys()}
    assert set(found.changed) == {
        identifier(name) for name in here.keys() & there.keys() if here[name] != there[name]
    }


def test_a_difference_that_an_event_reports_as_well_is_no_repair() -> None:
    relisting = new_pass(filled({}, orthanc_of(archive(reported='x', silent='x'))))
    relisting.step()
    relisting.disregard([identifier('reported'), identifier('unknown')])
    assert relisting.found().added == (identifier('silent'),)


def test_a_study_that_came_while_the_pass_went_on_is_not_taken_for_gone() -> None:
    orthanc = orthanc_of(archive(a='x'))
    follower = filled({}, orthanc)
    relisting = new_pass(follower)
    relisting.step()
    orthanc.contain(*archive(b='x').values())
    follower.applier.put(expanded('b', text='x'))
    while not relisting.is_over():
        relisting.step()
    assert relisting.found().deleted == ()
    assert follower.index.get(identifier('b'))


def test_a_study_that_cannot_be_kept_is_forgotten_when_it_is_gone() -> None:
    orthanc = orthanc_of({'odd': {'ID': 'odd', 'MainDicomTags': {}, 'Series': ['a', 'b']}})
    follower = filled({}, orthanc)
    for expected in (Count(1, 2), Count(0, 0)):
        found_by(follower)
        assert follower.applier.count() == expected
        orthanc.delete_by_id('odd')
    assert len(orthanc.logged) == 1


BATCH = 100
STUDIES = 3 * BATCH - 2
"""Each batch begins with the study at which the former one ended, so these are three steps; and one that ends."""


class Room:
    """A relister over an archive of three batches, in which one study is silently changed before each pass."""

    def __init__(self, every: float = 0, rate: float = 50) -> None:
        self.orthanc = FakeOrthanc()
        for number in range(STUDIES):
            self.orthanc.upload(str(number))
        self.follower = Follower(self.orthanc, every=every, rate=rate)
        self.clock = self.follower.clock
        self.relister = self.follower.relister
        for study in self.orthanc.state().values():
            self.follower.applier.load(study)
        self.follower.index.arrange()
        self.relister.begin()
        self.orthanc.calls.clear()

    def figures(self) -> Figures:
        figures = Figures()
        self.relister.measure(figures)
        return figures

    def passes(self) -> int:
        """Return how many passes began, by the first of their calls."""
        return self.orthanc.requests.count(('list_studies', 0, BATCH))

    def batches(self) -> int:
        return self.orthanc.calls.count('list_studies')

    def differ(self) -> None:
        """Have one study more in Orthanc than in the index."""
        self.orthanc.upload('another')

    def agree(self) -> None:
        self.orthanc.delete('another')

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and do what is due as soon as it is."""
        end = self.clock.seconds + seconds
        while (due := self.clock.seconds + self.relister.due_in()) <= end:
            self.clock.seconds = due
            self.relister.step()
        self.clock.seconds = end


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, 'SMALLEST_BATCH', BATCH)


def test_a_pass_begins_every_so_often_after_the_end_of_the_former() -> None:
    room = Room(every=600)
    room.pass_time(599)
    assert not room.passes()
    room.pass_time(1)
    assert room.figures().relist_running
    room.orthanc.change_silently('7')
    room.pass_time(8 + GRACE_SECONDS)
    figures = room.figures()
    assert (figures.relist_running, figures.relist_runs, figures.relist_repaired) == (False, 1, 1)
    assert figures.relist_age < 3
    room.pass_time(590)
    assert room.passes() == 1
    room.pass_time(10)
    assert room.passes() == 2


def test_a_pass_goes_at_its_rate() -> None:
    room = Room(every=600, rate=50)
    room.pass_time(600)
    assert room.batches() == 1
    room.pass_time(1.9)
    assert room.batches() == 1
    room.pass_time(0.2)
    assert room.batches() == 2


def test_by_itself_none_begins_if_the_period_is_0_and_the_numbers_agree() -> None:
    room = Room()
    room.pass_time(100_000)
    assert not room.passes()


def test_a_pass_begins_when_the_number_of_studies_differs_twice_in_a_row() -> None:
    room = Room()
    room.differ()
    room.pass_time(CHECK_SECONDS)
    room.agree()
    room.pass_time(CHECK_SECONDS)
    room.differ()
    room.pass_time(CHECK_SECONDS)
    assert not room.passes()
    room.pass_time(CHECK_SECONDS)
    assert room.passes() == 1


def test_no_relist_begins_if_an_event_in_the_queue_explains_the_difference() -> None:
    room = Room()
    room.differ()
    room.follower.queue.study_changed(identifier('another'))
    room.pass_time(5 * CHECK_SECONDS)
    assert not room.passes()


def test_a_requested_one_begins_at_once_and_goes_on_without_a_pause() -> None:
    room = Room()
    room.orthanc.change_silently('7')
    first, second = room.relister.request(), room.relister.request()
    room.pass_time(0)
    assert room.batches() >= 3
    late = room.relister.request()
    room.pass_time(GRACE_SECONDS)
    assert first.result(0) == second.result(0)
    assert (first.result(0).studies, first.result(0).changed) == (STUDIES, (identifier('7'),))
    assert not late.done()
    room.pass_time(GRACE_SECONDS)
    assert late.result(0).repaired == 0
    assert room.passes() == 2


def test_a_requested_relist_replaces_a_slow_one() -> None:
    room = Room(every=600)
    room.pass_time(600)
    requested = room.relister.request()
    room.pass_time(GRACE_SECONDS)
    assert requested.result(0).studies == STUDIES
    assert room.passes() == 2
    assert room.figures().relist_runs == 1


def test_if_orthanc_does_not_answer_the_next_step_goes_on_from_there() -> None:
    room = Room(every=600)
    room.pass_time(600)

    def fail(_: str) -> None:
        room.orthanc.before_call = lambda _: None
        raise OrthancFailure('busy')

    room.orthanc.before_call = fail
    with pytest.raises(OrthancFailure):
        room.pass_time(2)
    room.pass_time(10 + GRACE_SECONDS)
    assert room.figures().relist_runs == 1
    assert room.passes() == 1


def test_a_waiting_request_is_cancelled_at_the_end() -> None:
    room = Room()
    waiting = room.relister.request()
    room.relister.end()
    assert waiting.cancelled()
    assert room.relister.request().cancelled()


def test_a_pass_has_all_instances_counted() -> None:
    room = Room()
    room.relister.request()
    room.pass_time(GRACE_SECONDS)
    assert room.follower.tag_queue.is_doubted


def test_the_log_line_names_some_of_many() -> None:
    studies = tuple(f'study{number}' for number in range(LOGGED_IDS + 1))
    line = Found(1000, 1.0, added=studies[:1], deleted=studies[1:]).line()
    assert line == (
        'relisting repaired 11 of 1000 studies: 1 added, 0 changed, 10 deleted: '
        + ', '.join(studies[:LOGGED_IDS]) + ', …'
    )  # fmt: skip


def test_only_repairs_are_logged() -> None:
    room = Room()
    for number_of_lines in (0, 1):
        room.relister.request()
        room.pass_time(GRACE_SECONDS)
        assert len(room.orthanc.logged) == number_of_lines
        room.orthanc.change_silently('7')
