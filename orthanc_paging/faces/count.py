"""`GET /paging/count`: how many studies match."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..http.callbacks import NO_CACHE, Answer, Parameters
from ..index.study_index import StudyIndex
from .asking import Questions

PATH = '/paging/count'


class StudyCount:
    """Counts the studies that match a filter."""

    def __init__(self, index: StudyIndex, questions: Questions) -> None:
        self._index = index
        self._questions = questions

    def serve(self, parameters: Parameters, headers: Mapping[str, str]) -> Answer:
        """The number, for the filters of `/sort-studies`. Raises `RequestError`."""
        self._questions.await_answer(headers)
        selection = self._questions.selection(self._questions.decoded(parameters.items()))
        if selection.is_computed:
            self._questions.need_computed()
            self._questions.freshen_computed(headers)
        return Answer((NO_CACHE,), json.dumps({'Count': self._index.count_of(selection)}).encode())
