"""DICOM attribute matching (PS3.4 C.2.2.2): which values match what a client requests.

The standard leaves some points open. Here, texts and names match without regard to case, accents and width (see
`folding`). A name matches by any of its component groups, an attribute of several values by any of them. A time of
less precision than the range counts as its first moment. A DT without an offset is in UTC.

A value in double quotes is literal and whole (see `equality`). `""` requests a missing value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ..errors import NothingToMatch
from . import ranges
from .dates_and_times import Span, first_date_time, first_time, parse_date
from .equality import canonical_of, is_missing, unquoted
from .folding import MOST_GROUPS, fold, groups
from .ranges import QUOTED, within
from .sort_keys import decimal
from .vr import PADDING, UNKNOWN, WILDCARD_VRS, Kind, kind_of
from .wildcards import Pattern, Test, any_of, any_pattern, pattern_of

LONGEST_UID = 64

MOST_COMPONENTS = 5
"""Components of a name: family, given, middle, prefix, suffix (PS3.5 6.2.1.1)."""

NUMBERS = f'a number such as 7, -1.5 or 1e3{QUOTED}'
UIDS = f'a UID: digits and dots, at most {LONGEST_UID}{QUOTED}'
TEXTS = 'a text with a letter, a digit or a sign in it'
NAMES = f'a name of 1 to {MOST_GROUPS} component groups, such as DOE^JOHN'

NO_WILDCARDS = f'a text without * and ?, since the value representation of this tag is unknown{QUOTED}'

NO_DATE = '00000000'
"""What many devices store for a date that they do not know. It is less than any date."""

_UID = re.compile(f'[0-9.]{{1,{LONGEST_UID}}}')


@dataclass(frozen=True, slots=True)
class Matching:
    """What a client requests of one attribute.

    `matches` returns whether a study with this value of the attribute matches; '' is a missing value. 1 µs, a DT
    2 µs. If `is_universal`, every study matches. The others are necessary conditions that plan a search:

    - `prefixes`: the folded value, or one of its values or component groups, begins with one of these. If
      `is_exact`, it is one of these. With no prefixes, nothing is known.
    - `parts`: the folded value contains one of these. With no parts, nothing is known.
    - `first`, `last`: the value, or one of several, is in this range (`YYYYMMDD`, '' is open), or is no date.

    If `is_sufficient`, each study for which these are true matches; with `first` and `last`, each that has a date.
    """

    matches: Test
    is_universal: bool = False
    prefixes: tuple[str, ...] = ()
    is_exact: bool = False
    parts: tuple[str, ...] = ()
    first: str = ''
    last: str = ''
    is_sufficient: bool = False


def compile_matching(vr: str, text: str) -> Matching:
    r"""Return what `text` requests of an attribute with that value representation. Raises `NothingToMatch`.

    An empty text and `*` are universal matching, for each representation. `\` separates alternatives, which may be
    ranges, wildcards and values in quotes. For LT, ST, UT and UR, whose values may contain it, it is a character.
    `""`, and a name without components (`^^`), match a missing value. For UN, a text with wildcards is refused:
    nobody knows whether they are wildcards there (PS3.4 C.2.2.2.4). 3 to 8 µs.
    """
    kind, wildcards = kind_of(vr), vr in WILDCARD_VRS
    items = [text] if kind is Kind.PASSAGE else text.split('\\')
    if _is_universal(items if wildcards else [text]):
        return Matching(lambda _: True, is_universal=True)
    if not all(item.strip(PADDING) for item in items):
        raise NothingToMatch(text, 'a value on each side of each "\\"')
    others = [item for item in items if _literal(kind, item) is None]
    literals = [literal for item in items if (literal := _literal(kind, item)) is not None]
    canonical = tuple(filter(None, map(canonical_of(kind), literals)))
    if vr == UNKNOWN and not all(pattern_of(fold(item)).is_literal for item in others):
        raise NothingToMatch(text, NO_WILDCARDS)
    alternatives = [_by_kind(kind, others, wildcards)] if others else []
    if canonical:
        alternatives.append(_literals(kind, canonical))
    if len(canonical) < len(literals):
        alternatives.append(Matching(lambda value: is_missing(kind, value)))
    return _any_matching(alternatives)


def _literal(kind: Kind, item: str) -> str | None:
    """Return the value that an item requests literally, '' for a missing one; None if the item is no literal."""
    literal = unquoted(item)
    if literal is None and kind is Kind.NAME and not item.strip(_NO_COMPONENT):
        return ''
    if literal is None and kind is Kind.DATE and item.strip(PADDING) == NO_DATE:
        return NO_DATE
    return literal


_NO_COMPONENT = PADDING + '^='


def _by_kind(kind: Kind, items: Sequence[str], wildcards: bool) -> Matching:
    match kind:
        case Kind.TEXT | Kind.PASSAGE | Kind.AGE:
            return _texts(kind, [_text_pattern(item, wildcards) for item in items])
        case Kind.NAME:
            return _names([_name_patterns(item) for item in items])
        case Kind.NUMBER:
            return _numbers(items)
        case Kind.DATE:
            return _dates(ranges.dates(items))
        case Kind.TIME:
            return _in_spans(ranges.times(items), first_time)
        case Kind.DATE_TIME:
            return _in_spans(ranges.date_times(items), first_date_time)
        case Kind.UID:
            return _uids(items)


def _literals(kind: Kind, canonical: Sequence[str]) -> Matching:
    """Return the matching of values of which one is one of these."""
    if kind in (Kind.TEXT, Kind.PASSAGE, Kind.AGE):
        return _texts(kind, [Pattern(text, is_literal=True) for text in canonical])
    requested, canonical_form = frozenset(canonical), canonical_of(kind)
    matches = _of_any_value(lambda value: canonical_form(value) in requested)
    if kind is Kind.NAME:
        longest_groups = tuple(max(name.split('='), key=len) for name in canonical)
        return Matching(matches, prefixes=longest_groups, is_exact=True)
    if kind is Kind.DATE:
        dates = [parse_date(date) or NO_DATE for date in canonical]
        return Matching(matches, first=min(dates), last=max(dates))
    return Matching(matches)


def _any_matching(alternatives: Sequence[Matching]) -> Matching:
    """Return the matching of values that match one of these. A prefix is a part, too."""
    if len(alternatives) == 1:
        return alternatives[0]
    firsts, lasts = [one.first for one in alternatives], [one.last for one in alternatives]
    have_prefixes = all(one.prefixes for one in alternatives)
    parts = [one.parts or one.prefixes for one in alternatives]
    return Matching(
        any_of([one.matches for one in alternatives]),
        prefixes=tuple(prefix for one in alternatives for prefix in one.prefixes) if have_prefixes else (),
        is_exact=have_prefixes and all(one.is_exact for one in alternatives),
        parts=() if have_prefixes or not all(parts) else tuple(part for some in parts for part in some),
        first=min(firsts) if all(firsts) else '',
        last=max(lasts) if all(lasts) else '',
    )


def _is_universal(items: Sequence[str]) -> bool:
    if len(items) == 1 and not items[0].strip(PADDING):
        return True
    return any(set(fold(item)) == {'*'} for item in items)


def _of_any_value(test: Test) -> Test:
    r"""Return the test whether one of the values of an attribute (`\` between them) passes `test`."""

    def matches(value: str) -> bool:
        if '\\' in value:
            return any(test(one) for one in value.split('\\'))
        return test(value)

    return matches


def _text_pattern(item: str, wildcards: bool) -> Pattern:
    folded = fold(item)
    if not folded:
        raise NothingToMatch(item, TEXTS)
    return pattern_of(folded) if wildcards else Pattern(folded, is_literal=True)


def _texts(kind: Kind, patterns: Sequence[Pattern]) -> Matching:
    of_folded = any_pattern(patterns)

    def test(value: str) -> bool:
        return of_folded(fold(value))

    matches = test if kind is Kind.PASSAGE else _of_any_value(test)
    return _with_heads(matches, patterns, [pattern.head() for pattern in patterns])


def _with_heads(matches: Test, patterns: Sequence[Pattern], heads: Sequence[str]) -> Matching:
    prefixes = tuple(dict.fromkeys(heads))
    if '' in prefixes:
        return _with_parts(matches, patterns)
    are_literal = [pattern.is_literal for pattern in patterns]
    are_prefixes = [pattern.is_prefix(head) for pattern, head in zip(patterns, heads, strict=True)]
    is_exact = all(are_literal)
    return Matching(matches, prefixes=prefixes, is_exact=is_exact, is_sufficient=is_exact or all(are_prefixes))


def _with_parts(matches: Test, patterns: Sequence[Pattern]) -> Matching:
    parts = [pattern.part() for pattern in patterns]
    if '' in parts:
        return Matching(matches)
    are_all = [pattern.is_any_that_has(part) for pattern, part in zip(patterns, parts, strict=True)]
    return Matching(matches, parts=tuple(dict.fromkeys(parts)), is_sufficient=all(are_all))


def _name_patterns(item: str) -> list[Pattern]:
    """Return a pattern for each component group that is requested."""
    patterns = [pattern_of(group) for group in groups(item)]
    if not patterns or fold(item).count('=') >= MOST_GROUPS:
        raise NothingToMatch(item, NAMES)
    return patterns


def _names(requested: Sequence[Sequence[Pattern]]) -> Matching:
    """Return the matching of names: of one requested name, each component group matches one of the value's."""
    of_one_group = any_pattern([pattern for pattern, *others in requested if not others], _name_test)
    of_several = [[_name_test(pattern) for pattern in patterns] for patterns in requested if len(patterns) > 1]

    def test(value: str) -> bool:
        found = groups(value)
        for group in found:
            if of_one_group(group):
                return True
        return bool(of_several) and any(all(any(map(test, found)) for test in several) for several in of_several)

    best = [max(patterns, key=lambda pattern: (pattern.is_literal, len(pattern.head()))) for patterns in requested]
    matching = _with_heads(_of_any_value(test), best, [pattern.head().rstrip('^') for pattern in best])
    parts = tuple(part.rstrip('^') for part in matching.parts)  # missing components are empty
    if '' in parts:
        return Matching(matching.matches)
    return replace(matching, parts=parts, is_sufficient=matching.is_sufficient and not (of_several or parts))


def _name_test(pattern: Pattern) -> Test:
    """Return the test of a component group, whose missing components are empty: `DOE` matches `DOE^*`."""
    test = pattern.test()
    carets = min(pattern.folded.count('^'), MOST_COMPONENTS - 1)
    if pattern.is_literal or not carets:
        return test

    def test_with_empty_components(group: str) -> bool:
        if test(group):
            return True
        for _ in range(carets - group.count('^')):
            group += '^'
            if test(group):
                return True
        return False

    return test_with_empty_components


def _numbers(items: Sequence[str]) -> Matching:
    numbers = frozenset(map(decimal, items))
    if b'' in numbers:
        raise NothingToMatch('\\'.join(items), NUMBERS)
    return Matching(_of_any_value(lambda value: decimal(value) in numbers))


def _uids(items: Sequence[str]) -> Matching:
    uids = [item.strip(PADDING) for item in items]
    for uid in uids:
        if not _UID.fullmatch(uid):
            raise NothingToMatch(uid, UIDS)
    patterns = [Pattern(uid, is_literal=True) for uid in uids]
    of_stripped = any_pattern(patterns)
    return _with_heads(_of_any_value(lambda value: of_stripped(value.strip(PADDING))), patterns, uids)


def _in_spans(spans: Iterable[Span], digits_of: Callable[[str], str]) -> Matching:
    return Matching(_of_any_value(within(spans, digits_of)))


def _dates(spans: Sequence[Span]) -> Matching:
    return Matching(
        _of_any_value(within(spans, parse_date)),
        first=min(span.first for span in spans),
        last='' if any(not span.last for span in spans) else max(span.last for span in spans),
        is_sufficient=len(spans) == 1,
    )
