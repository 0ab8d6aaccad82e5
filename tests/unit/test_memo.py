"""The bounded memo."""

from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.memo import Memo


def test_a_result_is_computed_once() -> None:
    computed: list[str] = []

    def upper(text: str) -> str:
        computed.append(text)
        return text.upper()

    memo = Memo(upper, 10)
    assert [memo['a'], memo['a'], memo['b']] == ['A', 'A', 'B']
    assert computed == ['a', 'b']


def test_a_full_memo_keeps_its_first_results_and_computes_all_others_anew() -> None:
    computed: list[int] = []

    def double(number: int) -> int:
        computed.append(number)
        return 2 * number

    memo = Memo(double, 2)
    assert [memo[number] for number in (1, 2, 3, 3, 1)] == [2, 4, 6, 6, 2]
    assert computed == [1, 2, 3, 3]
    assert dict(memo) == {1: 2, 2: 4}


@given(st.lists(st.integers(-5, 5)), st.integers(0, 5))
def test_its_results_are_those_of_the_function(numbers: list[int], limit: int) -> None:
    memo: Memo[int, int] = Memo(abs, limit)
    assert [memo[number] for number in numbers] == list(map(abs, numbers))
    assert len(memo) <= limit
