"""The confinement of a container of the stack: its rights on its machine, and who may reach it."""

import re

from tests.stack.stack import Stack


def assert_is_confined(stack: Stack, service: str) -> None:
    """Raise AssertionError if a container has root's rights, can get them, or can write beside its volumes."""
    status = dict(
        re.findall(r'^(\w+):\s+(.*)$', stack.run_in(service, 'cat', '/proc/1/status'), flags=re.MULTILINE)
    )
    assert '0' not in status['Uid'].split(), f'{service} runs as root'
    assert int(status['CapBnd'], 16) == 0, f'{service} may get rights of root'
    assert status['NoNewPrivs'] == '1', f'{service} may become root'
    writing = stack.docker.run('exec', '--user', '0', stack.container(service), 'touch', '/usr/bin/written')
    assert 'Read-only file system' in writing.stderr


def published(stack: Stack) -> set[tuple[str, str]]:
    """Each address and port of this machine that leads to a container."""
    ports = [container['NetworkSettings']['Ports'] for container in stack.containers().values()]
    bindings = [binding for own in ports for of_port in own.values() for binding in of_port or []]
    return {(binding['HostIp'], binding['HostPort']) for binding in bindings}
