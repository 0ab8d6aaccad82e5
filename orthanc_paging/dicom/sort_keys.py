r"""Sort keys: the values of attributes as bytes that compare as the values do, byte by byte.

The function of its kind encodes a value as bytes. `ascending` or `descending` makes these a part of a key, and a
key is several parts. A missing or empty value has no bytes, so it comes before all others. Several values (`\`
between them) compare one after the other: `CT`, `CT\SR`, `MR`. Only `uid` makes the byte 0, which a part escapes.
The byte 1 stands between several values.
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
"""Increase it whenever a value gets other bytes: then cursors with bytes of the former format are refused."""

Encoded = bytes
"""One value. Compare it only with values of the same kind."""

Encode = Callable[[str], Encoded]

Part = bytes
"""One value within a key, with its direction."""


def encoder_of(vr: str, keyword: str) -> Encode:
    """Return the function that encodes the values of an attribute."""
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
"""Less than any byte of a value, so that `CT\\SR` comes after `CT` and before `CT2`."""


def text(value: str) -> Encoded:
    """Return the folded text, which compares by code points: 0.3 µs."""
    return fold(value).encode('utf-8', 'surrogatepass')


def identifier(value: str) -> Encoded:
    """Return the folded text, in which several digits are one number: `A2` before `A10`. 0.6 to 1 µs.

    Equal identifiers compare by their leading zeros: `7`, `07`, `007`.
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
    """Return a number of digits as a character that compares as the number does.

    A number begins with 0, by which it compares with signs as text does. This character follows, so that a longer
    number is larger.
    """
    return _CODES[number] if number < len(_CODES) else chr(min(_LEAST_CODE + number, sys.maxunicode))


_LEAST_CODE = 3
"""Smaller ones separate values, components and leading zeros."""
_CODES = [chr(_LEAST_CODE + number) for number in range(65)]


def name(value: str) -> Encoded:
    """Return a person's name by its components, of the first component group that is not empty: 0.6 µs.

    The byte between components is less than any of a folded text, so that `DOE^Z` comes before `DOES^A`.
    """
    found = groups(value)
    return found[0].encode('utf-8', 'surrogatepass').replace(b'^', b'\2') if found else b''


def number(value: str) -> Encoded:
    """Return a number, exactly: 1 µs. A value that is no number comes after all numbers, as text."""
    return decimal(value) or _other(value)


def date(value: str) -> Encoded:
    """Return a date in 4 bytes: 1 µs. A value that is no date comes after all dates, as text."""
    digits = parse_date(value)
    return _packed(digits) if digits else _other(value)


def time(value: str) -> Encoded:
    """Return a time in 1 to 6 bytes: 1 µs. The less precise of equal times comes first, other values last."""
    digits = parse_time(value)
    return _packed(digits) if digits else _other(value)


def date_time(value: str) -> Encoded:
    """Return a date and time in UTC in 2 to 10 bytes: 3 µs. The less precise of equal ones comes first.

    A value that is no date and time comes last, as text.
    """
    digits = parse_date_time(value)
    return _packed(digits) if digits else _other(value)


def uid(value: str) -> Encoded:
    """Return a UID without its padding: 0.1 µs."""
    return value.strip(PADDING).encode('utf-8', 'surrogatepass')


def age(value: str) -> Encoded:
    """Return an age (PS3.5 6.2: AS) by its duration in 5 bytes: `010D`, `002W`, `001M`, `001Y`. 1 µs.

    A month is a twelfth of a year of 365.25 days. Of equal ages, the one in the smaller unit comes first. A value
    that is no age comes after all ages, as text.
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
    """Return the value as a part of a key: 0.15 µs. The part is one byte longer, plus one for each byte 0 or 1.

    No part is the beginning of another. So parts compare as their values do, whatever comes after them.
    """
    return encoded.replace(b'\1', b'\1\2').replace(b'\0', b'\1\1') + b'\0'


def descending(encoded: Encoded) -> Part:
    """Return the value as a part of a key that compares in reverse, so that a missing value comes last."""
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
"""Stands before a value that is not of the kind: more than the first byte of any number and of any digits."""


def decimal(text: str) -> Encoded:
    """Return a number in a form of IS or DS (PS3.5 6.2), of any size; no bytes if the text is none. 1 µs.

    Equal numbers have equal bytes. The number is 0.d₁d₂d₃… times a power of ten, with d₁ from 1 to 9 and no 0 at
    the end. It is encoded as the power and the digits. A negative number is the complement of these. A byte
    follows that is more than the complement of any digits, so that -0.12 comes after -0.123.
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
    """Return two digits in a byte. Each is stored plus one; 0 means that there is none."""
    if len(digits) % 2:
        digits += ' '
    return unhexlify(digits.encode().translate(_NIBBLES))


def _other(value: str) -> Encoded:
    encoded = text(value)
    return _OTHER + encoded if encoded else b''
