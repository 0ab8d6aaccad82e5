"""Sieves, against sets."""

from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.index.sieve import may_hold, sieve_of


@given(st.sets(st.binary(max_size=3)), st.binary(max_size=3))
def test_what_a_sieve_holds_may_be_in_it(values: set[bytes], other: bytes) -> None:
    sieve = sieve_of(values)
    assert all(may_hold(sieve, value) for value in values)
    assert may_hold(sieve, other) or other not in values


def test_most_of_what_is_not_in_it_is_told_so() -> None:
    sieve = sieve_of([b'A%010d' % number for number in range(2_000)])
    assert sum(may_hold(sieve, b'B%010d' % number) for number in range(1_000)) < 250
