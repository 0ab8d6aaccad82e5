"""`GET /paging/count`: the number of studies that match."""

from __future__ import annotations

from typing import NamedTuple

from ..http.answer import Answer, json_answer
from ..http.face import Face
from ..http.request import Request
from ..index.study_index import StudyIndex
from ..queries.parsers.parameters import ParameterParser
from ..queries.selection import Selection
from .readiness import Readiness

PATH = '/paging/count'


class Question(NamedTuple):
    """The studies to count."""

    selection: Selection
    needs_computed: bool
    contains_computed: bool


class StudyCount(Face):
    """Counts the studies that match a filter."""

    path = PATH

    def __init__(self, index: StudyIndex, readiness: Readiness) -> None:
        self._index = index
        self._readiness = readiness

    def serve(self, request: Request) -> Answer:
        """Return the number, for the filters of `/sort-studies`. Raises `RequestError`."""
        question = self._readiness.question(request, _parse)
        return json_answer({'Count': self._index.count_of(question.selection)})


def _parse(request: Request, parser: ParameterParser) -> Question:
    selection = parser.selection(request.parameters)
    return Question(selection, selection.is_computed, selection.is_computed)
