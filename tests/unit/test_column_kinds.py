"""The three kinds of columns give the same answers: against plain rows."""

import re

from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.index.column_kinds import LooseColumn, Part, RepeatedColumn, TextColumn, column_of
from orthanc_paging.queries.condition import BETWEEN

values = st.text('abc0', min_size=1, max_size=3).map(str.encode)
rows = st.lists(st.lists(values, max_size=3), min_size=1, max_size=12).map(
    lambda some: [b'\n' + BETWEEN + BETWEEN.join(row) + BETWEEN for row in some]
)
needles = st.one_of(
    values, values.map(lambda value: BETWEEN + value), values.map(lambda value: BETWEEN + value + BETWEEN)
)
patterns = st.none() | st.just(re.compile(b'a.*[b0]', re.DOTALL))


@given(rows, needles, values, patterns, st.booleans())
def test_each_kind_finds_the_rows_that_contain_a_part(
    some: list[bytes], needle: bytes, run: bytes, pattern: re.Pattern[bytes] | None, is_repeated: bool
) -> None:
    column = column_of(some * 2 if is_repeated else some)
    plain = list(column.rows())
    assert plain == (some * 2 if is_repeated else some)
    part = Part(run, pattern)
    has_run = [number for number, row in enumerate(plain) if run in row]
    has_part = [number for number in has_run if pattern is None or pattern.search(plain[number])]
    test = column.row_test(part)
    assert sorted(set(column.rows_with(Part(needle)))) == [
        number for number, row in enumerate(plain) if needle in row
    ]
    assert sorted(set(column.rows_with(part))) == has_part
    assert [number for number in has_run if test is not None and test(number)] == has_part
    assert column.frequency(run) >= len(has_run)
    assert list(LooseColumn(plain).rows_with(part)) == has_part


def test_equal_rows_are_kept_once() -> None:
    row = b'\n\x1fvalue\x1f'
    repeated = column_of([row] * 300)
    assert isinstance(repeated, RepeatedColumn)
    assert list(repeated.different.rows()) == [row]
    assert isinstance(column_of([row, b'\n\x1fother\x1f']), TextColumn)
