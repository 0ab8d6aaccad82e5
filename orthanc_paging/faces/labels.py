"""`/studies/{id}/labels/{label}`: the core's route, which changes a study without an event (1.12.0 on)."""

from __future__ import annotations

from http import HTTPStatus

from ..http.answer import Answer
from ..http.request import Request
from .core import CoreFace, text_answer

PATH = '/studies/([^/]+)/labels/([^/]+)'


class Labels(CoreFace):
    """Hands over the requests for a label of a study."""

    path = PATH
    methods = ('GET', 'PUT', 'DELETE')

    def answer(self, request: Request) -> Answer:
        """Return the core's answer. Raises `Refused`."""
        study_id, label = request.groups
        if request.method != 'GET':
            return self.change(request.method, request.path, request.body, [study_id])
        has_label = label in self.texts(f'/studies/{study_id}/labels')
        return text_answer(b'') if has_label else Answer(HTTPStatus.NOT_FOUND)
