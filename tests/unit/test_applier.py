"""Putting into the index what Orthanc told: what is known of studies that more may come of."""

from tests.support.clock import Clock
from tests.support.fake_orthanc import FakeOrthanc
from tests.unit.database import Follower
from tests.unit.studies import expanded, identifier


def test_studies_that_stay_unstable_for_long_are_told_once_in_so_many_seconds() -> None:
    clock = Clock()
    applier = Follower(FakeOrthanc(), clock).applier
    applier.put(expanded('stable'))
    for name in ('unstable', 'stable later', 'deleted later'):
        applier.put({**expanded(name), 'IsStable': False})
    applier.make_stable(identifier('stable later'))
    applier.drop(identifier('deleted later'))
    assert applier.long_unstable(5) == []
    clock.seconds += 6
    assert applier.long_unstable(5) == [identifier('unstable')]
    assert applier.long_unstable(5) == []
    clock.seconds += 6
    assert applier.long_unstable(5) == [identifier('unstable')]


def test_of_which_more_came_they_are_told_later() -> None:
    clock = Clock()
    applier = Follower(FakeOrthanc(), clock).applier
    applier.put({**expanded('a'), 'IsStable': False})
    clock.seconds += 4
    applier.put({**expanded('a', series=2), 'IsStable': False})
    clock.seconds += 4
    assert applier.long_unstable(5) == []
