"""A condition: one test that a study passes or fails, and what the index needs to find its matches fast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..studies.study import Body, Study
from .words import WordSearch

Test = Callable[[Study], bool]
BodyTest = Callable[[Body], bool]

KEPT_MATCHES = 1_000
"""Values of which a condition keeps whether they match: few, since a client may send many conditions."""

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


@dataclass(frozen=True, slots=True)
class Search:
    """A necessary condition that columns can check: each study that matches has one of `needles` in one of them.

    `keywords` are those of the columns' attributes. If `is_sufficient`, each study that has a needle matches. A
    needle that begins with `BETWEEN` is the beginning of a value. If it also ends with it, it is a whole value.
    """

    keywords: tuple[str, ...]
    needles: tuple[bytes, ...]
    is_sufficient: bool

    @property
    def length(self) -> int:
        """The length of the shortest needle in bytes: the longer, the fewer studies are found."""
        return min(map(len, self.needles))


@dataclass(frozen=True, slots=True)
class DateRange:
    """A necessary condition on StudyDate: each match with a date of eight digits is in this range; '' is open.

    If `is_sufficient`, each study with such a date in the range matches.
    """

    first: str
    last: str
    is_sufficient: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """What one parameter requests: its name and value, which identify the condition, and the test of a study.

    `in_body` is the same test of the study's body alone; None if the body is not enough. `search`, `words` and
    `dates` are necessary conditions by which the index finds studies fast. `is_computed`: the test needs a
    computed tag, which is unknown until some time after the rest of a study.
    """

    name: str
    value: str
    matches: Test = field(compare=False)
    in_body: BodyTest | None = field(default=None, compare=False)
    search: Search | None = field(default=None, compare=False)
    dates: DateRange | None = field(default=None, compare=False)
    is_computed: bool = field(default=False, compare=False)
    words: WordSearch | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the condition, as a part of a key."""
        return self.name, self.value
