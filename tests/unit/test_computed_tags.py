"""Which studies are asked for their computed tags, when, and by which calls."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.errors import NotComputed, OrthancFailure
from orthanc_paging.reflector import computed_tags
from orthanc_paging.reflector.computed_tags import LATE_SECONDS, QUIET_SECONDS, ComputedTags
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
    """A database, the index that follows it, and what asks for the computed tags."""

    def __init__(self, *names: str, extended_find: bool = True, is_on: bool = True) -> None:
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
            is_on,
            self.clock,
        )
        self.database.calls.clear()

    def change(self, *names: str) -> None:
        """Upload one more instance of these studies, and let the index have them."""
        for name in names:
            self.database.upload(name, series=len(name), instance=next(FakeOrthanc.moments))
            study_id = identifier(name)
            self.follower.applier.put(self.database.state()[study_id])
            self.tags.note([study_id])

    def calm(self) -> None:
        """Do what is due until nothing is."""
        steps = 0
        while (seconds := self.tags.due_in()) < 1e9:
            self.clock.seconds += seconds
            self.tags.step()
            steps += 1
            assert steps < 100, 'it never ends'

    def held(self) -> dict[str, Computed]:
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
def test_at_the_start_all_are_asked_for_by_the_cheapest_calls(
    names: Sequence[str], extended_find: bool, calls: list[str]
) -> None:
    room = Room(*names, extended_find=extended_find)
    room.tags.begin()
    room.calm()
    assert room.held() == room.truth()
    assert room.database.calls == calls


def test_until_all_are_known_that_is_told() -> None:
    room = Room(*NAMES)
    room.tags.begin()
    with pytest.raises(NotComputed, match='of 0 of 9 studies'):
        room.tags.check()
    room.tags.step()
    with pytest.raises(NotComputed, match='of 4 of 9 studies'):
        room.tags.check()
    assert room.tags.waiting() == 5
    room.calm()
    room.tags.check()
    assert room.tags.waiting() == 0
    room.change('0')
    room.tags.check()


def test_what_changed_is_asked_for_when_nothing_more_has_for_a_while() -> None:
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
    assert room.held() == room.truth()


def test_what_changes_all_the_time_is_asked_for_in_the_end() -> None:
    room = Room('0')
    room.tags.begin()
    room.calm()
    for _ in range(int(LATE_SECONDS / QUIET_SECONDS) * 2):
        room.change('0')
        room.clock.seconds += QUIET_SECONDS / 2
    assert room.tags.due_in() == 0


def test_who_waits_is_answered_when_all_that_was_noted_has_its_tags() -> None:
    room = Room(*NAMES)
    room.tags.begin()
    room.change(*NAMES[:5])
    asked = room.tags.requests.request()
    while not asked.done():
        assert room.tags.due_in() == 0
        room.tags.step()
    assert all(room.held()[identifier(name)] == room.truth()[identifier(name)] for name in NAMES[:5])


@pytest.mark.parametrize('extended_find', [True, False])
def test_one_of_which_orthanc_refuses_to_tell_keeps_no_other_from_being_known(extended_find: bool) -> None:
    room = Room(*NAMES, extended_find=extended_find)
    room.database.refused = {identifier('4')}
    room.tags.begin()
    room.calm()
    assert room.held() == {**room.truth(), identifier('4'): ''}
    room.tags.check()


@pytest.mark.parametrize('names', [NAMES[:3], NAMES])
def test_where_the_numbers_of_instances_differ_all_are_asked_for_once_more(names: Sequence[str]) -> None:
    room = Room(*names)
    room.tags.begin()
    room.change('0')
    room.calm()
    room.tags.doubt()
    room.database.calls.clear()
    room.calm()
    assert room.database.calls == ['instances']
    room.database.delete_series('0', 1)
    room.tags.doubt()
    room.calm()
    assert room.held() == room.truth()
    room.tags.check()


def test_where_they_are_not_wanted_nothing_is_asked_for() -> None:
    room = Room(*NAMES, is_on=False)
    room.tags.begin()
    room.tags.doubt()
    room.change('0')
    assert room.tags.due_in() > 1e9
    assert room.tags.waiting() == 0


changes = st.lists(
    st.tuples(st.sampled_from(['change', 'delete', 'step', 'fail', 'pass time']), st.sampled_from(NAMES)),
    max_size=30,
)


@given(changes, st.booleans())
def test_whatever_happens_all_are_known_in_the_end(changes: list[tuple[str, str]], extended_find: bool) -> None:
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
    assert room.held() == room.truth()
    room.tags.check()
