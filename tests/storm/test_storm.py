"""A short storm with each Orthanc; `python -m tests.storm` lets them rage for as long as one likes."""

from collections.abc import Sequence

import pytest

from tests.conftest import OrthancStarter
from tests.storm.storm import storms
from tests.support.orthanc import Orthanc

SECONDS = 60


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of this run, which its header shows."""
    return int(request.config.option.storm_seed)


def test_after_each_storm_the_pages_are_the_truth(start_orthanc: OrthancStarter, seed: int) -> None:
    rage([start_orthanc()], seed)


def test_after_each_storm_the_pages_of_both_that_share_a_database_are_the_truth(
    pair: tuple[Orthanc, Orthanc], seed: int
) -> None:
    rage(pair, seed)


def rage(orthancs: Sequence[Orthanc], seed: int) -> None:
    """Let storms rage, and show how each ended."""
    said: list[str] = []
    try:
        storms(orthancs, SECONDS, seed, said.append)
    finally:
        print(*said, sep='\n')
    assert said
