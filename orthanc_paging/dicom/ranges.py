"""Ranges of dates and times (PS3.4 C.2.2.2.5), as a client requests them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ..errors import NothingToMatch
from .dates_and_times import DATE_TIME, PERIOD, Span, date_span, date_time_span, time_span
from .vr import PADDING
from .wildcards import Test

QUOTED = ', or any stored value in double quotes'
DATES = (
    'a date such as 20240131 or 2024-01-31, a month or a year such as 2024-01 or 2024, a range such as '
    f'20240101-20240131, 20240101- or -20240131{QUOTED}'
)
TIMES = f'a time such as 10, 1030 or 103000.5, a range such as 0800-1200, 0800- or -1200{QUOTED}'
DATE_TIMES = (
    'a date and time such as 2024, 20240131, 20240131103000.5+0100 or 2024-01-31T10:30:00Z, a range such as '
    f'20240101-20240131, 20240101- or -20240131{QUOTED}'
)
_TIME_RANGE = re.compile('([^-]*)-([^-]*)')
_DATE_RANGE = re.compile(f' *({PERIOD})? *- *({PERIOD})? *')
_DATE_TIME_RANGE = re.compile(f' *({DATE_TIME})? *- *({DATE_TIME})? *')
_OPEN = Span('', '')
_BEFORE_ALL, _AFTER_ALL = '0', ':'  # as digits compare


def dates(items: Iterable[str]) -> list[Span]:
    """Return the span of each item: a date, a month, a year or a range of these. Raises `NothingToMatch`.

    A dash is a part of a date if that is possible: `2024-01` is a month. So each text has one meaning.
    """
    return _spans(items, date_span, _DATE_RANGE, DATES)


def times(items: Iterable[str]) -> list[Span]:
    """Return the span of each item: a time or a range. Raises `NothingToMatch`."""
    return _spans(items, time_span, _TIME_RANGE, TIMES)


def date_times(items: Iterable[str]) -> list[Span]:
    """Return the span of each item, in UTC: a date and time or a range. Raises `NothingToMatch`."""
    return _spans(items, date_time_span, _DATE_TIME_RANGE, DATE_TIMES)


def _spans(
    items: Iterable[str], span_of: Callable[[str], Span | None], range_: re.Pattern[str], expected: str
) -> list[Span]:
    """Return a span for each item. An item that can be a single value, with its offset, is one."""
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
    found = form.fullmatch(item.strip(PADDING))
    if not found or not any(found.groups()):
        return None
    first, last = (span_of(end) if end else _OPEN for end in found.groups())
    return Span(first.first, last.last) if first and last else None


def within(spans: Iterable[Span], digits_of: Callable[[str], str]) -> Test:
    """Return the test whether the digits of a value are in one of the spans; '' is in none."""
    limits = [(first or _BEFORE_ALL, last or _AFTER_ALL) for first, last in spans]
    if len(limits) == 1:
        ((first, last),) = limits
        return lambda value: first <= digits_of(value) <= last

    def within(value: str) -> bool:
        digits = digits_of(value)
        return any(first <= digits <= last for first, last in limits)

    return within
