"""DICOM attribute matching (PS3.4 C.2.2.2): which values match what a client asks for.

Where the standard leaves it open: texts and names match without regard to case, accents and width (see `folding`),
a name by any of its component groups, an attribute of several values by any of them. A time or an instant that a
value tells at less precision than the range is its first moment. A DT without an offset is UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..errors import NothingToMatch
from . import moments
from .folding import MOST_GROUPS, fold, groups
from .moments import Span
from .sort_keys import Kind, decimal, kind_of

Test = Callable[[str], bool]

WILDCARD_VRS = frozenset(('AE', 'CS', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UR', 'UT'))
"""Those for whose attributes `*` and `?` are wildcards (PS3.4 C.2.2.2.4)."""

LONGEST_UID = 64

MOST_COMPONENTS = 5
"""Components of a name: family, given, middle, prefix, suffix (PS3.5 6.2.1.1)."""

DATES = 'a date such as 20240131, or a range such as 20240101-20240131, 20240101- or -20240131'
TIMES = 'a time such as 10, 1030 or 103000.5, or a range such as 0800-1200, 0800- or -1200'
DATE_TIMES = (
    'a date and time such as 2024, 20240131 or 20240131103000.5+0100, or a range such as 20240101-20240131, '
    '20240101- or -20240131'
)
NUMBERS = 'a number such as 7, -1.5 or 1e3'
UIDS = f'a UID: digits and dots, at most {LONGEST_UID}'
TEXTS = 'a text with a letter, a digit or a sign in it'
NAMES = f'a name of 1 to {MOST_GROUPS} component groups, such as DOE^JOHN'

_UID = re.compile(f'[0-9.]{{1,{LONGEST_UID}}}')
_RANGE = re.compile('([^-]*)-([^-]*)')
_DATE_TIME_RANGE = re.compile(f' *({moments.DATE_TIME})? *- *({moments.DATE_TIME})? *')
_OPEN = Span('', '')
_BEFORE_ALL, _AFTER_ALL = '0', ':'  # as digits compare


@dataclass(frozen=True, slots=True)
class Matching:
    """What a client asks of one attribute.

    `matches` tells whether a study matches whose attribute has the value, '' where it is missing: 1 µs, a DT 2 µs.
    The others are for a planner. They hold for each study that matches, and may hold for more:

    - `prefixes`: the folded value, or one of its values or component groups, begins with one of these; with no
      prefixes, nothing is known. `is_exact`: it is one of these.
    - `parts`: one of these stands in the folded value; with no parts, nothing is known.
    - `first`, `last`: the date, `YYYYMMDD`, or one of its values, is not before and not after them; '' is open.
    - `is_decisive`: where these hold, the study matches.

    `is_universal`: every study matches, also where the attribute is missing.
    """

    matches: Test
    is_universal: bool = False
    prefixes: tuple[str, ...] = ()
    is_exact: bool = False
    parts: tuple[str, ...] = ()
    first: str = ''
    last: str = ''
    is_decisive: bool = False


def compile_matching(vr: str, text: str) -> Matching:
    r"""What `text` asks of an attribute with that value representation. Raises `NothingToMatch`.

    An empty text and `*` are universal matching, whatever the representation. `\` lists what may match, also
    ranges and wildcards, but for those representations whose values may hold it (LT, ST, UT, UR).
    """
    kind, wildcards = kind_of(vr), vr in WILDCARD_VRS
    items = [text] if kind is Kind.PASSAGE else text.split('\\')
    if _is_universal(items if wildcards else [text]):
        return Matching(lambda _: True, is_universal=True)
    if not all(item.strip(moments.PADDING) for item in items):
        raise NothingToMatch(text, 'a value on each side of each "\\"')
    match kind:
        case Kind.TEXT | Kind.PASSAGE:
            return _texts([_text_pattern(item, wildcards) for item in items], is_one=kind is Kind.PASSAGE)
        case Kind.NAME:
            return _names([_name_patterns(item) for item in items])
        case Kind.NUMBER:
            return _numbers(items)
        case Kind.DATE:
            return _dates(_spans(items, moments.date_span, _RANGE, DATES))
        case Kind.TIME:
            return _moments(_spans(items, moments.time_span, _RANGE, TIMES), moments.first_time)
        case Kind.DATE_TIME:
            return _moments(
                _spans(items, moments.instant_span, _DATE_TIME_RANGE, DATE_TIMES), moments.first_instant
            )
        case Kind.UID:
            return _uids(items)


def _is_universal(items: Sequence[str]) -> bool:
    if len(items) == 1 and not items[0].strip(moments.PADDING):
        return True
    return any(set(fold(item)) == {'*'} for item in items)


class _Pattern(NamedTuple):
    """A folded text, in which `*` and `?` stand for others unless it is literal."""

    folded: str
    is_literal: bool

    def head(self) -> str:
        """What a text that matches begins with, or is."""
        return self.folded if self.is_literal else re.split('[*?]', self.folded, maxsplit=1)[0]

    def part(self) -> str:
        """The longest of what stands in each text that matches; '' where nothing does."""
        return max(re.split('[*?]', self.folded), key=len)

    def is_any_that_has(self, part: str) -> bool:
        """Whether all matches that the part stands in, and nothing else."""
        return self.folded.startswith('*') and self.folded.endswith('*') and self.folded.strip('*') == part

    def is_prefix(self, head: str) -> bool:
        """Whether all that begins with the head matches, and nothing else."""
        return not self.is_literal and self.folded.rstrip('*') == head

    def test(self) -> Test:
        """Whether a folded text matches. The time that it takes grows with the text's length alone."""
        pattern = self.folded
        if self.is_literal:
            return lambda text: text == pattern
        inner = pattern.strip('*')
        if '*' in inner or '?' in inner:
            whole = _regular_expression(pattern).fullmatch
            return lambda text: whole(text) is not None
        if pattern[0] != '*':
            return lambda text: text.startswith(inner)
        if pattern[-1] != '*':
            return lambda text: text.endswith(inner)
        return lambda text: inner in text


def _pattern(folded: str, wildcards: bool = True) -> _Pattern:
    return _Pattern(folded, is_literal=not (wildcards and ('*' in folded or '?' in folded)))


def _regular_expression(pattern: str) -> re.Pattern[str]:
    """What follows a `*` is taken at its first place and not tried at others, where it could not match more."""
    first, *others = [
        ''.join('.' if sign == '?' else re.escape(sign) for sign in part) for part in re.split(r'\*+', pattern)
    ]
    if others:
        first += ''.join(f'(?>.*?{part})' for part in others[:-1]) + f'.*{others[-1]}'
    return re.compile(first, re.DOTALL)


def _any_of(tests: Sequence[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def any_of(text: str) -> bool:
        for test in tests:  # noqa: SIM110 - a generator takes twice as long
            if test(text):
                return True
        return False

    return any_of


def _any_pattern(patterns: Sequence[_Pattern], test_of: Callable[[_Pattern], Test] = _Pattern.test) -> Test:
    literals = [pattern for pattern in patterns if pattern.is_literal]
    tests = [test_of(pattern) for pattern in patterns if not pattern.is_literal]
    if len(literals) == 1:
        tests.insert(0, literals[0].test())
    elif literals:
        tests.insert(0, frozenset(literal.folded for literal in literals).__contains__)
    return _any_of(tests)


def _of_any_value(test: Test) -> Test:
    r"""The test of an attribute's value, which may be several (`\` between them), by that of one."""

    def matches(value: str) -> bool:
        if '\\' in value:
            return any(test(one) for one in value.split('\\'))
        return test(value)

    return matches


def _text_pattern(item: str, wildcards: bool) -> _Pattern:
    folded = fold(item)
    if not folded:
        raise NothingToMatch(item, TEXTS)
    return _pattern(folded, wildcards)


def _texts(patterns: Sequence[_Pattern], is_one: bool) -> Matching:
    of_folded = _any_pattern(patterns)

    def test(value: str) -> bool:
        return of_folded(fold(value))

    return _with_heads(test if is_one else _of_any_value(test), patterns, [pattern.head() for pattern in patterns])


def _with_heads(matches: Test, patterns: Sequence[_Pattern], heads: Sequence[str]) -> Matching:
    prefixes = tuple(dict.fromkeys(heads))
    if '' in prefixes:
        return _with_parts(matches, patterns)
    are_literal = [pattern.is_literal for pattern in patterns]
    are_prefixes = [pattern.is_prefix(head) for pattern, head in zip(patterns, heads, strict=True)]
    is_exact = all(are_literal)
    return Matching(matches, prefixes=prefixes, is_exact=is_exact, is_decisive=is_exact or all(are_prefixes))


def _with_parts(matches: Test, patterns: Sequence[_Pattern]) -> Matching:
    parts = [pattern.part() for pattern in patterns]
    if '' in parts:
        return Matching(matches)
    are_all = [pattern.is_any_that_has(part) for pattern, part in zip(patterns, parts, strict=True)]
    return Matching(matches, parts=tuple(dict.fromkeys(parts)), is_decisive=all(are_all))


def _name_patterns(item: str) -> list[_Pattern]:
    """A pattern for each component group that is asked for."""
    patterns = [_pattern(group) for group in groups(item)]
    if not patterns or fold(item).count('=') >= MOST_GROUPS:
        raise NothingToMatch(item, NAMES)
    return patterns


def _names(asked: Sequence[Sequence[_Pattern]]) -> Matching:
    """For each name that is asked for, each of its component groups must match one of the value's."""
    of_one_group = _any_pattern([pattern for pattern, *others in asked if not others], _name_test)
    of_several = [[_name_test(pattern) for pattern in patterns] for patterns in asked if len(patterns) > 1]

    def test(value: str) -> bool:
        found = groups(value)
        for group in found:
            if of_one_group(group):
                return True
        return bool(of_several) and any(all(any(map(test, found)) for test in several) for several in of_several)

    best = [max(patterns, key=lambda pattern: (pattern.is_literal, len(pattern.head()))) for patterns in asked]
    matching = _with_heads(_of_any_value(test), best, [pattern.head().rstrip('^') for pattern in best])
    parts = tuple(part.rstrip('^') for part in matching.parts)  # components that a name lacks are empty
    if '' in parts:
        return Matching(matching.matches)
    return replace(matching, parts=parts, is_decisive=matching.is_decisive and not (of_several or parts))


def _name_test(pattern: _Pattern) -> Test:
    """Whether a component group matches, where components that it lacks are empty: `DOE` matches `DOE^*`."""
    test = pattern.test()
    carets = min(pattern.folded.count('^'), MOST_COMPONENTS - 1)
    if pattern.is_literal or not carets:
        return test

    def test_with_empty_ones(group: str) -> bool:
        if test(group):
            return True
        for _ in range(carets - group.count('^')):
            group += '^'
            if test(group):
                return True
        return False

    return test_with_empty_ones


def _numbers(items: Sequence[str]) -> Matching:
    numbers = frozenset(map(decimal, items))
    if b'' in numbers:
        raise NothingToMatch('\\'.join(items), NUMBERS)
    return Matching(_of_any_value(lambda value: decimal(value) in numbers))


def _uids(items: Sequence[str]) -> Matching:
    uids = [item.strip(moments.PADDING) for item in items]
    for uid in uids:
        if not _UID.fullmatch(uid):
            raise NothingToMatch(uid, UIDS)
    patterns = [_Pattern(uid, is_literal=True) for uid in uids]
    of_stripped = _any_pattern(patterns)
    return _with_heads(_of_any_value(lambda value: of_stripped(value.strip(moments.PADDING))), patterns, uids)


def _spans(
    items: Iterable[str], span_of: Callable[[str], Span | None], range_: re.Pattern[str], expected: str
) -> list[Span]:
    """The moments that match, a span for each item. What may be a single value, with its offset, is one."""
    spans = []
    for item in items:
        span = span_of(item) or _range(item, span_of, range_)
        if not span:
            raise NothingToMatch(item, expected)
        if span.last and span.last < span.first:
            raise NothingToMatch(item, 'a range whose end is not before its beginning')
        spans.append(span)
    return spans


def _range(item: str, span_of: Callable[[str], Span | None], form: re.Pattern[str]) -> Span | None:
    found = form.fullmatch(item.strip(moments.PADDING))
    if not found or not any(found.groups()):
        return None
    first, last = (span_of(end) if end else _OPEN for end in found.groups())
    return Span(first.first, last.last) if first and last else None


def _within(spans: Iterable[Span], moment_of: Callable[[str], str]) -> Test:
    """Whether one of the spans holds the moment; '' is none, and in no span."""
    limits = [(first or _BEFORE_ALL, last or _AFTER_ALL) for first, last in spans]
    if len(limits) == 1:
        ((first, last),) = limits
        return lambda value: first <= moment_of(value) <= last

    def within(value: str) -> bool:
        moment = moment_of(value)
        return any(first <= moment <= last for first, last in limits)

    return within


def _moments(spans: Iterable[Span], moment_of: Callable[[str], str]) -> Matching:
    return Matching(_of_any_value(_within(spans, moment_of)))


def _dates(spans: Sequence[Span]) -> Matching:
    return Matching(
        _of_any_value(_within(spans, moments.date)),
        first=min(span.first for span in spans),
        last='' if any(not span.last for span in spans) else max(span.last for span in spans),
        is_decisive=len(spans) == 1,
    )
