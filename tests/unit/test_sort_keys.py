"""Values as bytes that compare as the values do."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orthanc_paging.dicom.folding import fold
from orthanc_paging.dicom.sort_keys import ascending, descending, encoder_of, identifier
from orthanc_paging.dicom.vr import Kind, kind_of
from tests.unit.test_dates_and_times import offsets


def encode(vr: str, value: str) -> bytes:
    return encoder_of(vr, '')(value)


SORTED = {
    'LO': ['', 'abc', 'ABD', 'äbe', 'b', 'ß', 'st', 'я', '洪', '\ud83d', '\U0001f600'],
    'PN': ['', '^A', 'DOE', 'DOE^A', 'Döe^A^B', 'doe^z', 'DOE A', "DOE'S", 'DOES^A', '=Ñ^A', '洪^吉洞', '\ud83d'],
    'IS': [
        '',
        '-100',
        '-13',
        '-12.5',
        '-12',
        '-1',
        '-0.123',
        '-0.12',
        '0',
        '.5',
        '1',
        '007.5',
        '9',
        '10',
        '1e3',
        '9e3',
    ],
    'DS': [
        '',
        '-1e99',
        '-1e98',
        '-1e-98',
        '-1e-99',
        '-0',
        '1e-99',
        '1e-98',
        '1',
        '9' * 64,
        '1e64',
        '1e98',
        '1e99',
        'x',
    ],
    'SV': [
        '-9223372036854775808',
        '-9223372036854775807',
        '9223372036854775806',
        '9223372036854775807',
        '1.2.3',
        'nan',
    ],
    'DA': [
        '',
        '00010101',
        '19991231',
        '2000.01.01',
        '20240131',
        '20240201',
        '99991231',
        '20240230',
        '999',
        'today',
    ],
    'TM': [
        '',
        '00',
        '10',
        '1000',
        '100000',
        '100000.0',
        '10:00:00.00',
        '100000.5',
        '1030',
        '11',
        '235960',
        '24',
        'noon',
    ],
    'DT': [
        '',
        '2023123123',
        '20240101+0030',
        '2024',
        '20240101',
        '2024010100',
        '20240101-0100',
        '202402',
        '2024-99',
        'x',
    ],
    'UI': ['', '1.10', '1.2', '1.2.3', '1.A', '1.a', '\ud83d'],
    'UT': ['', 'A', 'b', 'b\\a', 'B\\B'],
    'AS': [
        '',
        '000D',
        '010D',
        '002W',
        '030D',
        '001M',
        '002M',
        '090D',
        '011M',
        '365D',
        '012M',
        '001Y',
        '400D',
        '45',
        'x',
    ],
    'CS': ['', '\\CT', 'CT', 'CT\\MR', 'CT\\SR', 'CT A', 'CTA', 'MR', 'MR\\SR'],
}


@pytest.mark.parametrize('vr', SORTED)
def test_values_are_sorted_by_their_meaning(vr: str) -> None:
    keys = [encode(vr, value) for value in SORTED[vr]]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize('vr', SORTED)
def test_descending_is_the_other_way_round_with_missing_values_last(vr: str) -> None:
    keys = [descending(encode(vr, value)) for value in reversed(SORTED[vr])]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize(
    ('vr', 'values'),
    [
        ('LO', ['', ' ', '\0', '\\', '\\ ']),
        ('LO', ['Müller ', ' MULLER\0', 'muller\\']),
        ('LO', ['a\\b', 'A \\B\\\\']),
        ('PN', ['', '^^', '=', '\\^']),
        ('PN', ['DOE^JOHN', 'doe^john^^', 'DOE ^JOHN=洪', '=DOE^JOHN', 'DOE^JOHN\\']),
        ('IS', ['7', '+7', ' 007 ', '7.0', '70e-1', '0.7E1', '7\\']),
        ('IS', ['0', '-0', '0.00', '0e5']),
        ('DA', ['20240131', '2024.01.31', '2024-01-31', ' 20240131', '20240131\\']),
        ('TM', ['1030', '10:30 ']),
        ('TM', ['103000.123456', '10:30:00.1234567']),
        (
            'DT',
            [
                '20240101000000+0000',
                '20240101000000',
                '20240101010000+0100',
                '20231231190000-0500',
                '20240101T000000Z',
            ],
        ),
        ('UI', ['1.2', '1.2\0', '1.2\\']),
        ('AS', ['045Y', '045y ', '45Y']),
    ],
)
def test_values_with_the_same_meaning_are_equal(vr: str, values: list[str]) -> None:
    assert len({encode(vr, value) for value in values}) == 1


@pytest.mark.parametrize('vr', SORTED)
@pytest.mark.parametrize('value', ['', ' ', '\0', '\t\0 '])
def test_a_missing_and_an_empty_value_are_no_bytes(vr: str, value: str) -> None:
    assert encode(vr, value) == b''


@pytest.mark.parametrize(
    ('vr', 'kind'),
    [
        ('PN', Kind.NAME),
        ('SH', Kind.TEXT),
        ('UT', Kind.PASSAGE),
        ('UV', Kind.NUMBER),
        ('DA', Kind.DATE),
        ('AS', Kind.AGE),
        ('', Kind.TEXT),
    ],
)
def test_the_representation_decides_what_values_are(vr: str, kind: Kind) -> None:
    assert kind_of(vr) is kind


@pytest.mark.parametrize(
    ('vr', 'value', 'length'),
    [('DA', '20240131', 5), ('TM', '103000', 4), ('IS', '1234', 4), ('PN', 'DOE^JOHN', 9)],
)
def test_parts_are_short(vr: str, value: str, length: int) -> None:
    assert len(ascending(encode(vr, value))) == len(descending(encode(vr, value))) == length


def test_a_number_of_very_many_digits_takes_no_time_that_grows_as_their_square() -> None:
    assert encode('DS', '1' * 200_000) > encode('DS', '1' * 199_999)
    assert encode('DS', '1' * 200_000 + 'x') > encode('DS', '9' * 200_000)


# The naive model: tuples of Python, in which (0,) is a missing value, (1, …) one of the kind and (2, …) another.

Naive = tuple[Any, ...]


def other(value: str) -> Naive:
    return (2, fold(value)) if fold(value) else (0,)


def naive_text(value: str) -> Naive:
    return (1, fold(value)) if fold(value) else (0,)


def naive_name(value: str) -> Naive:
    for group in fold(value).split('=')[:3]:
        components = [component.strip() for component in group.split('^')]
        while components and not components[-1]:
            components.pop()
        if components:
            return (1, *components)
    return (0,)


def naive_number(value: str) -> Naive:
    if not re.fullmatch(r'[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?', value.strip(), re.ASCII):
        return other(value)
    whole, _, fraction = (value.strip().lower().split('e')[0]).lstrip('+-').partition('.')
    power = int([*value.lower().split('e'), '0'][1])
    number = Fraction(int((whole + fraction) or '0')) * Fraction(10) ** (power - len(fraction))
    return 1, -number if value.strip()[0] == '-' else number


def naive_date(value: str) -> Naive:
    for form in ('%Y%m%d', '%Y.%m.%d'):
        try:
            parsed = datetime.strptime(value.strip(), form)
        except ValueError:
            continue
        if len(value.strip()) == len(form) + 2:
            return 1, parsed
    return other(value)


def naive_time(value: str) -> Naive:
    found = re.fullmatch(r'(\d\d)(?::?(\d\d)(?::?(\d\d)(?:\.(\d+))?)?)?', value.strip(), re.ASCII)
    if not found or value.count(':') not in (0, (len(value.strip().split('.')[0]) - 2) // 3):
        return other(value)
    hour, minute, second, fraction = found.groups()
    if int(hour) > 23 or int(minute or 0) > 59 or int(second or 0) > 60:
        return other(value)
    return (1, *(int(part) for part in (hour, minute, second) if part), *map(int, (fraction or '')[:6]))


def naive_age(value: str) -> Naive:
    found = re.fullmatch(r'(\d{1,3})([DWMY])', value.strip(), re.ASCII | re.IGNORECASE)
    if not found:
        return other(value)
    unit = 'DWMY'.index(found[2].upper())
    days = [Fraction(1), Fraction(7), Fraction('365.25') / 12, Fraction('365.25')][unit]
    return 1, int(found[1]) * days, unit


MODELS: dict[str, Callable[[str], Naive]] = {
    'LO': naive_text,
    'UT': naive_text,
    'PN': naive_name,
    'DS': naive_number,
    'DA': naive_date,
    'AS': naive_age,
    'TM': naive_time,
    'UI': lambda value: (1, value.strip(' \0')) if value.strip(' \0') else (0,),
}

digits = st.text('0123456789', max_size=4) | st.text('019', min_size=15, max_size=25)
decimals = st.builds(
    '{}{}{}{}{}'.format,
    st.sampled_from(['', '-', '+']),
    digits,
    st.sampled_from(['', '.']),
    digits,
    st.just('') | st.builds('e{}'.format, st.integers(-120, 120)) | st.sampled_from(['E+5', 'e', 'e-0']),
)
words = st.text(st.sampled_from('aAäb z\x02\x7f洪^=\U0001f600'), max_size=4)

VALUES: dict[str, st.SearchStrategy[str]] = {
    'LO': words | st.text(st.characters(exclude_characters='\\')),
    'UT': words | st.text(),
    'PN': words | st.text(st.sampled_from('^=aBé '), max_size=8),
    'DS': st.sampled_from(['', ' ', '0', '-1', '1', ' 2 ', 'x', '1 2', '+', '.']) | decimals,
    'DA': st.dates().map(lambda date: date.isoformat().replace('-', ''))
    | st.dates().map(lambda date: date.isoformat().replace('-', '.'))
    | st.builds('2024{}{}'.format, st.sampled_from(['01', '02', '13', '.02.']), st.integers(27, 33))
    | st.text('0123.', max_size=10),
    'TM': st.builds(
        '{:02}{:02}{:02}.{}'.format, st.integers(0, 25), st.integers(0, 61), st.integers(0, 61), digits
    )
    | st.builds(
        '{:02}{:02}{}'.format, st.integers(0, 24), st.integers(0, 60), st.sampled_from(['', '00', '59', '60'])
    )
    | st.builds(
        '{:02}:{:02}{}'.format, st.integers(0, 24), st.integers(0, 60), st.sampled_from(['', ':00', ':60'])
    )
    | st.integers(0, 24).map('{:02}'.format)
    | words,
    'AS': st.builds('{:03}{}'.format, st.integers(0, 1000), st.sampled_from('DWMYy')) | words,
    'UI': st.text('012.', max_size=6) | st.text(st.sampled_from('\0\1\2a \xff'), max_size=4),
}


@given(st.data(), st.sampled_from(sorted(MODELS)))
def test_bytes_compare_as_naive_values_do(data: st.DataObject, vr: str) -> None:
    one, other = data.draw(VALUES[vr]), data.draw(VALUES[vr])
    assert_same_order(encode(vr, one), encode(vr, other), MODELS[vr](one), MODELS[vr](other))


def assert_same_order(a: bytes, b: bytes, naive_a: object, naive_b: object) -> None:
    assert (a < b, a == b) == (naive_a < naive_b, naive_a == naive_b)  # type: ignore[operator]


@given(st.data(), st.sampled_from(sorted(MODELS)))
def test_several_values_compare_one_after_the_other(data: st.DataObject, vr: str) -> None:
    def several() -> tuple[bytes, list[Naive]]:
        values = data.draw(st.lists(VALUES[vr], min_size=1, max_size=3))
        naive = [MODELS[vr](value) for value in values]
        while naive and naive[-1] == (0,):
            naive.pop()
        return encode(vr, '\\'.join(values)), naive

    assume(vr not in ('UT', 'UI'))  # in which the signs that stand between values may be a part of one
    (one, naive_one), (another, naive_another) = several(), several()
    assert_same_order(one, another, naive_one, naive_another)


@pytest.mark.parametrize(
    ('vr', 'keyword', 'is_natural'),
    [
        ('LO', 'PatientID', True),
        ('SH', 'AccessionNumber', True),
        ('LO', 'OtherPatientIDs', True),
        ('CS', 'SeriesNumber', True),
        ('LO', 'StudyDescription', False),
        ('PN', 'NameOfPhysicianID', False),
        ('UI', 'StudyInstanceUID', False),
    ],
)
def test_identifiers_are_known_by_their_keyword_and_sorted_by_the_numbers_in_them(
    vr: str, keyword: str, is_natural: bool
) -> None:
    encoded = encoder_of(vr, keyword)
    assert (encoded('9') < encoded('10')) == is_natural


def test_identifiers_are_sorted_by_the_numbers_in_them() -> None:
    numbers = ['', '-1', '0', '00', '1', '2', '02', '10', '10a', '10b', '11', '1' * 64, '9' * 70, '1' + '0' * 70]
    texts = ['a', 'a 10', 'A-2', 'A2', 'a2b3', 'a02b3', 'A2b10', 'A2C', 'a10', 'B1', 'é2', 'é10', '洪9', '洪10']
    in_order = numbers + texts
    assert sorted(in_order, key=identifier) == in_order


ids = st.text(st.sampled_from('0123a-é '), max_size=8)


@given(ids, ids)
def test_identifiers_compare_as_their_pieces_do(one: str, another: str) -> None:
    def naive(value: str) -> Naive:
        pieces = re.findall('[0-9]+|[^0-9]', fold(value))
        return tuple((ord('0'), int(piece)) if piece.isdecimal() else (ord(piece), 0) for piece in pieces)

    a, b = identifier(one), identifier(another)
    if naive(one) != naive(another):
        assert (a < b) == (naive(one) < naive(another))
    assert (a == b) == (fold(one) == fold(another))


@given(ids)
def test_an_identifier_without_leading_zeros_comes_before_its_equals(value: str) -> None:
    plain = re.sub('0+([0-9])', r'\1', fold(value))
    assert identifier(plain) <= identifier(value)


precise = st.datetimes(datetime(2023, 12, 30), datetime(2024, 1, 3)).map(lambda at: f'{at:%Y%m%d%H%M%S%f}')


@given(precise, precise, offsets, offsets, st.integers(4, 10), st.integers(4, 10))
def test_instants_compare_by_their_time_and_then_by_their_precision(
    one: str, other: str, offset: int, other_offset: int, half: int, other_half: int
) -> None:
    def dicom(digits: str, offset: int, half: int) -> tuple[str, tuple[datetime, int]]:
        length = 2 * half
        first = digits[:length] + '00000101000000000000'[length:]
        at = datetime.strptime(first, '%Y%m%d%H%M%S%f') - timedelta(minutes=offset)
        text = digits[:length] if length <= 14 else f'{digits[:14]}.{digits[14:length]}'
        if offset:
            text += f'{"-" if offset < 0 else "+"}{abs(offset) // 60:02}{abs(offset) % 60:02}'
        return text, (at, max(length, 12) if offset else length)

    (text, naive), (other_text, other_naive) = (
        dicom(one, offset, half),
        dicom(other, other_offset, other_half),
    )
    assert_same_order(encode('DT', text), encode('DT', other_text), naive, other_naive)


class Reversed:
    """Compares the other way round."""

    def __init__(self, value: Naive) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reversed) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __lt__(self, other: 'Reversed') -> bool:
        return other.value < self.value


@given(st.data(), st.lists(st.tuples(st.sampled_from(sorted(MODELS)), st.booleans()), min_size=1, max_size=4))
def test_keys_of_many_parts_compare_as_tuples_do(data: st.DataObject, parts: list[tuple[str, bool]]) -> None:
    def key(values: Sequence[str]) -> tuple[bytes, tuple[Any, ...]]:
        encoded, naive = b'', []
        for (vr, downwards), value in zip(parts, values, strict=True):
            encoded += (descending if downwards else ascending)(encode(vr, value))
            naive.append(Reversed(MODELS[vr](value)) if downwards else MODELS[vr](value))
        return encoded, tuple(naive)

    one = [data.draw(VALUES[vr]) for vr, _ in parts]
    other = [
        value if data.draw(st.booleans()) else data.draw(VALUES[vr])
        for (vr, _), value in zip(parts, one, strict=True)
    ]
    (a, naive_a), (b, naive_b) = key(one), key(other)
    assert_same_order(a, b, naive_a, naive_b)


def test_the_bytes_that_are_escaped_keep_their_order() -> None:
    texts = [b'', b'\0', b'\0\0', b'\0\1', b'\0\xff', b'\1', b'\1\0', b'\1\1', b'\1\2', b'\1\xff', b'\2', b'\xff']
    assert texts == sorted(texts)
    assert (keys := [ascending(text) for text in texts]) == sorted(keys)
    assert (keys := [descending(text) for text in texts]) == sorted(keys, reverse=True)


odd_bytes = st.binary(max_size=4) | st.text('\0\1\2\xfe\xff', max_size=4).map(lambda text: text.encode('latin-1'))


@given(odd_bytes, odd_bytes, odd_bytes, odd_bytes)
def test_parts_of_any_bytes_compare_alone_whatever_follows(
    a: bytes, b: bytes, after_a: bytes, after_b: bytes
) -> None:
    assert_same_order(ascending(a) + after_a, ascending(b) + after_b, (a, after_a), (b, after_b))
    assert_same_order(descending(b), descending(a), a, b)
    if a != b:
        assert (descending(a) + after_a < descending(b) + after_b) == (a > b)
    assert not ascending(a).startswith(ascending(b)) or a == b
