"""Dates and times as DICOM writes them (PS3.5 6.2: DA, TM, DT), or ISO 8601, as digits that compare as text."""

from __future__ import annotations

import re
from calendar import isleap
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from .vr import PADDING

MOST_KNOWN = 50_000
"""Dates that are remembered: 130 years, which come again and again."""

_YEAR, _MONTH, _DAY = r'(?!0000)[0-9]{4}', r'(?:0[1-9]|1[0-2])', r'(?:0[1-9]|[12][0-9]|3[01])'
_HOUR, _MINUTE, _SECOND = r'(?:[01][0-9]|2[0-3])', r'[0-5][0-9]', r'(?:[0-5][0-9]|60)(?:\.[0-9]+)?'
"""A fraction may have more than the six digits of DICOM: what comes after them is cut off."""

_DATE = re.compile(f'({_YEAR})([.-]?)({_MONTH})\\2({_DAY})')
_YEAR_OR_MONTH = re.compile(f'({_YEAR})(?:-?({_MONTH}))?')
PERIOD = r'[0-9]{4}(?:[0-9]{2}){0,2}|[0-9]{4}(?:\.[0-9]{2}){2}|[0-9]{4}(?:-[0-9]{2}){1,2}'
"""The forms of a day, a month or a year. Between two of them, a dash is a part of neither."""

_TIME = re.compile(f'{_HOUR}(?:{_MINUTE}(?:{_SECOND})?|:{_MINUTE}(?::{_SECOND})?)?')
_DICOM = (
    f'{_YEAR}(?:{_MONTH}(?:{_DAY}(?:{_HOUR}(?:{_MINUTE}(?:{_SECOND})?)?)?)?)?'
    r'(?:\+(?:0[0-9]|1[0-3])[0-5][0-9]|\+1400|-(?:0[0-9]|1[01])[0-5][0-9]|-1200)?'
)
"""The form of a DT, its offset from UTC between -1200 and +1400. A day may be one that its month does not have."""

_ISO_TIME = f'T{_HOUR}(?::?{_MINUTE}(?::?{_SECOND})?)?(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?'
_ISO = f'{_YEAR}-{_MONTH}(?:-{_DAY}(?:{_ISO_TIME})?)?|{_YEAR}{_MONTH}{_DAY}{_ISO_TIME}'
DATE_TIME = f'{_DICOM}|{_ISO}'
"""The forms of a date and time, those of ISO 8601 included."""

_DATE_TIME, _ISO_DATE_TIME = re.compile(_DICOM), re.compile(_ISO)
_TIME_MARKS = str.maketrans('', '', ':.')
_WHOLE_TIME, _WHOLE = 12, 20
"""Digits of a time, HHMMSSFFFFFF, and of a moment, YYYYMMDDHHMMSSFFFFFF."""
_FIRST = '00010101000000000000'
_LAST = '99991231235960999999'  # with a leap second, which may end any minute
_TO_THE_MINUTE = 12


@lru_cache(MOST_KNOWN)
def parse_date(text: str) -> str:
    """The date `YYYYMMDD` of a DA; '' if it is none. 0.5 µs once.

    Also of `2024.01.31`, which ACR-NEMA wrote, and of `2024-01-31`.
    """
    found = _DATE.fullmatch(text.strip(PADDING))
    if found is None:
        return ''
    year, _, month, day = found.groups()
    return year + month + day if day <= '28' or _has(year, month, day) else ''


def parse_time(text: str) -> str:
    """The digits `HH[MM[SS[F…]]]` of a TM, as many as it has up to microseconds; '' if it is none. 0.5 µs.

    Also of `10:30:00`. Compared as text, a time of less precision comes before those of more that begin with it.
    """
    text = text.strip(PADDING)
    if not _TIME.fullmatch(text):
        return ''
    return text.translate(_TIME_MARKS)[:_WHOLE_TIME] if ':' in text or '.' in text else text


def parse_date_time(text: str) -> str:
    """The digits `YYYY[MM[DD[HH[MM[SS[F…]]]]]]` of a DT in UTC, up to microseconds; '' if it is none.

    Also of a date and time as ISO 8601 writes it. Without an offset it is UTC already. With one, its digits go to
    the minute at least. 2 µs, with an offset 6 µs.
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
    """The date of a DA, or all dates of a year or of a month: `2024`, `202402` or `2024-02`."""
    day = parse_date(text)
    if day:
        return Span(day, day)
    found = _YEAR_OR_MONTH.fullmatch(text.strip(PADDING))
    if not found:
        return None
    year, month = found.groups()
    if month is None:
        return Span(f'{year}0101', f'{year}1231')
    return Span(f'{year}{month}01', f'{year}{month}{_last_day(year, month)}')


def time_span(text: str) -> Span | None:
    """The times that a TM tells of, each in 12 digits: `1030` is 10:30:00 to the end of that minute."""
    digits = parse_time(text)
    return Span(_first_time(digits), digits + _LAST[8 + len(digits) :]) if digits else None


def date_time_span(text: str) -> Span | None:
    """The instants that a DT tells of, each in 20 digits, UTC: `202402` is all of February."""
    told = _date_time(text)
    if not told:
        return None
    digits = told.digits
    rest = _last_day(digits[:4], digits[4:]) + _LAST[8:] if len(digits) == 6 else _LAST[len(digits) :]
    first, last = _to_utc(_first_date_time(digits), told.offset), _to_utc(digits + rest, told.offset)
    return Span(first, last) if first and last else None


def first_time(text: str) -> str:
    """The first of the times that a TM tells of, '' where it is none: 0.7 µs."""
    digits = parse_time(text)
    return _first_time(digits) if digits else ''


def first_date_time(text: str) -> str:
    """The first of the instants that a DT tells of, '' where it is none: 2 µs."""
    digits = parse_date_time(text)
    return _first_date_time(digits) if digits else ''


def _first_time(digits: str) -> str:
    return digits + _FIRST[8 + len(digits) :]


def _first_date_time(digits: str) -> str:
    return digits + _FIRST[len(digits) :]


class _DateTime(NamedTuple):
    digits: str
    offset: int
    """From UTC, in minutes."""


def _date_time(text: str) -> _DateTime | None:
    text = text.strip(PADDING)
    if not _DATE_TIME.fullmatch(text):
        text = _as_dicom(text)
        if not text:
            return None
    sign = text[-5:-4]
    offset = 0
    if sign in ('+', '-'):
        offset = (int(text[-4:-2]) * 60 + int(text[-2:])) * (1 if sign == '+' else -1)
        text = text[:-5]
    digits = text.replace('.', '')[:_WHOLE]
    if digits[6:8] > '28' and not _has(digits[:4], digits[4:6], digits[6:8]):
        return None
    return _DateTime(digits, offset)


def _as_dicom(text: str) -> str:
    """A date and time in a form of ISO 8601 as a DT; '' if it is none."""
    if not _ISO_DATE_TIME.fullmatch(text):
        return ''
    day, _, clock = text.partition('T')
    dicom = day.replace('-', '') + clock.replace(':', '').removesuffix('Z')
    return dicom if _DATE_TIME.fullmatch(dicom) else ''


def _to_utc(digits: str, offset: int) -> str:
    """`digits` with their date and minute moved; '' where they leave the years 1 to 9999."""
    if not offset:
        return digits
    whole = _first_date_time(digits)
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
