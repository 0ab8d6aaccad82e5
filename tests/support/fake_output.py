"""The object by which a callback answers, and what Orthanc would send."""

from __future__ import annotations


class FakeOutput:
    """An output as the Python plugin hands it to a callback. It refuses what Orthanc refuses."""

    def __init__(self, *, needs_length: bool = False) -> None:
        self._needs_length = needs_length
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []
        self.chunks: list[bytes] = []
        self.is_streamed = False

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b''.join(self.chunks)

    def values_of(self, header: str) -> list[str]:
        """Return the values of a header."""
        return [value for name, value in self.headers if name == header]

    def AnswerBuffer(self, body: bytes, content_type: str) -> None:
        self._begin(200, content_type)
        self.chunks.append(body)

    def SetHttpHeader(self, name: str, value: str) -> None:
        assert self.status is None, 'the answer has begun'
        assert isinstance(value, str)
        self.headers.append((name, value))

    def SendHttpStatus(self, status: int, body: str, size: int | None = None) -> None:
        if self._needs_length == (size is None):
            raise TypeError('function takes exactly another number of arguments')
        assert size is None or size == len(body)
        self._begin(status)
        self.chunks.append(body.encode())

    def SendHttpStatusCode(self, status: int) -> None:
        assert status != 405, 'Orthanc requires SendMethodNotAllowed'
        self._begin(status)

    def SendMethodNotAllowed(self, allowed: str) -> None:
        self._begin(405)
        self.headers.append(('Allow', allowed))

    def StartStreamAnswer(self, content_type: str) -> None:
        self._begin(200, content_type)
        self.is_streamed = True

    def SendStreamChunk(self, chunk: bytes) -> None:
        assert self.is_streamed
        self.chunks.append(chunk)

    def _begin(self, status: int, content_type: str = '') -> None:
        assert self.status is None, 'the answer has begun'
        self.status = int(status)
        if content_type:
            self.headers.append(('Content-Type', content_type))
