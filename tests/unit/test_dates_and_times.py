"""Dates and times as DICOM writes them."""

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.dicom.dates_and_times import (
    Span,
    date_span,
    date_time_span,
    first_date_time,
    first_time,
    parse_date,
    parse_date_time,
    parse_time,
    time_span,
)
from orthanc_paging.dicom.vr import PADDING


@pytest.mark.parametrize(
    ('text', 'date'),
    [
        ('20240131', '20240131'),
        ('2024.01.31', '20240131'),
        ('2024-01-31', '20240131'),
        (' 20240131 ', '20240131'),
        ('20240131\0', '20240131'),
        ('20240229', '20240229'),
        ('20000229', '20000229'),
        ('00010101', '00010101'),
        ('99991231', '99991231'),
    ],
)
def test_a_date_is_eight_digits_also_with_dots_or_dashes(text: str, date: str) -> None:
    assert parse_date(text) == date


NO_DATES = ['', ' ', '2024', '202401', '20230229', '19000229', '20240431', '20240132', '20240100', '20241301']
NO_DATES += [
    '00000101',
    '2024.0131',
    '202401.31',
    '2024-01.31',
    '2024-0131',
    '2024 0131',
    '202401311',
    'today',
    '２０２４０１３１',
]


@pytest.mark.parametrize('text', NO_DATES)
def test_a_day_that_no_calendar_has_is_no_date(text: str) -> None:
    assert parse_date(text) == ''


@pytest.mark.parametrize(
    ('text', 'span'),
    [
        ('20240131', Span('20240131', '20240131')),
        ('2024', Span('20240101', '20241231')),
        (' 202402 ', Span('20240201', '20240229')),
        ('2023-02', Span('20230201', '20230228')),
        ('2024-13', None),
        ('0000', None),
        ('20241', None),
    ],
)
def test_a_year_and_a_month_are_all_their_dates(text: str, span: Span | None) -> None:
    assert date_span(text) == span


@pytest.mark.parametrize(
    ('month', 'days'), list(enumerate([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], start=1))
)
def test_each_month_has_its_days(month: int, days: int) -> None:
    assert parse_date(f'2023{month:02}{days}')
    assert not parse_date(f'2023{month:02}{days + 1}')


@given(st.integers(0, 10_000), st.integers(0, 13), st.integers(0, 32))
def test_a_date_is_one_that_python_knows(year: int, month: int, day: int) -> None:
    text = f'{year:04}{month:02}{day:02}'
    try:
        datetime(year, month, day)
    except ValueError:
        assert parse_date(text) == ''
    else:
        assert parse_date(text) == parse_date(f'{year:04}-{month:02}-{day:02}') == text


@pytest.mark.parametrize(
    ('text', 'digits'),
    [
        ('10', '10'),
        ('1030', '1030'),
        ('10:30', '1030'),
        ('103000', '103000'),
        ('10:30:00', '103000'),
        ('103000.5', '1030005'),
        ('10:30:00.123456', '103000123456'),
        (' 235960 ', '235960'),
        ('103000.1234567', '103000123456'),
        ('10:30:00.123456789', '103000123456'),
        ('00', '00'),
    ],
)
def test_a_time_has_as_many_digits_as_its_precision(text: str, digits: str) -> None:
    assert parse_time(text) == digits


NO_TIMES = [
    '',
    '1',
    '103',
    '24',
    '1060',
    '103061',
    '103000.',
    '1030.5',
    '10:3000',
    '1030:00',
    '10:',
    'x',
]


@pytest.mark.parametrize('text', NO_TIMES)
def test_a_time_that_no_clock_shows_is_no_time(text: str) -> None:
    assert parse_time(text) == ''


@pytest.mark.parametrize(
    ('text', 'span'),
    [
        ('10', Span('100000000000', '105960999999')),
        ('1030', Span('103000000000', '103060999999')),
        ('103000', Span('103000000000', '103000999999')),
        ('103000.5', Span('103000500000', '103000599999')),
        ('10:30:00.123456', Span('103000123456', '103000123456')),
        ('25', None),
    ],
)
def test_a_time_of_less_precision_is_a_longer_span(text: str, span: Span | None) -> None:
    assert time_span(text) == span
    assert first_time(text) == (span.first if span else '')


@pytest.mark.parametrize(
    ('text', 'instant'),
    [
        ('2024', '2024'),
        ('202401', '202401'),
        ('20240131103000.1234567', '20240131103000123456'),
        ('20240131103000.1234567+0100', '20240131093000123456'),
        ('20261128T115014', '20261128115014'),
        ('20261128T115014.5Z', '202611281150145'),
        ('2026-11-28T11:50:14Z', '20261128115014'),
        ('2026-11-28T11:50:14.25+01:00', '2026112810501425'),
        ('2026-11-28T1150-0500', '202611281650'),
        ('2026-11-28T11', '2026112811'),
        ('2026-11-28', '20261128'),
        ('2026-11', '202611'),
        ('20240131103000.5', '202401311030005'),
        ('20240131+0000', '20240131'),
        ('20240131-0000', '20240131'),
        ('20240101+0100', '202312312300'),
        ('2024+0100', '202312312300'),
        ('20231231233000.5-0100', '202401010030005'),
        ('20240228234530-1200', '20240229114530'),
        ('20240101000000+1400', '20231231100000'),
        ('00010101+0100', ''),
        ('9999123123-0100', ''),
    ],
)
def test_an_instant_is_in_utc(text: str, instant: str) -> None:
    assert parse_date_time(text) == instant


NO_INSTANTS = [
    '',
    '0000',
    '20241',
    '202413',
    '20230229',
    '20240131T',
    '20240131T1',
    '202401T10',
    '2024-01-31T10:',
    '2024-0131T10',
    '2024-02-30',
    '2024-13',
    '2024-01-31T10+15:00',
    '2024013124',
    '2024-1201',
    '2024+1401',
    '2024+1',
]
NO_INSTANTS += ['+0100', '2024-2010', '20240131 0100', '2024.01.31', '2024 +0100']


@pytest.mark.parametrize('text', NO_INSTANTS)
def test_text_that_is_no_date_and_time_is_no_instant(text: str) -> None:
    assert parse_date_time(text) == first_date_time(text) == ''
    assert date_time_span(text) is None


@pytest.mark.parametrize(
    ('text', 'span'),
    [
        ('2024', Span('20240101000000000000', '20241231235960999999')),
        ('202402', Span('20240201000000000000', '20240229235960999999')),
        ('202304', Span('20230401000000000000', '20230430235960999999')),
        ('20240131', Span('20240131000000000000', '20240131235960999999')),
        ('20240131103000.25', Span('20240131103000250000', '20240131103000259999')),
        ('202402-0100', Span('20240201010000000000', '20240301005960999999')),
    ],
)
def test_a_date_and_time_of_less_precision_is_a_longer_span(text: str, span: Span) -> None:
    assert date_time_span(text) == span
    assert first_date_time(text) == span.first


offsets = st.integers(-12 * 60, 14 * 60)


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)), offsets)
def test_an_offset_moves_the_instant_as_python_does(local: datetime, offset: int) -> None:
    sign, (hours, minutes) = '-' if offset < 0 else '+', divmod(abs(offset), 60)
    text = f'{local.year:04}{local:%m%d%H%M%S.%f}{sign}{hours:02}{minutes:02}'
    utc = local - timedelta(minutes=offset)
    assert parse_date_time(text) == f'{utc.year:04}{utc:%m%d%H%M%S%f}'
    iso = f'{local.isoformat(timespec="microseconds")}{sign}{hours:02}:{minutes:02}'
    assert parse_date_time(iso) == parse_date_time(text)


@given(st.text(st.sampled_from('0123.:-+ 9')) | st.text())
def test_any_text_is_a_moment_or_none(text: str) -> None:
    assert parse_date(text) in ('', re.sub('[.-]', '', text.strip(PADDING)))
    for span in (date_span(text), time_span(text), date_time_span(text)):
        assert span is None or span.first <= span.last
