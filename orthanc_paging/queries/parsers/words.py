r"""Parses what people type into a search box into words that a study must contain.

- `smith, john`: two words, in any order; a comma or a bracket only separates words
- `garcía-lópez`: one word of two parts, which stand side by side
- `"john smith"`: the same, as quotes make one word of several
- `sm?th j*n`: `?` is any character, `*` any text
- `2024-01`: a word, and also a month
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import normalize

from ...dicom.folding import fold
from ...dicom.searchable_text import spellings
from ...errors import NothingToMatch
from ..words import Spelling, Word

MOST_WORDS = 16
LONGEST_WORD = 128
"""Characters of a word: more than a UID (64) and a description (64), less than a page of text."""

_SIGNS = str.maketrans({**dict.fromkeys('“”„‟«»', '"'), '´': "'"})
"""Replaced before NFKC, which makes a space of an acute accent that stands alone."""

_WORD = re.compile(r'"([^"]*)"?|([^\s",;()\[\]{}<>^=|\\·•・、،؛]+)')
_WILDCARD_TO_LETTER = str.maketrans('*?', '\uf8fe\uf8ff')
_LETTER_TO_WILDCARD = str.maketrans('\uf8fe\uf8ff', '*?')
"""Searchable text has no signs. Characters for private use are letters there, so wildcards travel as these."""


def parse_words(text: str) -> Sequence[Word]:
    """Return the different words of a text. Raises `NothingToMatch` for too many words or too long a word."""
    words: dict[Word, None] = {}
    for phrase, typed in _WORD.findall(normalize('NFKC', text.translate(_SIGNS))):
        word = _word(phrase, spellings(phrase)) if phrase else _word(typed.strip('*'), _patterns(typed))
        if word is not None:
            words[word] = None
        if len(words) > MOST_WORDS:
            raise NothingToMatch(text, f'{MOST_WORDS} different words at most')
    return list(words)


def _word(typed: str, patterns: Sequence[str]) -> Word | None:
    """Return the word; None if it has no letter and no digit."""
    if any(len(pattern) > LONGEST_WORD for pattern in patterns):
        raise NothingToMatch(typed, f'words of {LONGEST_WORD} characters at most')
    spelt = tuple(spelling for spelling in map(Spelling, patterns) if spelling.runs)
    return Word(spelt, fold(typed)) if spelt else None


def _patterns(typed: str) -> Sequence[str]:
    """Return the spellings, with wildcards.

    A wildcard at an end is left out, since any text may stand around a word. A sign beside a `*` is left out, too:
    `*` is any text, and between Han characters searchable text has no space for the sign.
    """
    spelt = spellings(typed.translate(_WILDCARD_TO_LETTER))
    patterns = (text.translate(_LETTER_TO_WILDCARD) for text in spelt)
    return [re.sub(r' *\*[* ]*', '*', pattern).strip('* ') for pattern in patterns]
