"""Words that a study must contain, and how the index can search for them. `parsers.words` makes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ..dicom.dates_and_times import Span, date_time_span
from ..studies.study import Study

FEWEST_DOTS = 2
"""Dots of a part of a UID. With one dot, `1.5` would find most studies by their UIDs."""

_BETWEEN_RUNS = re.compile('[*? ]+')
_DATE = re.compile(r'[0-9]{4}|[0-9]{4}-[0-9]{2}|[0-9]{4}(-?)[0-9]{2}\1[0-9]{2}|[0-9]{4}\.[0-9]{2}\.[0-9]{2}')
_PART_OF_UID = re.compile(r'\.?[0-9]+(?:\.[0-9]+)*\.?')

IsIn = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to spell a word. `pattern` is searchable text, with `*` and `?` as wildcards.

    `is_in` returns whether a searchable text contains the pattern. Such a text contains each of the `runs`, which
    have no space and no wildcard. If `is_run`, one run is the whole pattern.
    """

    pattern: str
    is_in: IsIn = field(init=False, compare=False, repr=False)
    runs: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, 'is_in', _test(self.pattern))
        runs = dict.fromkeys(run for run in _BETWEEN_RUNS.split(self.pattern) if run)
        object.__setattr__(self, 'runs', tuple(runs))

    @property
    def is_run(self) -> bool:
        """Whether the pattern has neither a space nor a wildcard."""
        return self.runs == (self.pattern,)


@dataclass(frozen=True, slots=True)
class Word:
    """One word, in several `spellings` only if it has an umlaut. `typed` is folded, with its signs."""

    spellings: tuple[Spelling, ...]
    typed: str

    def is_in(self, texts: Iterable[str]) -> bool:
        """Return whether one of the searchable texts contains the word."""
        for text in texts:
            for spelling in self.spellings:
                if spelling.is_in(text):
                    return True
        return False

    @property
    def has_gaps(self) -> bool:
        """Whether the word has a `?`, which stands for one character of searchable text."""
        return any('?' in spelling.pattern for spelling in self.spellings)

    @property
    def length(self) -> int:
        """The length in characters that a text with this word contains at least as one run."""
        return min(max(map(len, spelling.runs)) for spelling in self.spellings)

    def dates(self) -> Span | None:
        """Return the first and last date of a year, a month or a day, in eight digits; None for other words."""
        if not _DATE.fullmatch(self.typed):
            return None
        span = date_time_span(re.sub('[-.]', '', self.typed))
        return Span(span.first[:8], span.last[:8]) if span else None

    def part_of_uid(self) -> str:
        """Return the word itself if it is numbers with at least `FEWEST_DOTS` dots, else ''."""
        is_part = self.typed.count('.') >= FEWEST_DOTS and _PART_OF_UID.fullmatch(self.typed)
        return self.typed if is_part else ''


@dataclass(frozen=True, slots=True)
class Sought:
    """A word, and where else than in the columns a study may have it.

    `is_elsewhere` returns whether a study has the word there: its StudyDate is within `dates`, its
    StudyInstanceUID contains `uid`, or one of its modalities is `modality`. None and '' mean nowhere.
    """

    word: Word
    is_elsewhere: Callable[[Study], bool] | None = None
    dates: Span | None = None
    uid: str = ''
    modality: str = ''


@dataclass(frozen=True, slots=True)
class WordSearch:
    """A necessary condition: each match has every word, in a column of these keywords or elsewhere."""

    keywords: tuple[str, ...]
    sought: tuple[Sought, ...]


def _test(pattern: str) -> IsIn:
    """Return the test whether a text contains the pattern. O(text): a `*` ends at the first possible place."""
    if '*' not in pattern and '?' not in pattern:
        return lambda text: pattern in text
    parts = [''.join('.' if sign == '?' else re.escape(sign) for sign in part) for part in pattern.split('*')]
    found = re.compile(''.join(f'(?>.*?{part})' for part in parts), re.DOTALL).match
    return lambda text: found(text) is not None
