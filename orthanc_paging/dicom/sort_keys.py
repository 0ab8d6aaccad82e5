r"""The values of attributes as bytes that compare as the values do, byte by byte.

A value becomes bytes by the function of its kind; `ascending` or `descending` then makes a part of it, and parts
one after the other are a key. A value that is missing or empty becomes no bytes at all, which come before all
others. Several values (`\` between them) compare one after the other: `CT`, `CT\SR`, `MR`. No function but `uid`
makes the byte 0, which a part has to escape, and the byte 1 stands between several values.
"""

from __future__ import annotations

import re
import sys
from binascii import unhexlify
from collections.abc import Callable, Mapping

from .dates_and_times import parse_date, parse_date_time, parse_time
from .folding import fold, groups
from .vr import PADDING, Kind, is_identifier, kind_of

KEY_FORMAT = 2
"""Increase it whenever a value gets other bytes: cursors that hold bytes of the former format are then refused."""

Encoded = bytes
"""One value: compare it with those of the same kind only."""

Encode = Callable[[str], Encoded]

Part = bytes
"""One value within a key, with its direction."""


def encoder_of(vr: str, keyword: str) -> Encode:
    """What encodes the values of an attribute."""
    kind = kind_of(vr)
    if kind is Kind.PASSAGE:
        return text
    return _of_several(identifier if is_identifier(vr, keyword) else _ENCODERS[kind])


def _of_several(encode: Encode) -> Encode:
    def of_several(value: str) -> Encoded:
        if '\\' not in value:
            return encode(value)
        return _BETWEEN_VALUES.join(map(encode, value.split('\\'))).rstrip(_BETWEEN_VALUES)

    return of_several


_BETWEEN_VALUES = b'\1'
"""Less than any byte of a value, so that a list comes after its beginning and before all else."""


def text(value: str) -> Encoded:
    """The folded text, by its code points: 0.3 µs."""
    return fold(value).encode('utf-8', 'surrogatepass')


def identifier(value: str) -> Encoded:
    """The folded text, in which digits that follow each other are one number: `A2` before `A10`. 0.6 to 1 µs.

    Of equal ones, the one without leading zeros comes first: `7`, `07`, `007`.
    """
    pieces = _split_at_numbers(fold(value))
    leading_zeros = ''
    for place in range(1, len(pieces), 2):
        number = pieces[place].lstrip('0') or '0'
        zeros = len(pieces[place]) - len(number)
        if zeros:
            leading_zeros += _code(place) + _code(zeros)
        pieces[place] = f'0{_code(len(number))}{number}'
    if leading_zeros:
        pieces.append(_BEFORE_ZEROS + leading_zeros)
    return ''.join(pieces).encode('utf-8', 'surrogatepass')


_split_at_numbers = re.compile('([0-9]+)').split
_BEFORE_ZEROS = '\2'


def _code(number: int) -> str:
    """A number of digits as a character that compares as the number does.

    After a 0, by which a number compares with other signs as text does, it lets a longer number be the larger one.
    """
    return _CODES[number] if number < len(_CODES) else chr(min(_LEAST_CODE + number, sys.maxunicode))


_LEAST_CODE = 3
"""Smaller ones separate values, components and leading zeros."""
_CODES = [chr(_LEAST_CODE + number) for number in range(65)]


def name(value: str) -> Encoded:
    """A person's name by its components, of the first component group that is not empty: 0.6 µs.

    Between components stands a byte that is less than any of a folded text, so that `DOE^Z` comes before `DOES^A`.
    """
    found = groups(value)
    return found[0].encode('utf-8', 'surrogatepass').replace(b'^', b'\2') if found else b''


def number(value: str) -> Encoded:
    """A number, exactly: 1 µs. What is none comes after all numbers, as text."""
    return decimal(value) or _other(value)


def date(value: str) -> Encoded:
    """A date, in 4 bytes: 1 µs. What is none comes after all dates, as text."""
    digits = parse_date(value)
    return _packed(digits) if digits else _other(value)


def time(value: str) -> Encoded:
    """A time, in 1 to 6 bytes; of equal ones, the less precise comes first: 1 µs. What is none comes last."""
    digits = parse_time(value)
    return _packed(digits) if digits else _other(value)


def date_time(value: str) -> Encoded:
    """An instant, in 2 to 10 bytes; of equal ones, the less precise comes first: 3 µs. What is none comes last."""
    digits = parse_date_time(value)
    return _packed(digits) if digits else _other(value)


def uid(value: str) -> Encoded:
    """A UID as it is, but for its padding: 0.1 µs."""
    return value.strip(PADDING).encode('utf-8', 'surrogatepass')


def age(value: str) -> Encoded:
    """An age (PS3.5 6.2: AS) by how long it is, in 5 bytes: `010D`, `002W`, `001M`, `001Y`. 1 µs.

    A month is a twelfth of a year of 365.25 days. Of equal ages, the one in the smaller unit comes first. What is
    no age comes after all ages, as text.
    """
    found = _AGE.fullmatch(value.strip(PADDING))
    if not found:
        return _other(value)
    unit = found[2].upper()
    return _packed(f'{int(found[1]) * _SIXTEENTHS_OF_A_DAY[unit]:08}{"DWMY".index(unit)}')


_AGE = re.compile('([0-9]{1,3})([DWMYdwmy])')
_SIXTEENTHS_OF_A_DAY = {'D': 16, 'W': 112, 'M': 487, 'Y': 5844}

_ENCODERS: Mapping[Kind, Encode] = {
    Kind.TEXT: text,
    Kind.NAME: name,
    Kind.NUMBER: number,
    Kind.DATE: date,
    Kind.TIME: time,
    Kind.DATE_TIME: date_time,
    Kind.UID: uid,
    Kind.AGE: age,
}


def ascending(encoded: Encoded) -> Part:
    """The value as a part of a key: 0.15 µs, and one byte longer, unless it holds a 0 or a 1.

    No part is the beginning of another, and parts compare as their values do, whatever comes after them.
    """
    return encoded.replace(b'\1', b'\1\2').replace(b'\0', b'\1\1') + b'\0'


def descending(encoded: Encoded) -> Part:
    """The value as a part of a key that compares the other way round, so that a missing value comes last."""
    return ascending(encoded).translate(_COMPLEMENT)


_COMPLEMENT = bytes(range(255, -1, -1))

_DECIMAL = re.compile(r'([+-]?)([0-9]*+)\.?([0-9]*+)(?:[eE]([+-]?[0-9]{1,18}))?')
_SHORT_EXPONENTS = range(-48, 65)
"""Those that take one byte; others take eleven."""
_ZERO = b'\x80'
_SMALL = b'\x81'
_SHORT = [bytes([0x82 + at]) for at in range(len(_SHORT_EXPONENTS))]
_LARGE = b'\xf3'
_OTHER = b'\xfe'
"""Stands before what is not of the kind: more than the first byte of any number and of any digits."""


def decimal(text: str) -> Encoded:
    """A number as IS and DS tell it (PS3.5 6.2), of any size, as bytes that are equal where the numbers are: 1 µs.

    No bytes where it is none. It is taken as 0.d₁d₂d₃… times a power of ten, with d₁ from 1 to 9 and no 0 at the
    end, and encoded as the power and the digits. A negative one is the complement of the same, and then a byte
    that is more than the complement of any digits, so that -0.12 comes after -0.123.
    """
    text = text.strip(PADDING)
    whole, _, fraction = text.partition('.')
    if (whole + fraction).isdecimal() and text.isascii():
        return _positive(whole + fraction, -len(fraction))
    found = _DECIMAL.fullmatch(text)
    if not found:
        return b''
    sign, whole, fraction, power = found.groups()
    if not whole and not fraction:
        return b''
    encoded = _positive(whole + fraction, int(power or 0) - len(fraction))
    return encoded.translate(_COMPLEMENT) + b'\xff' if sign == '-' and encoded != _ZERO else encoded


def _positive(digits: str, power: int) -> bytes:
    digits = digits.lstrip('0')
    if not digits:
        return _ZERO
    exponent = len(digits) + power
    if exponent in _SHORT_EXPONENTS:
        return _SHORT[exponent - _SHORT_EXPONENTS.start] + _packed(digits.rstrip('0'))
    return _long(exponent) + _packed(digits.rstrip('0'))


def _long(exponent: int) -> bytes:
    if exponent > 0:
        return _LARGE + _packed(f'{exponent:020}')
    return _SMALL + _packed(f'{-exponent:020}').translate(_COMPLEMENT)


_NIBBLES = bytes.maketrans(b' 0123456789', b'0123456789a')


def _packed(digits: str) -> bytes:
    """Two digits in a byte: each is one more than it tells, and 0 stands where there is none."""
    if len(digits) % 2:
        digits += ' '
    return unhexlify(digits.encode().translate(_NIBBLES))


def _other(value: str) -> Encoded:
    encoded = text(value)
    return _OTHER + encoded if encoded else b''
