"""A short storm with each Orthanc; `python -m tests.storm` lets them rage for as long as one likes."""

from collections.abc import Sequence

from tests.conftest import OrthancStarter
from tests.storm.storm import storms
from tests.support.orthanc import Orthanc

SECONDS = 60
SEED = 1


def test_after_each_storm_the_pages_are_the_truth(start_orthanc: OrthancStarter) -> None:
    rage([start_orthanc()])


def test_after_each_storm_the_pages_of_both_that_share_a_database_are_the_truth(
    pair: tuple[Orthanc, Orthanc],
) -> None:
    rage(pair)


def rage(orthancs: Sequence[Orthanc]) -> None:
    """Let storms rage, and show how each ended."""
    said: list[str] = []
    try:
        storms(orthancs, SECONDS, SEED, said.append)
    finally:
        print(*said, sep='\n')
    assert said
