"""How figures are shown to people."""

import pytest

from tests.benchmarks.report import quantity


@pytest.mark.parametrize(
    ('value', 'told'),
    [(4.04, '4.0'), (9.94, '9.9'), (9.96, '10'), (36_939.4, '36,939')],
)
def test_few_times_faster_are_told_to_a_tenth(value: float, told: str) -> None:
    """Below ten, a whole number would hide whether a target is met."""
    assert quantity(value, 'times faster') == f'{told} times faster'
