"""Answers that are kept until a study changes, since clients request them over and over."""

from __future__ import annotations

from collections.abc import Hashable

from .answer import Answer

MOST_KEPT = 64


class KeptAnswers:
    """The last answers, each by its question and with the version of the index that it is of.

    A question is a structured value that decides the answer: its scope, its media type and its parameters are
    parts of it. Safe for many threads. At most `MOST_KEPT` answers are kept; the caller bounds their sizes.
    """

    def __init__(self) -> None:
        self._answers: dict[Hashable, tuple[int, Answer]] = {}

    def get(self, question: Hashable, version: int) -> Answer | None:
        """Return the answer to an equal question, None if there is none of this version."""
        kept = self._answers.get(question)
        return kept[1] if kept is not None and kept[0] == version else None

    def keep(self, question: Hashable, version: int, answer: Answer) -> None:
        """Keep an answer, whose body is bytes."""
        if len(self._answers) >= MOST_KEPT:
            self._answers.clear()
        self._answers[question] = version, answer
