"""Small steps: so that a few studies suffice for several steps, blocks and merges of the index."""

import pytest


def take_small_steps(patch: pytest.MonkeyPatch) -> None:
    """Let the index test two studies at a time, catch up with one change at a time, and keep small blocks."""
    patch.setattr('orthanc_paging.index.search.STUDIES_A_STEP', 2)
    patch.setattr('orthanc_paging.index.building.CHANGES_A_STEP', 1)
    patch.setattr('orthanc_paging.index.columns.ROWS_A_BLOCK', 2)
    patch.setattr('orthanc_paging.index.columns.ROWS_A_LARGE_BLOCK', 5)
