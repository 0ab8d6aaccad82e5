"""`/studies/{id}/labels/{label}`: the core's route, which changes a study without an event (1.12.0 on)."""

from __future__ import annotations

from http import HTTPStatus

from ..http.answer import Answer
from ..http.request import Request
from .core import Core, or_refusal, text_answer

PATH = '/studies/([^/]+)/labels/([^/]+)'


class Labels:
    """Hands over the requests for a label of a study."""

    path = PATH
    methods = ('GET', 'PUT', 'DELETE')
    varies_by = ()

    def __init__(self, core: Core) -> None:
        self._core = core

    def serve(self, request: Request) -> Answer:
        """Return the core's answer."""
        study_id, label = request.groups
        if request.method == 'GET':
            return or_refusal(request, lambda: self._find(study_id, label))
        return self._core.hand_over(request, [study_id])

    def _find(self, study_id: str, label: str) -> Answer:
        """Return 200 if the study has the label."""
        if label in self._core.texts(f'/studies/{study_id}/labels'):
            return text_answer(b'')
        return Answer(HTTPStatus.NOT_FOUND)
