"""What studies must match: conditions on attributes, labels and words, all of which hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..dicom.matching import Matching
from ..dicom.whole import unquoted
from ..studies.attributes import Attribute, labels_in
from ..studies.study import Body, Study
from .words import WordSearch

Test = Callable[[Study], bool]
BodyTest = Callable[[Body], bool]

MOST_KNOWN = 1_000
"""Values of which each condition remembers whether they match: few, as a client may ask for many conditions."""

BETWEEN = b'\x1f'
"""What stands before and after each value in a column. No folded text contains it."""

SEARCHED = (
    'PatientName',
    'PatientID',
    'AccessionNumber',
    'StudyDescription',
    'ReferringPhysicianName',
    'InstitutionName',
)
"""The attributes that have columns: names and texts in which `q` looks for words."""

STUDY_DATE = 'StudyDate'


@dataclass(frozen=True, slots=True)
class Search:
    """A necessary condition that columns can check: each study that matches has one of `needles` in one of them.

    `keywords` are those of the columns' attributes. If `decides` is true, the condition is also sufficient. A
    needle that begins with `BETWEEN` is the beginning of a value; if it also ends with it, it is a whole value.
    """

    keywords: tuple[str, ...]
    needles: tuple[bytes, ...]
    decides: bool

    @property
    def length(self) -> int:
        """The length of the shortest needle: the longer, the fewer studies are found."""
        return min(map(len, self.needles))


@dataclass(frozen=True, slots=True)
class Dates:
    """The range of StudyDate within which all matches are that have a date of eight digits; '' is open.

    If `decides` is true, each such date in the range matches.
    """

    first: str
    last: str
    decides: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """What one parameter requests: its name and value, by which equal ones are known, and the test of a study.

    `in_body` is the same test of the study's body, if that is enough. `search`, `words` and `dates` are necessary
    conditions by which the index finds studies fast. `is_computed`: it asks for something that is known only some
    time after the rest of a study.
    """

    name: str
    value: str
    matches: Test = field(compare=False)
    in_body: BodyTest | None = field(default=None, compare=False)
    search: Search | None = field(default=None, compare=False)
    dates: Dates | None = field(default=None, compare=False)
    is_computed: bool = field(default=False, compare=False)
    words: WordSearch | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a study must match: each of the conditions. With none, every study does."""

    conditions: tuple[Condition, ...] = ()

    def matches(self, study: Study) -> bool:
        """Whether a study does: 1 to 2 µs for each condition."""
        for condition in self.conditions:  # noqa: SIM110 - a generator takes twice as long
            if not condition.matches(study):
                return False
        return True

    def matching(self, studies: list[Study]) -> list[Study]:
        """Those of the studies that match."""
        found = studies
        for condition in self.conditions:
            found = list(filter(condition.matches, found))
        return found


def attribute_condition(attribute: Attribute, value: str, matching: Matching) -> Condition:
    """That the attribute's value matches."""
    value_of, value_in, keyword = attribute.value_of, attribute.value_in, attribute.keyword
    known = _Known(matching.matches)
    is_dated = keyword == STUDY_DATE and (matching.first or matching.last)
    return Condition(
        keyword,
        value,
        lambda study: known[value_of(study)],
        (lambda body: known[value_in(body)]) if value_in is not None else None,
        _search(keyword, matching) if keyword in SEARCHED else None,
        Dates(matching.first, matching.last, matching.is_decisive) if is_dated else None,
        attribute.is_computed,
    )


def _of_body(name: str, value: str, in_body: BodyTest) -> Condition:
    return Condition(name, value, lambda study: in_body(study.body), in_body)


class _Known(dict[str, bool]):
    """Whether values match: the first are remembered, as they come again and again."""

    def __init__(self, matches: Callable[[str], bool]) -> None:
        super().__init__()
        self._matches = matches

    def __missing__(self, value: str) -> bool:
        found = self._matches(value)
        if len(self) < MOST_KNOWN:
            self[value] = found
        return found


def _search(keyword: str, matching: Matching) -> Search | None:
    end = BETWEEN if matching.is_exact else b''
    needles = (
        *(BETWEEN + prefix.encode('utf-8', 'surrogatepass') + end for prefix in matching.prefixes),
        *(part.encode('utf-8', 'surrogatepass') for part in matching.parts),
    )
    decides = matching.is_decisive and not matching.parts  # a column has other spellings, too
    return Search((keyword,), needles, decides) if needles else None


def labels_condition(name: str, value: str) -> Condition | None:
    r"""That the study has one of these labels (`\` between them); None if there is no label. Case matters."""
    if not value.strip():
        return None
    labels = _labels(value)
    return _of_body(name, value, lambda body: not labels.isdisjoint(labels_in(body) or NO_LABEL))


def without_labels_condition(name: str, value: str) -> Condition:
    r"""That the study has none of these labels (`\` between them); without a value, no label at all."""
    if not value.strip():
        return _of_body(name, value, lambda body: not labels_in(body))
    labels = _labels(value)
    return _of_body(name, value, lambda body: labels.isdisjoint(labels_in(body) or NO_LABEL))


NO_LABEL = ('',)
"""What a study without labels has: `""` matches it, as it matches a missing value."""


def _labels(value: str) -> frozenset[str]:
    literals = [(label, unquoted(label)) for label in value.split('\\')]
    return frozenset(label if literal is None else literal for label, literal in literals)
