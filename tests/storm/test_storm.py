"""A short storm with each Orthanc; `python -m tests.storm` lets them rage for as long as one likes."""

from tests.conftest import OrthancStarter
from tests.storm.storm import storms

SECONDS = 60
SEED = 1


def test_after_each_storm_the_pages_are_the_truth(start_orthanc: OrthancStarter) -> None:
    said: list[str] = []
    storms(start_orthanc(), SECONDS, SEED, said.append)
    print(*said, sep='\n')
    assert len(said) > 3
