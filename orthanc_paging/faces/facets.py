"""`GET /paging/facets`: the values of a field among the studies that match, with their numbers."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import dataclass
from http import HTTPStatus

from ..errors import InvalidParameter
from ..http.answer import JSON, NO_CACHE, Answer
from ..http.etags import conditional, etag_of
from ..http.face import Face
from ..http.kept_answers import KeptAnswers
from ..http.request import Request
from ..index.facets import Split, facets, part_of_date, values_of
from ..index.study_index import StudyIndex
from ..queries.parsers.parameters import ParameterParser
from ..queries.selection import Selection
from ..studies.attributes import LABELS, Attribute
from .readiness import Readiness

PATH = '/paging/facets'
PARAMETERS = ('field', 'by', 'limit')
PARTS = {'year': 4, 'month': 6}
"""The parts of a date by which studies can be counted, and their digits."""

LABEL = 'label'
DEFAULT_LIMIT = 100

LARGEST_KEPT = 65_536
"""Bytes of the largest answer that is kept."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to count: the values of an attribute, as `split` finds them, in the studies of a selection.

    `limit` is the number of values in the answer, None for all. `field` and `by` are the client's own words.
    """

    selection: Selection
    field: str
    by: str | None
    limit: int | None
    attribute: Attribute
    split: Split

    @property
    def key(self) -> Hashable:
        """All that decides the answer."""
        return self.selection.key, self.field, self.by, self.limit

    @property
    def needs_computed(self) -> bool:
        """Whether computed tags are counted, or decide which studies are."""
        return self.attribute.is_computed or self.selection.is_computed

    @property
    def contains_computed(self) -> bool:
        """Whether the counts depend on computed tags."""
        return self.needs_computed


class Facets(Face):
    """Counts the studies that match by the values of a field."""

    path = PATH

    def __init__(self, index: StudyIndex, readiness: Readiness) -> None:
        self._index = index
        self._readiness = readiness
        self._kept = KeptAnswers()

    def serve(self, request: Request) -> Answer:
        """Return the most frequent values, for the filters of `/sort-studies`. Raises `RequestError`."""
        question = self._readiness.question(request, _parse)
        changes = self._index.changes
        answer = self._kept.get(question.key, changes)
        if answer is None:
            body = self._body(question)
            answer = Answer(HTTPStatus.OK, (('ETag', etag_of(body)), NO_CACHE), body, JSON)
            if len(body) <= LARGEST_KEPT:
                self._kept.keep(question.key, changes, answer)
        return conditional(answer, request)

    def _body(self, question: Question) -> bytes:
        studies = self._index.studies_of(question.selection)
        found = facets(map(question.attribute.value_of, studies), question.split)
        document = {
            'Field': question.field,
            'Values': [{'Value': facet.value, 'Count': facet.studies} for facet in found[: question.limit]],
            'Total': len(found),
        }
        return json.dumps(document, ensure_ascii=False).encode('utf-8', 'replace')


def _parse(request: Request, parser: ParameterParser) -> Question:
    parameters = request.parameters
    attribute, split = _counted(parser, parameters.get('field'), parameters.get('by'))
    limit = parser.limit(parameters.get('limit', str(DEFAULT_LIMIT)))
    selection = parser.selection(parameters, PARAMETERS)
    return Question(selection, parameters['field'], parameters.get('by'), limit, attribute, split)


def _counted(parser: ParameterParser, field: str | None, by: str | None) -> tuple[Attribute, Split]:
    """Return what to count, and how to find the values in a text of it. Raises `InvalidParameter`."""
    if by is not None and by not in PARTS:
        raise InvalidParameter('by', by, f'one of {", ".join(PARTS)}')
    if field == LABEL and by is None:
        return LABELS, values_of(LABELS.vr)
    attribute = parser.attribute('field', field, f'a keyword such as StudyDate, or {LABEL!r}')
    if by is None:
        return attribute, values_of(attribute.vr)
    if attribute.vr != 'DA':
        raise InvalidParameter('by', by, f'{field} to be a date, or no such parameter')
    return attribute, part_of_date(PARTS[by])
