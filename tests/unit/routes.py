"""Routes over an index in memory, for the tests of this folder: no Orthanc, no reflector."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote_plus

from orthanc_paging.faces.pages import Pages
from orthanc_paging.http.callbacks import Answer
from orthanc_paging.index.study_index import StudyIndex, upsert_of
from orthanc_paging.queries.filter import Filter
from orthanc_paging.queries.parsers.parameters import ParameterParser
from orthanc_paging.queries.selection import Selection, selection_of
from orthanc_paging.studies.study import ExpandedStudy
from tests.unit.attributes import SCHEMA

if TYPE_CHECKING:
    from orthanc_paging.faces.asking import Questions


class ReadyQuestions:
    """What a route needs of `Questions`, for an index that is always ready."""

    parser = ParameterParser(SCHEMA)

    def __init__(self, decodes: bool = True) -> None:
        """`decodes`: Orthanc has decoded the parameters already."""
        self._decodes = decodes

    def decode(self, text: str) -> str:
        return text if self._decodes else unquote_plus(text)

    def decoded(self, parameters: Iterable[tuple[str, str]]) -> dict[str, str]:
        return {self.decode(name): self.decode(value) for name, value in parameters if name or value}

    def await_answer(self, headers: Mapping[str, str]) -> None: ...
    def need_computed(self) -> None: ...
    def freshen_computed(self, headers: Mapping[str, str]) -> None: ...

    def selection(self, parameters: Mapping[str, str], others: Iterable[str] = ()) -> Selection:
        filter_: Filter = self.parser.filter(parameters, tuple(others))
        return selection_of(filter_)


def index_of(studies: Iterable[ExpandedStudy]) -> StudyIndex:
    """Return an index of these studies."""
    index = StudyIndex()
    for study in studies:
        index.load(upsert_of(study))
    index.arrange()
    return index


def pages_of(index: StudyIndex, *, decodes: bool = True) -> Pages:
    """Return the route of pages over an index."""
    return Pages(index, cast('Questions', ReadyQuestions(decodes)))


def get(pages: Pages, parameters: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
    """Return what a request for a page is answered with."""
    return pages.serve(parameters, headers or {})


def body_of(answer: Answer) -> bytes:
    """Return the whole body of an answer."""
    assert answer.body is not None
    return answer.body if isinstance(answer.body, bytes) else b''.join(answer.body)
