"""The core's routes by which studies change without an event: taken over, handed on to the core, and noted.

These are labels (Orthanc 1.12.0 on), and reconstruction, which reads a patient's tags from the files again and so
may change every study of it. Orthanc answers as it does without us, but for the `Details` of a refusal, which it
tells no plugin.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from ..errors import Json, Refused
from .http import send_status

if TYPE_CHECKING:
    from ..changes.pending import Pending
    from ..orthanc_api import OrthancApi, Output
    from ..reflector.shared_database import SharedDatabase
    from ..reflector.snapshotter import Snapshotter

LABEL = '/studies/([^/]+)/labels/([^/]+)'
RECONSTRUCTION = '/(patients|studies|series|instances)/([^/]+)/reconstruct'

STATUSES = {3: HTTPStatus.BAD_REQUEST, 8: HTTPStatus.BAD_REQUEST, 17: HTTPStatus.NOT_FOUND}
"""The HTTP statuses that Orthanc gives for error codes of its own (`OrthancPluginErrorCode`); else it is 500."""

Groups = tuple[str, ...]


class SilentRoutes:
    """Hands requests on to the core, and notes the studies that they changed."""

    def __init__(
        self, api: OrthancApi, pending: Pending, snapshotter: Snapshotter, shared: SharedDatabase
    ) -> None:
        self._api = api
        self._pending = pending
        self._snapshotter = snapshotter
        self._shared = shared

    def label(self, output: Output, uri: str, method: str, groups: Groups, body: bytes = b'', **_: object) -> None:
        """Answer a request for a label of a study."""
        study_id, label = groups
        if method == 'GET':
            self._answer(output, uri, method, lambda: self._tell(output, study_id, label))
        elif method in ('PUT', 'DELETE'):
            self._answer(output, uri, method, lambda: self._hand_on(output, uri, method, body, [study_id]))
        else:
            output.SendMethodNotAllowed('GET,PUT,DELETE')

    def reconstruct(
        self, output: Output, uri: str, method: str, groups: Groups, body: bytes = b'', **_: object
    ) -> None:
        """Answer a request to read the tags of a resource from its files again."""
        if method == 'POST':
            siblings = self._api.studies_of_same_patient(*groups)
            self._answer(output, uri, method, lambda: self._hand_on(output, uri, method, body, siblings))
        else:
            output.SendMethodNotAllowed('POST')

    def _tell(self, output: Output, study_id: str, label: str) -> None:
        if label in json.loads(self._api.hand_on('GET', f'/studies/{study_id}/labels')):
            output.AnswerBuffer(b'', 'text/plain')
        else:
            output.SendHttpStatusCode(HTTPStatus.NOT_FOUND)

    def _hand_on(self, output: Output, uri: str, method: str, body: bytes, changes: Sequence[str]) -> None:
        with self._snapshotter.around(changes):
            answer = self._api.hand_on(method, uri, body)
            for study_id in changes:
                self._pending.study_changed(study_id)
                if self._shared.is_on:
                    self._api.write_to_log(study_id)
        output.AnswerBuffer(answer, 'text/plain')

    def _answer(self, output: Output, uri: str, method: str, answer: Callable[[], None]) -> None:
        try:
            answer()
        except Refused as refusal:
            status = STATUSES.get(refusal.code, HTTPStatus.INTERNAL_SERVER_ERROR)
            send_status(output, status, json.dumps(_as_the_core_tells(refusal, status, uri, method)))


def _as_the_core_tells(refusal: Refused, status: HTTPStatus, uri: str, method: str) -> dict[str, Json]:
    return {
        'HttpError': status.phrase,
        'HttpStatus': status.value,
        'Message': refusal.reason,
        'Method': method,
        'OrthancError': refusal.reason,
        'OrthancStatus': refusal.code,
        'Uri': uri,
    }
