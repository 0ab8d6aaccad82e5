"""Faces over an index in memory, for the tests of this folder: no Orthanc, no reflector."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from orthanc_paging.faces import scope
from orthanc_paging.faces.pages import Pages
from orthanc_paging.faces.readiness import Readiness
from orthanc_paging.http.answer import Answer
from orthanc_paging.http.callbacks import Callbacks
from orthanc_paging.http.face import Face
from orthanc_paging.http.request import Request
from orthanc_paging.index.store import upsert_of
from orthanc_paging.index.study_index import StudyIndex
from orthanc_paging.orthanc_api.protocol import Dialect
from orthanc_paging.queries.scope import Scope
from orthanc_paging.studies.study import ExpandedStudy
from tests.support.fake_orthanc import FakeOrthanc
from tests.support.fake_output import FakeOutput

if TYPE_CHECKING:
    from orthanc_paging.faces.freshness import Freshness
    from orthanc_paging.reflector.reflector import Reflector

NEWEST = Dialect(
    decodes=True,
    splits_encoded_ampersands=True,
    types_errors=True,
    streams=True,
    compresses=False,
    has_labels=True,
)
OLDEST = Dialect(
    decodes=False,
    splits_encoded_ampersands=False,
    types_errors=False,
    streams=False,
    compresses=True,
    has_labels=False,
)
"""The dialects of Orthanc 1.13.0 and 1.10.1."""


def index_of(studies: Iterable[ExpandedStudy]) -> StudyIndex:
    """Return an index of these studies."""
    index = StudyIndex()
    for study in studies:
        index.load(upsert_of(study))
    index.arrange()
    return index


def readiness_of(scope_of: Callable[[Request], Scope] = scope.scope_of, max_limit: int = 0) -> Readiness:
    """Return what parses requests to an index that is always ready and fresh."""
    reflector = SimpleNamespace(check_ready=lambda: None)
    freshness = SimpleNamespace(wait=lambda: None, wait_for_computed=lambda: None, check_computed=lambda: None)
    return Readiness(
        FakeOrthanc(), cast('Reflector', reflector), cast('Freshness', freshness), max_limit, scope_of
    )


def pages_of(index: StudyIndex) -> Pages:
    """Return the pages of an index."""
    return Pages(index, readiness_of())


def get(face: Face, parameters: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
    """Return the answer to a GET request."""
    return face.serve(Request('GET', face.path, (), parameters, headers or {}))


def sent_by(
    face: Face,
    parameters: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    method: str = 'GET',
    dialect: Dialect = NEWEST,
) -> FakeOutput:
    """Return what an Orthanc that speaks a dialect would send."""
    output = FakeOutput(needs_length=not dialect.streams)
    callback = Callbacks(dialect, lambda _: None).of(face)
    callback(output, face.path, method=method, get=parameters or {}, headers=headers or {})
    return output


def body_of(answer: Answer) -> bytes:
    """Return the whole body of a 200."""
    assert answer.status == HTTPStatus.OK
    return answer.body if isinstance(answer.body, bytes) else b''.join(answer.body)
