r"""What people type into a search box, as words that a study must have.

- `smith, john`: two words, in any order; a comma or a bracket only separates them
- `garcía-lópez`: one word of two parts, which stand side by side
- `"john smith"`: the same, as quotes make one word of several
- `sm?th j*n`: `?` is any character, `*` any text
- `2024-01`: a word, and also a month
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from unicodedata import normalize

from ..dicom import moments
from ..dicom.folding import fold
from ..dicom.moments import Span
from ..dicom.searchable import spellings
from ..errors import NothingToMatch
from ..studies.study import Study

MOST_WORDS = 16
LONGEST_WORD = 128
"""Characters of a word: more than a UID (64) and a description (64), less than a page of text."""

FEWEST_DOTS = 2
"""Dots of a part of a UID: with one, `1.5` would find most studies, by their UIDs."""

_SIGNS = str.maketrans({**dict.fromkeys('“”„‟«»', '"'), '´': "'"})
"""Before NFKC, which makes a space of an acute accent that stands alone."""

_WORD = re.compile(r'"([^"]*)"?|([^\s",;()\[\]{}<>^=|\\·•・、،؛]+)')
_WILDCARD_TO_LETTER = str.maketrans('*?', '\uf8fe\uf8ff')
_LETTER_TO_WILDCARD = str.maketrans('\uf8fe\uf8ff', '*?')
"""So that wildcards are no signs: characters for private use, which are letters in searchable text."""

_NOT_IN_RUNS = re.compile('[*? ]+')
_DATE = re.compile(r'[0-9]{4}|[0-9]{4}-[0-9]{2}|[0-9]{4}(-?)[0-9]{2}\1[0-9]{2}|[0-9]{4}\.[0-9]{2}\.[0-9]{2}')
_PART_OF_UID = re.compile(r'\.?[0-9]+(?:\.[0-9]+)*\.?')

IsIn = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to spell a word. `pattern` is searchable text, with `*` and `?` as wildcards.

    `is_in` is True if a searchable text contains the pattern. Such a text contains each of the `runs`, which have
    no space and no wildcard. If `is_run` is true, one run is the whole pattern.
    """

    pattern: str
    is_in: IsIn = field(init=False, compare=False, repr=False)
    runs: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, 'is_in', _test(self.pattern))
        runs = dict.fromkeys(run for run in _NOT_IN_RUNS.split(self.pattern) if run)
        object.__setattr__(self, 'runs', tuple(runs))

    @property
    def is_run(self) -> bool:
        """Whether it has neither a space nor a wildcard."""
        return self.runs == (self.pattern,)


@dataclass(frozen=True, slots=True)
class Word:
    """One word. `spellings` has more than one only if an umlaut was typed. `typed` is folded, signs included."""

    spellings: tuple[Spelling, ...]
    typed: str

    def is_in(self, texts: Iterable[str]) -> bool:
        """Whether one of the searchable texts contains the word."""
        for text in texts:
            for spelling in self.spellings:
                if spelling.is_in(text):
                    return True
        return False

    @property
    def has_gaps(self) -> bool:
        """Whether it has a `?`, which stands for one character of searchable text."""
        return any('?' in spelling.pattern for spelling in self.spellings)

    @property
    def length(self) -> int:
        """The length of the longest run that each text has that contains the word: at least."""
        return min(max(map(len, spelling.runs)) for spelling in self.spellings)

    def dates(self) -> Span | None:
        """The dates from its first to its last if it is a year, a month or a day; each of 8 digits."""
        if not _DATE.fullmatch(self.typed):
            return None
        span = moments.instant_span(re.sub('[-.]', '', self.typed))
        return Span(span.first[:8], span.last[:8]) if span else None

    def part_of_uid(self) -> str:
        """The word itself if it is numbers with at least two dots, else ''."""
        is_part = self.typed.count('.') >= FEWEST_DOTS and _PART_OF_UID.fullmatch(self.typed)
        return self.typed if is_part else ''


@dataclass(frozen=True, slots=True)
class Sought:
    """A word, and where else than in the columns a study may have it.

    `is_elsewhere` is True for a study that has it there: its StudyDate is within `dates`, its StudyInstanceUID
    contains `uid`, or one of its modalities is `modality`. None and '' mean nowhere.
    """

    word: Word
    is_elsewhere: Callable[[Study], bool] | None = None
    dates: Span | None = None
    uid: str = ''
    modality: str = ''


@dataclass(frozen=True, slots=True)
class WordSearch:
    """Words that must all be found, each in one of the columns of these keywords, or elsewhere."""

    keywords: tuple[str, ...]
    sought: tuple[Sought, ...]


def parse_words(text: str) -> Sequence[Word]:
    """The different words of a text. Raises `NothingToMatch` for too many words, or one that is too long."""
    words: dict[Word, None] = {}
    for phrase, typed in _WORD.findall(normalize('NFKC', text.translate(_SIGNS))):
        word = _word(phrase, spellings(phrase)) if phrase else _word(typed.strip('*'), _patterns(typed))
        if word is not None:
            words[word] = None
        if len(words) > MOST_WORDS:
            raise NothingToMatch(text, f'{MOST_WORDS} different words at most')
    return list(words)


def _word(typed: str, patterns: Sequence[str]) -> Word | None:
    """The word, or None if there is no letter and no digit in it."""
    if any(len(pattern) > LONGEST_WORD for pattern in patterns):
        raise NothingToMatch(typed, f'words of {LONGEST_WORD} characters at most')
    spelt = tuple(spelling for spelling in map(Spelling, patterns) if spelling.runs)
    return Word(spelt, fold(typed)) if spelt else None


def _patterns(typed: str) -> Sequence[str]:
    """The spellings, with wildcards. Those at an end say nothing, as any text may stand around a word.

    Nor does a sign beside a `*`, which is any text. Between Han characters, searchable text has no space for it.
    """
    spelt = spellings(typed.translate(_WILDCARD_TO_LETTER))
    patterns = (text.translate(_LETTER_TO_WILDCARD) for text in spelt)
    return [re.sub(r' *\*[* ]*', '*', pattern).strip('* ') for pattern in patterns]


def _test(pattern: str) -> IsIn:
    """Time grows with the length of the text alone: what follows a `*` is taken at its first place."""
    if '*' not in pattern and '?' not in pattern:
        return lambda text: pattern in text
    parts = [''.join('.' if sign == '?' else re.escape(sign) for sign in part) for part in pattern.split('*')]
    found = re.compile(''.join(f'(?>.*?{part})' for part in parts), re.DOTALL).match
    return lambda text: found(text) is not None
