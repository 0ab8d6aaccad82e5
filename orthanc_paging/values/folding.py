"""What makes two texts equal for a search and an order: case, accents, widths and white space do not matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from unicodedata import normalize

MOST_GROUPS = 3
"""Component groups of a name: alphabetic, ideographic, phonetic (PS3.5 6.2.1)."""

_ACCENTS = range(0x300, 0x370)

_INVISIBLE = [0xAD, 0x200B, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
"""The soft hyphen, the space of no width, marks of direction and byte order: copied with a name, never seen."""

_VARIANTS = [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
"""What selects a variant of the character before it: a shape of the same Han character in a Japanese name."""

_CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]

_SPELLINGS = {
    **dict(zip('ðøđħıĸłŋŧəƀɓƈȼɖɗɇƒǥɠɨɉƙƚɲƥɍƭⱦʉƴɏƶȥⱥ', 'dodhiqlntebbccddefggijklnprttuyyzza', strict=True)),
    **dict.fromkeys('‘’ʻʼ', "'"),
    **dict.fromkeys('‐–', '-'),
    'æ': 'ae',
    'œ': 'oe',
    'þ': 'th',
}
"""Letters that have no accent to remove, as passports spell them (ICAO 9303-3, 6), but ø as o like ö; hyphens and
apostrophes as a keyboard has them. ß is not here: folding its case makes it ss."""


def _all_cases(spellings: Mapping[str, str]) -> Iterable[tuple[int, str]]:
    for letter, spelling in spellings.items():
        yield ord(letter), spelling
        yield ord(letter.upper()), spelling


_TABLE: Mapping[int, str | None] = {
    **dict.fromkeys(_ACCENTS),
    **dict.fromkeys(_INVISIBLE),
    **dict.fromkeys(_VARIANTS),
    **dict.fromkeys(_CONTROLS, ' '),
    **dict(_all_cases(_SPELLINGS)),
}


def fold(text: str) -> str:
    """`text` without what a search leaves aside: 0.15 µs, and 1 to 2 µs where it is not ASCII. Idempotent.

    Case, accents (U+0300 to U+036F) and compatibility forms (NFKD) go, letters that have no accent to remove are
    spelt in plain Latin, white space is one space inside and none at the ends. Control characters are white space,
    also the NUL that pads values. What is left is composed again (NFC): 한 stays one character, が is not か.
    """
    if not text.isascii():
        text = normalize('NFC', normalize('NFKD', text).translate(_TABLE).casefold())
    elif not text.isprintable():
        text = text.lower().translate(_TABLE)
    elif '  ' not in text:
        return text.lower().strip(' ')
    else:
        text = text.lower()
    return ' '.join(text.split())


def groups(name: str) -> list[str]:
    """The component groups of a person's name, folded, without empty ones: 0.4 µs, and more as `fold`.

    `Hong^Gildong=洪^吉洞=홍^길동` gives three. Each has its components without white space around them, and no
    `^` at its end: `DOE ^JOHN^^` is `doe^john`. There are `MOST_GROUPS`: what comes after them is left aside.
    """
    folded = fold(name)
    if '=' in folded:
        return [group for part in folded.split('=')[:MOST_GROUPS] if (group := _components(part))]
    group = _components(folded)
    return [group] if group else []


def _components(group: str) -> str:
    if ' ^' in group or '^ ' in group:
        group = '^'.join([component.strip(' ') for component in group.split('^')])
    return group.strip(' ').rstrip('^')
