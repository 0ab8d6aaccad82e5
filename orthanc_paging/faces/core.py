"""Requests that are handed over to the core, and the studies that they change.

The core reports these changes by no event, so the faces of these routes record them. Difference from the core:
error responses have no `Details`, because Orthanc does not expose them to plugins.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Sequence
from http import HTTPStatus

from ..changes.queue import Queue
from ..errors import UNKNOWN_RESOURCE, Refused
from ..http.answer import TEXT, Answer
from ..http.face import Face
from ..http.request import Request
from ..orthanc_api.protocol import OrthancApi
from ..snapshot.journal import SnapshotJournal

STATUSES = {
    3: HTTPStatus.BAD_REQUEST,
    8: HTTPStatus.BAD_REQUEST,
    15: HTTPStatus.BAD_REQUEST,
    UNKNOWN_RESOURCE: HTTPStatus.NOT_FOUND,
}
"""The statuses that Orthanc gives for error codes of its own (`OrthancPluginErrorCode`). For others it is 500."""


class CoreFace(Face):
    """A face of a route of the core. If the core refuses a request, the response is the core's own error."""

    def __init__(self, api: OrthancApi, queue: Queue, journal: SnapshotJournal) -> None:
        self.api = api
        self._queue = queue
        self._journal = journal

    def serve(self, request: Request) -> Answer:
        """Return the core's answer."""
        try:
            return self.answer(request)
        except Refused as refusal:
            return _error(refusal, request)

    @abstractmethod
    def answer(self, request: Request) -> Answer:
        """Return the core's answer. Raises `Refused`."""

    def texts(self, path: str) -> list[str]:
        """Return the list of texts at a path of the core. Raises `Refused`."""
        found: list[str] = json.loads(self.api.hand_over('GET', path))
        return found

    def change(self, method: str, path: str, body: bytes, studies: Sequence[str]) -> Answer:
        """Let the core change these studies, and return its answer. Raises `Refused`."""
        with self._journal.around(studies):
            answer = self.api.hand_over(method, path, body)
            for study_id in studies:
                self._queue.study_changed(study_id)
                if self.api.capabilities().is_shared:
                    self.api.write_to_log(study_id)
        return text_answer(answer)


def text_answer(body: bytes) -> Answer:
    """Return the core's answer to a request that it did not refuse."""
    return Answer(HTTPStatus.OK, (), body, TEXT)


def _error(refusal: Refused, request: Request) -> Answer:
    status = STATUSES.get(refusal.code, HTTPStatus.INTERNAL_SERVER_ERROR)
    document = {
        'HttpError': status.phrase,
        'HttpStatus': status.value,
        'Message': refusal.reason,
        'Method': request.method,
        'OrthancError': refusal.reason,
        'OrthancStatus': refusal.code,
        'Uri': request.path,
    }
    return Answer(status, (), json.dumps(document).encode())
