"""`POST /paging/relist`: compare all studies with Orthanc's now, and answer with what was found."""

from __future__ import annotations

from concurrent.futures import CancelledError

from ..errors import Ended, Json
from ..http.answer import Answer, json_answer
from ..http.request import Request
from ..reflector.reflector import Reflector
from ..reflector.relist import Found

PATH = '/paging/relist'


class Relist:
    """Has the reflector relist, and waits for what it finds."""

    path = PATH
    methods = ('POST',)
    varies_by = ()

    def __init__(self, reflector: Reflector) -> None:
        self._reflector = reflector

    def serve(self, request: Request) -> Answer:  # noqa: ARG002
        """What was found, when all studies have been compared. Raises `Ended` where Orthanc stops before that."""
        try:
            found = self._reflector.relist().result()
        except CancelledError:
            raise Ended from None
        return json_answer(figures(found), indent=2)


def figures(found: Found) -> dict[str, Json]:
    """What a pass found, as it is told to a client: how many, and which, studies were not as they should be."""
    return {
        'Studies': found.studies,
        'Seconds': round(found.seconds, 3),
        'Added': [*found.added],
        'Changed': [*found.changed],
        'Deleted': [*found.deleted],
    }
