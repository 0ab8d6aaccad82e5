"""Cursors: what is made of one selection is taken by that one alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.errors import InvalidParameter
from orthanc_paging.queries.cursor import Cursor, decode, encode
from orthanc_paging.queries.parsers.parameters import ParameterParser
from orthanc_paging.queries.selection import ALL, Selection
from tests.unit.attributes import SCHEMA


def selection(**parameters: str) -> Selection:
    return ParameterParser(SCHEMA).parse(parameters).selection


@given(st.binary(max_size=80), st.booleans())
def test_a_cursor_is_what_it_was_and_needs_no_escape_in_an_address(key: bytes, is_back: bool) -> None:
    text = encode(Cursor(key, is_back), ALL)
    assert decode(text, ALL) == Cursor(key, is_back)
    assert text.isascii()
    assert text.replace('-', '').replace('_', '').isalnum()


def test_a_cursor_is_the_same_in_another_process() -> None:
    assert encode(Cursor(b'key'), selection(sort='-StudyDate', PatientID='P')) == 'ASh27a8Y_WtleQ'


@pytest.mark.parametrize(
    'other',
    [
        selection(),
        selection(sort='StudyDate', PatientID='P'),
        selection(sort='-StudyDate', PatientID='Q'),
        selection(sort='-StudyDate'),
    ],
)
def test_of_another_selection_it_is_refused(other: Selection) -> None:
    text = encode(Cursor(b'key'), selection(sort='-StudyDate', PatientID='P'))
    with pytest.raises(InvalidParameter) as refused:
        decode(text, other)
    assert refused.value.problem()['parameter'] == 'cursor'


@given(st.text(max_size=30))
def test_text_that_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter):
        decode(text, ALL)
