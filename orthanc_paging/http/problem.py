"""Problem details (RFC 9457): how an error is answered."""

from __future__ import annotations

import json

from ..errors import RequestError, UnknownParameter
from .answer import Answer

PROBLEM_JSON = 'application/problem+json'

AMPERSAND_HINT = (
    'This version of Orthanc ends a value at %26: write %EF%BC%86, the fullwidth ampersand, which matches &.'
)


def problem(error: RequestError, splits_ampersands: bool) -> Answer:
    """Return the answer to a request that raised `error`.

    `splits_ampersands`: Orthanc splits a value at an encoded `&`. Then an unknown name may be what followed it.
    """
    members = error.problem()
    if splits_ampersands and isinstance(error, UnknownParameter):
        members['detail'] = f'{error.detail} {AMPERSAND_HINT}'
    return Answer(error.status, tuple(error.headers.items()), json.dumps(members).encode(), PROBLEM_JSON)
