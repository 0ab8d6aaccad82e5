"""Searchable texts: the forms of a value in which the words that a person types are looked for.

Two texts are equal if they fold to the same text. A search for words is more tolerant: signs between words,
apostrophes, and the separators of names in scripts without spaces do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import category, normalize

from ..memo import Memo
from .dates_and_times import parse_date, parse_time
from .folding import fold
from .vr import Kind

_UNSPACED = (
    '\u1100-\u11ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff'
    '\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff'
)
"""Han, kana and Hangul: people write a name without a space between its components."""

_SPACE_BETWEEN_UNSPACED = re.compile(f'(?<=[{_UNSPACED}]) (?=[{_UNSPACED}])')

_APOSTROPHES = "'`´‘’‛ʹʻʼʾʿ′׳"
_TO_APOSTROPHE = str.maketrans(dict.fromkeys(_APOSTROPHES, "'"))
"""Before folding: NFKD makes a space of an acute accent that stands alone."""

_SPELT = str.maketrans(
    {'ä': 'ae', 'ö': 'oe', 'ü': 'ue', 'ø': 'oe', 'å': 'aa', 'Ä': 'AE', 'Ö': 'OE', 'Ü': 'UE', 'Ø': 'OE', 'Å': 'AA'}
)
"""Letters that passports and keyboards without them spell with two (ICAO 9303-3, 6)."""

_NAME_BORDERS = re.compile(r'[\\=]')
_KEPT_CHARACTERS = 10_000
"""Characters of which it is kept what they become: more than an archive has."""


def _without_sign(code: int) -> str | None:
    """Return what a folded character becomes: None for invisible ones and apostrophes, a space for other signs.

    Letters, marks and digits stay. Characters for private use (category Co) stay, too: rare Han characters of
    names are among them.
    """
    character = chr(code)
    kind = category(character)
    if kind[0] in 'LMN' or kind == 'Co':
        return character
    return None if kind == 'Cf' or character in "'`" else ' '


_signs = Memo(_without_sign, _KEPT_CHARACTERS)


def searchable(kind: Kind, value: str) -> Sequence[str]:
    r"""Return the searchable texts of an attribute's value: 1 µs, and 4 to 8 µs if it is not ASCII.

    Each of several values (`\` between them) and each component group of a name (`=` between them) has its own. A
    date has two, `20240131` and `2024 01 31`, and a time, too. An umlaut makes two of one: see `spellings`.
    """
    if kind is Kind.NAME and '=' in value:
        parts = _NAME_BORDERS.split(value)
    else:
        parts = value.split('\\') if '\\' in value else [value]
    if kind is Kind.DATE or kind is Kind.TIME:
        parts = [form for part in parts for form in _forms(kind, part)]
    return [text for part in parts for text in spellings(part)]


def spellings(text: str) -> Sequence[str]:
    """Return the searchable texts of a text; two if it has an umlaut: `Müller` gives `muller` and `mueller`.

    The text is folded. Apostrophes are removed. All other signs that are no letters and no digits become spaces.
    Spaces between Han characters, kana and Hangul are removed. Idempotent.
    """
    if text.isascii():
        return [' '.join(text.lower().translate(_signs).split())]
    text = normalize('NFC', text.translate(_TO_APOSTROPHE))
    forms = dict.fromkeys((text, text.translate(_SPELT)))
    return list(dict.fromkeys(_plain(fold(form)) for form in forms))


def _plain(folded: str) -> str:
    text = ' '.join(folded.translate(_signs).split())
    return _SPACE_BETWEEN_UNSPACED.sub('', text)


def _forms(kind: Kind, part: str) -> Sequence[str]:
    if kind is Kind.DATE:
        day = parse_date(part)
        return [day, f'{day[:4]}-{day[4:6]}-{day[6:]}'] if day else [part]
    digits = parse_time(part)
    return [part, ':'.join(re.findall('..', digits[:6]))] if digits else [part]
