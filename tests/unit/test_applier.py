"""The applier, which puts fetched studies into the index: unstable studies."""

from tests.support.clock import Clock
from tests.support.fake_orthanc import FakeOrthanc
from tests.unit.database import Follower
from tests.unit.studies import expanded, identifier


def test_a_study_that_stays_unstable_is_reported_once_per_period() -> None:
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


def test_a_change_of_an_unstable_study_delays_its_report() -> None:
    clock = Clock()
    applier = Follower(FakeOrthanc(), clock).applier
    applier.put({**expanded('a'), 'IsStable': False})
    clock.seconds += 4
    applier.put({**expanded('a', series=2), 'IsStable': False})
    clock.seconds += 4
    assert applier.long_unstable(5) == []
