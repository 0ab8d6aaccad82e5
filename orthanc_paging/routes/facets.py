"""`GET /paging/facets`: the values of a field among the studies that match, with their numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..errors import InvalidParameter
from ..facets import ValuesOf, facets, labels_of, part_of_date, values_of
from ..index import StudyIndex
from .http import NO_CACHE, Answer, Parameters
from .questions import Questions

PATH = '/paging/facets'
PARAMETERS = ('field', 'by', 'limit')
PARTS = {'year': 4, 'month': 6}
"""The parts of a date by which studies can be counted, and their digits."""

LABEL = 'label'
DEFAULT_LIMIT = 100


class Facets:
    """Counts the studies that match by the values of a field."""

    def __init__(self, index: StudyIndex, questions: Questions) -> None:
        self._index = index
        self._questions = questions

    def serve(self, parameters: Parameters, headers: Mapping[str, str]) -> Answer:
        """The most frequent values, for the filters of `/sort-studies`. Raises `RequestError`."""
        self._questions.await_answer(headers)
        asked = self._questions.decoded(parameters.items())
        counted, is_computed = self._values_of(asked.get('field'), asked.get('by'))
        limit = self._questions.parser.limit(asked.get('limit', str(DEFAULT_LIMIT)))
        selection = self._questions.selection(asked, PARAMETERS)
        if is_computed or selection.is_computed:
            self._questions.need_computed()
            self._questions.freshen_computed(headers)
        found = facets(self._index.studies_of(selection), counted)
        told = {
            'Field': asked['field'],
            'Values': [{'Value': facet.value, 'Count': facet.studies} for facet in found[:limit]],
            'Total': len(found),
        }
        return Answer((NO_CACHE,), json.dumps(told, ensure_ascii=False).encode('utf-8', 'replace'))

    def _values_of(self, field: str | None, by: str | None) -> tuple[ValuesOf, bool]:
        """What counts, and whether that is computed. Raises `InvalidParameter`."""
        if by is not None and by not in PARTS:
            raise InvalidParameter('by', by, f'one of {", ".join(PARTS)}')
        if field == LABEL and by is None:
            return labels_of, False
        attribute = self._questions.parser.attribute('field', field, f'a keyword such as StudyDate, or {LABEL!r}')
        if by is None:
            return values_of(attribute), attribute.is_computed
        if attribute.vr != 'DA':
            raise InvalidParameter('by', by, f'{field} to be a date, or no such parameter')
        return part_of_date(attribute, PARTS[by]), False
