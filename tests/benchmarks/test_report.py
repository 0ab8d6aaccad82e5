"""The report of figures."""

import pytest

from tests.benchmarks.report import quantity


@pytest.mark.parametrize(
    ('value', 'printed'),
    [(4.04, '4.0'), (9.94, '9.9'), (9.96, '10'), (36_939.4, '36,939')],
)
def test_few_times_faster_are_printed_to_a_tenth(value: float, printed: str) -> None:
    """Below ten, a whole number would hide whether a target is met."""
    assert quantity(value, 'times faster') == f'{printed} times faster'
