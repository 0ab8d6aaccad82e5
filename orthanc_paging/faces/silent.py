"""The core's routes that change studies without an event: they are handed over to the core, and recorded.

These are labels (Orthanc 1.12.0 on), and reconstruction, which reads a patient's tags from the files again and so
may change every study of the patient. Difference from the core: error responses have no `Details`, because Orthanc
does not expose them to plugins.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from ..errors import UNKNOWN_RESOURCE, Json, Refused
from ..http.callbacks import send_status

if TYPE_CHECKING:
    from ..changes.queue import Queue
    from ..orthanc_api.protocol import OrthancApi, Output
    from ..replicas.shared_database import SharedDatabase
    from ..snapshot.keeper import SnapshotKeeper

LABEL = '/studies/([^/]+)/labels/([^/]+)'
RECONSTRUCTION_OF_ALL = '/tools/reconstruct'
RECONSTRUCTION = '/(patients|studies|series|instances)/([^/]+)/reconstruct'

STATUSES = {
    3: HTTPStatus.BAD_REQUEST,
    8: HTTPStatus.BAD_REQUEST,
    15: HTTPStatus.BAD_REQUEST,
    UNKNOWN_RESOURCE: HTTPStatus.NOT_FOUND,
}
"""The HTTP statuses that Orthanc gives for error codes of its own (`OrthancPluginErrorCode`); else it is 500."""

Groups = tuple[str, ...]


class SilentRoutes:
    """Hands requests over to the core, and records the studies that they changed."""

    def __init__(self, api: OrthancApi, queue: Queue, keeper: SnapshotKeeper, shared: SharedDatabase) -> None:
        self._api = api
        self._queue = queue
        self._keeper = keeper
        self._shared = shared

    def label(self, output: Output, uri: str, method: str, groups: Groups, body: bytes = b'', **_: object) -> None:
        """Answer a request for a label of a study."""
        study_id, label = groups
        if method == 'GET':
            self._answer(output, uri, method, lambda: self._tell(output, study_id, label))
        elif method in ('PUT', 'DELETE'):
            self._answer(output, uri, method, lambda: self._hand_over(output, uri, method, body, [study_id]))
        else:
            output.SendMethodNotAllowed('GET,PUT,DELETE')

    def reconstruct(
        self, output: Output, uri: str, method: str, groups: Groups, body: bytes = b'', **_: object
    ) -> None:
        """Answer a request to read the tags of a resource from its files again."""
        if method == 'POST':
            siblings = self._api.studies_of_same_patient(*groups)
            self._answer(output, uri, method, lambda: self._hand_over(output, uri, method, body, siblings))
        else:
            output.SendMethodNotAllowed('POST')

    def reconstruct_all(self, output: Output, uri: str, method: str, body: bytes = b'', **_: object) -> None:
        """Answer a request to read the tags of all studies from their files again.

        The core reconstructs one study after the other, and answers at the end, which may be hours later. This
        method requests one patient after the other instead. So each study is on the page as soon as it is done,
        and a Python plugin that keeps the interpreter lock during a call keeps it for one patient only.
        """
        if method == 'POST':
            self._answer(output, uri, method, lambda: self._reconstruct_all(output, uri, body))
        else:
            output.SendMethodNotAllowed('POST')

    def _reconstruct_all(self, output: Output, uri: str, body: bytes) -> None:
        patients = json.loads(self._api.hand_over('GET', '/patients'))
        if not patients:
            self._api.hand_over('POST', uri, body)  # it refuses a body that makes no sense
        for patient in patients:
            try:
                studies = self._api.studies_of_same_patient('patients', patient)
                self._change('POST', f'/patients/{patient}/reconstruct', body, studies)
            except Refused as refusal:
                if refusal.code != UNKNOWN_RESOURCE:  # that is: deleted meanwhile
                    raise
        output.AnswerBuffer(b'', 'text/plain')

    def _tell(self, output: Output, study_id: str, label: str) -> None:
        if label in json.loads(self._api.hand_over('GET', f'/studies/{study_id}/labels')):
            output.AnswerBuffer(b'', 'text/plain')
        else:
            output.SendHttpStatusCode(HTTPStatus.NOT_FOUND)

    def _hand_over(self, output: Output, uri: str, method: str, body: bytes, changes: Sequence[str]) -> None:
        output.AnswerBuffer(self._change(method, uri, body, changes), 'text/plain')

    def _change(self, method: str, path: str, body: bytes, changes: Sequence[str]) -> bytes:
        """Have the core change these studies, and return its answer. Raises `Refused`."""
        with self._keeper.around(changes):
            answer = self._api.hand_over(method, path, body)
            for study_id in changes:
                self._queue.study_changed(study_id)
                if self._shared.is_on:
                    self._api.write_to_log(study_id)
        return answer

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
