"""The core's routes that read the tags of resources from the files again, and report no event.

Each may change every study of a patient.
"""

from __future__ import annotations

from ..errors import UNKNOWN_RESOURCE, Refused
from ..http.answer import Answer
from ..http.request import Request
from .core import Core, or_refusal, text_answer

PATH = '/(patients|studies|series|instances)/([^/]+)/reconstruct'
PATH_OF_ALL = '/tools/reconstruct'


class Reconstruction:
    """Hands over the requests to reconstruct one resource."""

    path = PATH
    methods = ('POST',)
    varies_by = ()

    def __init__(self, core: Core) -> None:
        self._core = core

    def serve(self, request: Request) -> Answer:
        """Return the core's answer."""
        return self._core.hand_over(request, self._core.studies_of_same_patient(*request.groups))


class ReconstructionOfAll:
    """Hands over the requests to reconstruct all studies, as one request for each patient.

    The core reconstructs one study after the other, and answers at the end, which may be hours later. With one
    request for each patient, a study is on the page as soon as it is reconstructed, and a Python plugin that keeps
    the interpreter lock during a call keeps it for one patient only.
    """

    path = PATH_OF_ALL
    methods = ('POST',)
    varies_by = ()

    def __init__(self, core: Core) -> None:
        self._core = core

    def serve(self, request: Request) -> Answer:
        """Return the core's answer, when all studies are reconstructed."""
        return or_refusal(request, lambda: self._reconstruct(request))

    def _reconstruct(self, request: Request) -> Answer:
        patients = self._core.texts('/patients')
        if not patients:
            self._core.change('POST', request.path, request.body, [])  # it refuses a body that makes no sense
        for patient in patients:
            try:
                studies = self._core.studies_of_same_patient('patients', patient)
                self._core.change('POST', f'/patients/{patient}/reconstruct', request.body, studies)
            except Refused as refusal:
                if refusal.code != UNKNOWN_RESOURCE:  # that code: it was deleted meanwhile
                    raise
        return text_answer(b'')
