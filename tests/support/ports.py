"""TCP ports for what a test starts."""

import fcntl
import os
import socket
import tempfile
from pathlib import Path

# Below what Linux takes by itself for outgoing connections (`net.ipv4.ip_local_port_range`, 32768 and above): any
# client on the machine can take such a port between its choice and its use, and while its owner is restarted.
FIRST = 20_000
LAST = 31_999


def free_port() -> int:
    """The next TCP port that nobody listens on, and that no other test of this user was given a moment ago.

    All processes of a user take turns at one counter: what a test is given stays free until the test uses it.
    """
    counter = Path(tempfile.gettempdir()) / f'orthanc-paging-port-{os.getuid()}'
    with counter.open('a+', encoding='ascii') as shared:
        fcntl.flock(shared, fcntl.LOCK_EX)
        shared.seek(0)
        port = _first_free_after(int(shared.read() or LAST))
        shared.truncate(0)
        shared.write(str(port))
    return port


def _first_free_after(last: int) -> int:
    port = last
    while True:
        port = port + 1 if port < LAST else FIRST
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(('0.0.0.0', port))
            except OSError:
                continue
            return port
