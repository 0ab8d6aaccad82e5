"""Computed tags: for which studies they are requested, when, and by which calls."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.changes.tag_queue import LATEST_SECONDS, QUIET_SECONDS, NoTagQueue
from orthanc_paging.errors import NotComputed, OrthancFailure
from orthanc_paging.figures import Figures
from orthanc_paging.reflector import computed_tags
from orthanc_paging.reflector.computed_tags import ComputedTags
from orthanc_paging.studies.study import Computed
from tests.support.fake_orthanc import FakeOrthanc
from tests.unit.database import Follower
from tests.unit.studies import identifier

NAMES = [str(number) for number in range(9)]


@pytest.fixture(autouse=True, scope='module')
def _few_at_a_time() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(computed_tags, 'LISTED_A_CALL', 4)
        patch.setattr(computed_tags, 'UIDS_A_CALL', 3)
        patch.setattr(computed_tags, 'SINGLES_A_STEP', 2)
        yield


class Room:
    """A database, the index that follows it, and the task that fetches the computed tags."""

    def __init__(self, *names: str, extended_find: bool = True) -> None:
        self.database = FakeOrthanc()
        self.database.able = replace(self.database.able, extended_find=extended_find)
        for name in names:
            self.database.upload(name)
        self.follower = Follower(self.database)
        self.clock = self.follower.clock
        for study in self.database.state().values():
            self.follower.applier.load(study)
        self.follower.index.arrange()
        self.tags = ComputedTags(
            self.database,
            self.follower.index,
            self.follower.applier,
            self.follower.tag_queue,
            self.clock,
        )
        self.database.calls.clear()

    def change(self, *names: str) -> None:
        """Upload one more instance of these studies, and let the index have them."""
        for name in names:
            self.database.upload(name, series=len(name), instance=next(FakeOrthanc.moments))
            study_id = identifier(name)
            self.follower.applier.put(self.database.state()[study_id])
            self.follower.applier.distrust_tags([study_id])

    def waiting(self) -> int:
        figures = Figures()
        self.tags.measure(figures)
        return figures.computed_tags_waiting

    def calm(self) -> None:
        """Do what is due until nothing is."""
        steps = 0
        while (seconds := self.tags.due_in()) < 1e9:
            self.clock.seconds += seconds
            self.tags.step()
            steps += 1
            assert steps < 100, 'it never ends'

    def content(self) -> dict[str, Computed]:
        return {study.id: study.computed for study in self.follower.index.studies()}

    def truth(self) -> dict[str, Computed]:
        return self.database.computed_state()


@pytest.mark.parametrize(
    ('names', 'extended_find', 'calls'),
    [
        (NAMES[:3], True, ['computed']),
        (NAMES, True, ['list_computed'] * 3),
        (NAMES[:3], False, ['computed_of'] * 3),
    ],
)
def test_at_the_start_all_tags_are_fetched_by_the_cheapest_calls(
    names: Sequence[str], extended_find: bool, calls: list[str]
) -> None:
    room = Room(*names, extended_find=extended_find)
    room.tags.begin()
    room.calm()
    assert room.content() == room.truth()
    assert room.database.calls == calls


def test_a_check_fails_until_all_tags_are_known() -> None:
    room = Room(*NAMES)
    room.tags.begin()
    with pytest.raises(NotComputed, match='for 0 of 9 studies'):
        room.tags.check()
    room.tags.step()
    with pytest.raises(NotComputed, match='for 4 of 9 studies'):
        room.tags.check()
    assert room.waiting() == 5
    room.calm()
    room.tags.check()
    assert room.waiting() == 0
    room.change('0')
    room.tags.check()


def test_tags_of_a_changed_study_are_fetched_after_a_quiet_while() -> None:
    room = Room('0', '1')
    room.tags.begin()
    room.calm()
    room.change('0')
    room.clock.seconds += QUIET_SECONDS / 2
    room.change('1')
    assert room.tags.due_in() == QUIET_SECONDS
    room.database.calls.clear()
    room.calm()
    assert room.database.calls == ['computed']
    assert room.content() == room.truth()


def test_tags_of_a_study_that_keeps_changing_are_fetched_in_the_end() -> None:
    room = Room('0')
    room.tags.begin()
    room.calm()
    for _ in range(int(LATEST_SECONDS / QUIET_SECONDS) * 2):
        room.change('0')
        room.clock.seconds += QUIET_SECONDS / 2
    assert room.tags.due_in() == 0


def test_a_flush_is_done_when_all_recorded_studies_have_their_tags() -> None:
    room = Room(*NAMES)
    room.tags.begin()
    room.change(*NAMES[:5])
    flushed = room.tags.flush()
    while not flushed.done():
        assert room.tags.due_in() == 0
        room.tags.step()
    assert all(room.content()[identifier(name)] == room.truth()[identifier(name)] for name in NAMES[:5])


@pytest.mark.parametrize('extended_find', [True, False])
def test_a_study_that_orthanc_refuses_delays_no_other(extended_find: bool) -> None:
    room = Room(*NAMES, extended_find=extended_find)
    room.database.refused = {identifier('4')}
    room.tags.begin()
    room.calm()
    assert room.content() == {**room.truth(), identifier('4'): ''}
    room.tags.check()


@pytest.mark.parametrize('names', [NAMES[:3], NAMES])
def test_if_the_numbers_of_instances_differ_all_tags_are_fetched_again(names: Sequence[str]) -> None:
    room = Room(*names)
    room.tags.begin()
    room.change('0')
    room.calm()
    room.follower.applier.distrust_all_tags()
    room.database.calls.clear()
    room.calm()
    assert room.database.calls == ['instances']
    room.database.delete_series('0', 1)
    room.follower.applier.distrust_all_tags()
    room.calm()
    assert room.content() == room.truth()
    room.tags.check()


def test_if_there_are_no_computed_tags_nothing_is_recorded() -> None:
    queue = NoTagQueue(Room().follower.queue)
    queue.add(['a'])
    assert queue.studies() == []


changes = st.lists(
    st.tuples(st.sampled_from(['change', 'delete', 'step', 'fail', 'pass time']), st.sampled_from(NAMES)),
    max_size=30,
)


@given(changes, st.booleans())
def test_after_any_changes_all_tags_are_known_in_the_end(
    changes: list[tuple[str, str]], extended_find: bool
) -> None:
    room = Room(*NAMES[:6], extended_find=extended_find)
    room.tags.begin()

    def fail(_: str) -> None:
        room.database.before_call = lambda _: None
        raise OrthancFailure('away')

    for kind, name in changes:
        if kind == 'change':
            room.change(name)
        elif kind == 'delete':
            room.database.delete(name)
            room.follower.applier.drop(identifier(name))
        elif kind == 'fail':
            room.database.before_call = fail
        elif kind == 'pass time':
            room.clock.seconds += 2
        elif not room.tags.due_in():
            try:
                room.tags.step()
            except OrthancFailure:
                continue
    room.database.before_call = lambda _: None
    room.calm()
    assert room.content() == room.truth()
    room.tags.check()
