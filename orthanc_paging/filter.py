"""What studies must match: conditions on attributes, labels and words, all of which hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .attributes import Attribute
from .folding import fold
from .matching import Matching
from .study import Body

Test = Callable[[Body], bool]

SEARCHED = ('PatientName', 'PatientID', 'AccessionNumber', 'StudyDescription')
"""The attributes in which words are looked for."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What one parameter asks for: its name and value, by which equal ones are known, and the test of a study."""

    name: str
    value: str
    matches: Test = field(compare=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a study must match: each of the conditions. With none, every study does."""

    conditions: tuple[Condition, ...] = ()

    def matches(self, body: Body) -> bool:
        """Whether a study does: 1 to 2 µs for each condition."""
        for condition in self.conditions:  # noqa: SIM110 - a generator takes twice as long
            if not condition.matches(body):
                return False
        return True


def attribute_condition(attribute: Attribute, value: str, matching: Matching) -> Condition:
    """That the attribute's value matches."""
    value_in, matches = attribute.value_in, matching.matches
    return Condition(attribute.keyword, value, lambda body: matches(value_in(body)))


def labels_condition(name: str, value: str, are_wanted: bool) -> Condition:
    r"""That the study has one of these labels (`\` between them), or none of them. Case matters."""
    labels = frozenset(value.split('\\'))
    return Condition(name, value, lambda body: labels.isdisjoint(labels_in(body)) != are_wanted)


def words_condition(name: str, value: str, searched: Sequence[Attribute]) -> Condition:
    """That each of the words is in one of those attributes, whatever stands around it."""
    words = fold(value).split()
    readers = [attribute.value_in for attribute in searched]

    def matches(body: Body) -> bool:
        text = fold('\n'.join([value_in(body) for value_in in readers]).replace('^', ' '))
        return all(word in text for word in words)

    return Condition(name, value, matches)


def labels_in(body: Body) -> list[str]:
    """The labels of a study; none where Orthanc knows none (before 1.12.0)."""
    at = body.find(b'"Labels":["')
    if at == -1:
        return []
    labels: list[str] = json.loads(body[at + 9 : body.find(b'"]', at) + 2])
    return labels
