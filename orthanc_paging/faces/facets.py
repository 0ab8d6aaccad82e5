"""`GET /paging/facets`: the values of a field among the studies that match, with their numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..errors import InvalidParameter
from ..http.callbacks import NO_CACHE, Answer, Items, Parameters, conditional
from ..http.etags import etag_of
from ..index.facets import Split, facets, part_of_date, values_of
from ..index.study_index import StudyIndex
from ..queries.selection import Selection
from ..studies.attributes import LABELS, Attribute
from .asking import Questions

PATH = '/paging/facets'
PARAMETERS = ('field', 'by', 'limit')
PARTS = {'year': 4, 'month': 6}
"""The parts of a date by which studies can be counted, and their digits."""

LABEL = 'label'
DEFAULT_LIMIT = 100

MOST_KEPT = 64
LARGEST_KEPT = 65_536
"""Answers that are kept until a study changes, and the bytes of the largest."""


class Facets:
    """Counts the studies that match by the values of a field."""

    def __init__(self, index: StudyIndex, questions: Questions) -> None:
        self._index = index
        self._questions = questions
        self._kept: dict[Items, tuple[int, Answer]] = {}  # with the changes until then

    def serve(self, parameters: Parameters, headers: Mapping[str, str]) -> Answer:
        """The most frequent values, for the filters of `/sort-studies`. Raises `RequestError`."""
        self._questions.await_answer(headers)
        asked = self._questions.decoded(parameters.items())
        attribute, split = self._counted(asked.get('field'), asked.get('by'))
        limit = self._questions.parser.limit(asked.get('limit', str(DEFAULT_LIMIT)))
        selection = self._questions.selection(asked, PARAMETERS)
        if attribute.is_computed or selection.is_computed:
            self._questions.need_computed()
            self._questions.freshen_computed(headers)
        return conditional(self._answer(asked, attribute, split, limit, selection), headers)

    def _answer(
        self, asked: Mapping[str, str], attribute: Attribute, split: Split, limit: int | None, selection: Selection
    ) -> Answer:
        key = tuple(asked.items())
        changes = self._index.changes
        kept = self._kept.get(key)
        if kept is not None and kept[0] == changes:
            return kept[1]
        found = facets(map(attribute.value_of, self._index.studies_of(selection)), split)
        told = {
            'Field': asked['field'],
            'Values': [{'Value': facet.value, 'Count': facet.studies} for facet in found[:limit]],
            'Total': len(found),
        }
        body = json.dumps(told, ensure_ascii=False).encode('utf-8', 'replace')
        answer = Answer((('ETag', etag_of(body)), NO_CACHE), body)
        if len(body) <= LARGEST_KEPT:
            self._keep(key, changes, answer)
        return answer

    def _keep(self, key: Items, changes: int, answer: Answer) -> None:
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = changes, answer

    def _counted(self, field: str | None, by: str | None) -> tuple[Attribute, Split]:
        """What is counted, and the values in a text of it. Raises `InvalidParameter`."""
        if by is not None and by not in PARTS:
            raise InvalidParameter('by', by, f'one of {", ".join(PARTS)}')
        if field == LABEL and by is None:
            return LABELS, values_of(LABELS.vr)
        attribute = self._questions.parser.attribute('field', field, f'a keyword such as StudyDate, or {LABEL!r}')
        if by is None:
            return attribute, values_of(attribute.vr)
        if attribute.vr != 'DA':
            raise InvalidParameter('by', by, f'{field} to be a date, or no such parameter')
        return attribute, part_of_date(PARTS[by])
