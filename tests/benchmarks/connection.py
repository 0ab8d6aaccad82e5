"""A connection for requests in close succession, which costs the machine less than Orthanc's own part."""

from __future__ import annotations

import re
import socket
from contextlib import AbstractContextManager
from types import TracebackType

TIMEOUT = 60.0  # seconds

_LENGTH = re.compile(rb'\r\ncontent-length: *([0-9]+)', re.IGNORECASE)


class Connection(AbstractContextManager['Connection']):
    """One kept connection to an Orthanc of this machine."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(('127.0.0.1', port), TIMEOUT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def exchange(self, request: bytes) -> bytes:
        """Send a whole request, and return the body of the answer, whose length Orthanc must state beforehand.

        Raises AssertionError if it is not a 200.
        """
        self._socket.sendall(request)
        received = self._receive()
        while (end := received.find(b'\r\n\r\n')) < 0:
            received += self._receive()
        header, body = received[:end], received[end + 4 :]
        assert header.startswith(b'HTTP/1.1 200 '), received
        length = _LENGTH.search(header)
        assert length is not None, header
        while len(body) < int(length[1]):
            body += self._receive()
        return body

    def _receive(self) -> bytes:
        received = self._socket.recv(1 << 16)
        assert received, 'Orthanc closed the connection'
        return received


def get(address: str) -> bytes:
    """A GET request, as bytes."""
    return f'GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n'.encode()


def delete(address: str) -> bytes:
    """A DELETE request, as bytes."""
    return f'DELETE {address} HTTP/1.1\r\nHost: localhost\r\n\r\n'.encode()


def post(address: str, body: bytes) -> bytes:
    """A POST request, as bytes."""
    return f'POST {address} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n'.encode() + body
