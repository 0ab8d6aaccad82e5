"""`POST /paging/relist`: compare all studies with Orthanc's now, and respond with what was found."""

from __future__ import annotations

from concurrent.futures import CancelledError

from ..errors import Ended, Json
from ..http.answer import Answer, json_answer
from ..http.face import Face
from ..http.request import Request
from ..reflector.relist import Found, Relister

PATH = '/paging/relist'


class Relist(Face):
    """Requests a relist, and waits for what it finds."""

    path = PATH
    methods = ('POST',)

    def __init__(self, relister: Relister) -> None:
        self._relister = relister

    def serve(self, request: Request) -> Answer:  # noqa: ARG002
        """Return what was found when all studies have been compared. Raises `Ended` if Orthanc stops before."""
        try:
            found = self._relister.request().result()
        except CancelledError:
            raise Ended from None
        return json_answer(response_of(found), indent=2)


def response_of(found: Found) -> dict[str, Json]:
    """Return the response to a client: the IDs of the studies that differed."""
    return {
        'Studies': found.studies,
        'Seconds': round(found.seconds, 3),
        'Added': [*found.added],
        'Changed': [*found.changed],
        'Deleted': [*found.deleted],
    }
