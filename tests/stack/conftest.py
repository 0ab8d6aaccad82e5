"""The fixtures that bring the stack up. Its tests share an engine and images, so they run in one process."""

from collections.abc import Iterator

import pytest

from tests.conftest import require
from tests.stack.engine import Docker, some_engine, why_no_engine
from tests.stack.images import provide_public_images
from tests.stack.stack import Stack


@pytest.fixture(scope='session')
def docker(request: pytest.FixtureRequest) -> Iterator[Docker]:
    """A Docker engine that has all the images on which the stack is built."""
    require(request, 'Docker', why_no_engine())
    with some_engine() as docker, provide_public_images(docker):
        yield docker


@pytest.fixture(scope='module')
def alone(docker: Docker) -> Iterator[Stack]:
    """One Orthanc, with the demo's studies."""
    yield from up(Stack(docker, 'alone'))


@pytest.fixture(scope='module')
def cluster(docker: Docker) -> Iterator[Stack]:
    """Two Orthancs on PostgreSQL behind a load balancer, with the demo's studies."""
    yield from up(Stack(docker, 'cluster'))


def up(stack: Stack) -> Iterator[Stack]:
    """The stack, which must end without anything to complain of."""
    try:
        stack.up()
        yield stack
    finally:
        complaints = stack.down('--volumes')
    if complaints:
        pytest.fail('\n'.join(complaints), pytrace=False)
