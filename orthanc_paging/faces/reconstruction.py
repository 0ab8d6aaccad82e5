"""The core's routes that read the tags of resources from the files again, and report no event.

Each may change every study of a patient.
"""

from __future__ import annotations

from ..errors import UNKNOWN_RESOURCE, Refused
from ..http.answer import Answer
from ..http.request import Request
from .core import CoreFace, text_answer

PATH = '/(patients|studies|series|instances)/([^/]+)/reconstruct'
PATH_OF_ALL = '/tools/reconstruct'


class Reconstruction(CoreFace):
    """Hands over the requests to reconstruct one resource."""

    path = PATH
    methods = ('POST',)

    def answer(self, request: Request) -> Answer:
        """Return the core's answer. Raises `Refused`."""
        studies = self.api.studies_of_same_patient(*request.groups)
        return self.change(request.method, request.path, request.body, studies)


class ReconstructionOfAll(CoreFace):
    """Hands over the requests to reconstruct all studies, as one request for each patient.

    The core reconstructs one study after the other, and answers at the end, which may be hours later. With one
    request for each patient, a study is on the page as soon as it is reconstructed, and a Python plugin that keeps
    the interpreter lock during a call keeps it for one patient only.
    """

    path = PATH_OF_ALL
    methods = ('POST',)

    def answer(self, request: Request) -> Answer:
        """Return the core's answer, when all studies are reconstructed. Raises `Refused`."""
        patients = self.texts('/patients')
        if not patients:
            self.change('POST', request.path, request.body, [])  # it refuses a body that makes no sense
        for patient in patients:
            try:
                studies = self.api.studies_of_same_patient('patients', patient)
                self.change('POST', f'/patients/{patient}/reconstruct', request.body, studies)
            except Refused as refusal:
                if refusal.code != UNKNOWN_RESOURCE:  # that code: it was deleted meanwhile
                    raise
        return text_answer(b'')
