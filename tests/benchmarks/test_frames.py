"""The evaluation of the animation frames that the benchmark `ui` records."""

import pytest

from tests.benchmarks.measurements.ui_scrolling import Frame, share_with_data, without_rows


def frames(*rows: int, hints: str = '') -> list[Frame]:
    """One frame every 10 ms with so many rows; the hint shows in those that have an `h`."""
    shown = hints.ljust(len(rows))
    return [{'at': 10.0 * at, 'rows': number, 'hint': shown[at] == 'h'} for at, number in enumerate(rows)]


def test_a_frame_has_data_if_it_has_rows_or_the_hint() -> None:
    assert share_with_data(frames(20, 0, 0, 20)) == 0.5
    assert share_with_data(frames(20, 0, 0, 20, hints=' h')) == 0.75
    assert share_with_data(frames(0, 0)) == 0


def test_the_longest_time_without_rows_counts_from_the_rest_on() -> None:
    assert without_rows(frames(0, 0, 0, 0, 20, 20), rested=20) == pytest.approx(0.02)


def test_rows_that_never_come_are_missing_until_the_last_frame() -> None:
    assert without_rows(frames(20, 20, 0, 0, 0, 0), rested=15) == pytest.approx(0.035)


def test_rows_that_go_again_are_missing_too() -> None:
    assert without_rows(frames(20, 0, 0, 0, 20), rested=0) == pytest.approx(0.04)


def test_the_hint_is_no_row() -> None:
    assert without_rows(frames(0, 0, 0, hints='hhh'), rested=0) == pytest.approx(0.02)
