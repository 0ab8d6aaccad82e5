"""The stack refuses the password of the demo in some settings."""

from collections.abc import Iterator

import httpx
import pytest

from tests.stack.engine import Docker
from tests.stack.stack import REPLICAS, Stack
from tests.support.waiting import wait_until


@pytest.fixture
def public(docker: Docker, profile: str) -> Iterator[Stack]:
    """The stack with the password of the demo, on all addresses of this machine; not up yet."""
    stack = Stack(docker, profile, ADDRESS='0.0.0.0')
    try:
        yield stack
    finally:
        stack.compose('down', '--volumes')


@pytest.mark.parametrize('profile', ['alone'])
def test_with_the_password_of_the_demo_it_serves_nobody_on_a_public_address(public: Stack) -> None:
    public.compose('up', '--build', '--detach', '--no-deps', 'orthanc')
    wait_until(lambda: 'ORTHANC_PASSWORD is the one of the demo' in public.logs('orthanc'), 'a refusal', 30.0)
    wait_until(lambda: public.inspect('orthanc')['State']['ExitCode'] == 78, 'an exit code', 30.0)
    with pytest.raises(httpx.TransportError):
        public.client.get('/paging/status')


@pytest.mark.parametrize(('profile', 'service'), [('cluster', replica) for replica in REPLICAS])
def test_with_the_password_of_the_demo_no_replica_starts(public: Stack, service: str) -> None:
    refusal = public.refusal(service)
    assert refusal.returncode == 78
    assert 'ORTHANC_PASSWORD is the one of the demo' in refusal.stderr
