"""Dates and times as DICOM writes them (PS3.5 6.2: DA, TM, DT), as digits that compare as text."""

from __future__ import annotations

import re
from calendar import isleap
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

PADDING = ' \0\t\r\n'
"""What may stand around a value, and is no part of it."""

MOST_KNOWN = 50_000
"""Dates that are remembered: 130 years, which come again and again."""

_DATE = re.compile(r'(?!0000)([0-9]{4})(\.?)(0[1-9]|1[0-2])\2(0[1-9]|[12][0-9]|3[01])')
_TIME = re.compile(
    r'(?:[01][0-9]|2[0-3])(?:[0-5][0-9](?:(?:[0-5][0-9]|60)(?:\.[0-9]{1,6})?)?'
    r'|:[0-5][0-9](?::(?:[0-5][0-9]|60)(?:\.[0-9]{1,6})?)?)?'
)
DATE_TIME = (
    r'(?!0000)[0-9]{4}(?:(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12][0-9]|3[01])(?:(?:[01][0-9]|2[0-3])'
    r'(?:[0-5][0-9](?:(?:[0-5][0-9]|60)(?:\.[0-9]{1,6})?)?)?)?)?)?'
    r'(?:\+(?:0[0-9]|1[0-3])[0-5][0-9]|\+1400|-(?:0[0-9]|1[01])[0-5][0-9]|-1200)?'
)
"""The form of a DT, its offset from UTC between -1200 and +1400. A day may be one that its month does not have."""

_DATE_TIME = re.compile(DATE_TIME)
_TIME_MARKS = str.maketrans('', '', ':.')
_WHOLE = 20
"""Digits of a moment: YYYYMMDDHHMMSSFFFFFF."""
_FIRST = '00010101000000000000'
_LAST = '99991231235960999999'  # with a leap second, which may end any minute
_TO_THE_MINUTE = 12


@lru_cache(MOST_KNOWN)
def date(text: str) -> str:
    """The date `YYYYMMDD` that a DA tells, '' where it is none: 0.5 µs once. Also `2024.01.31`, of ACR-NEMA."""
    found = _DATE.fullmatch(text.strip(PADDING))
    if found is None:
        return ''
    year, _, month, day = found.groups()
    return year + month + day if day <= '28' or _has(year, month, day) else ''


def time(text: str) -> str:
    """The digits `HH[MM[SS[F…]]]` of a TM, as many as it has, '' where it is none: 0.5 µs. Also `10:30:00`.

    Compared as text, a time that tells less comes before those that tell more of the same.
    """
    text = text.strip(PADDING)
    if not _TIME.fullmatch(text):
        return ''
    return text.translate(_TIME_MARKS) if ':' in text or '.' in text else text


def instant(text: str) -> str:
    """The digits `YYYY[MM[DD[HH[MM[SS[F…]]]]]]` of a DT in UTC, '' where it is none: 2 µs, with an offset 6 µs.

    Without an offset it is UTC already. With one, its digits go to the minute at least.
    """
    told = _date_time(text)
    if not told:
        return ''
    return _to_utc(told.digits, told.offset)


class Span(NamedTuple):
    """All moments from `first` to `last`, both in it; '' is the beginning or the end of time."""

    first: str
    last: str


def date_span(text: str) -> Span | None:
    """The one date that a DA tells."""
    day = date(text)
    return Span(day, day) if day else None


def time_span(text: str) -> Span | None:
    """The times that a TM tells of, each in 12 digits: `1030` is 10:30:00 to the end of that minute."""
    digits = time(text)
    return Span(_first_time(digits), digits + _LAST[8 + len(digits) :]) if digits else None


def instant_span(text: str) -> Span | None:
    """The instants that a DT tells of, each in 20 digits, UTC: `202402` is all of February."""
    told = _date_time(text)
    if not told:
        return None
    digits = told.digits
    rest = _last_day(digits[:4], digits[4:]) + _LAST[8:] if len(digits) == 6 else _LAST[len(digits) :]
    first, last = _to_utc(_first_instant(digits), told.offset), _to_utc(digits + rest, told.offset)
    return Span(first, last) if first and last else None


def first_time(text: str) -> str:
    """The first of the times that a TM tells of, '' where it is none: 0.7 µs."""
    digits = time(text)
    return _first_time(digits) if digits else ''


def first_instant(text: str) -> str:
    """The first of the instants that a DT tells of, '' where it is none: 2 µs."""
    digits = instant(text)
    return _first_instant(digits) if digits else ''


def _first_time(digits: str) -> str:
    return digits + _FIRST[8 + len(digits) :]


def _first_instant(digits: str) -> str:
    return digits + _FIRST[len(digits) :]


class _DateTime(NamedTuple):
    digits: str
    offset: int
    """From UTC, in minutes."""


def _date_time(text: str) -> _DateTime | None:
    text = text.strip(PADDING)
    if not _DATE_TIME.fullmatch(text):
        return None
    sign = text[-5:-4]
    offset = 0
    if sign in ('+', '-'):
        offset = (int(text[-4:-2]) * 60 + int(text[-2:])) * (1 if sign == '+' else -1)
        text = text[:-5]
    digits = text.replace('.', '')
    if digits[6:8] > '28' and not _has(digits[:4], digits[4:6], digits[6:8]):
        return None
    return _DateTime(digits, offset)


def _to_utc(digits: str, offset: int) -> str:
    """`digits` with their date and minute moved; '' where they leave the years 1 to 9999."""
    if not offset:
        return digits
    whole = _first_instant(digits)
    year, month, day, hour, minute = whole[:4], whole[4:6], whole[6:8], whole[8:10], whole[10:12]
    try:
        utc = datetime(int(year), int(month), int(day), int(hour), int(minute)) - timedelta(minutes=offset)
    except OverflowError:
        return ''
    return f'{utc.year:04}{utc:%m%d%H%M}{digits[_TO_THE_MINUTE:]}'


def _has(year: str, month: str, day: str) -> bool:
    """Whether the month of that year has the day."""
    return day <= _last_day(year, month)


def _last_day(year: str, month: str) -> str:
    if month == '02':
        return '29' if isleap(int(year)) else '28'
    return '30' if month in ('04', '06', '09', '11') else '31'
