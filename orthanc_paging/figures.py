"""One record of all figures of the plugin. The status and the metrics print it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class ViewFigures(NamedTuple):
    """A view that is kept: the name of its order, the number of its conditions, and that of its studies."""

    order: str
    conditions: int
    studies: int


@dataclass(slots=True)
class Figures:
    """What the plugin does, in numbers. Durations and ages are in seconds, memory is in bytes.

    Each part of the plugin fills in the fields that it knows: see `Measured`.
    """

    state: str = 'starting'
    is_warm: bool = False
    listed_total: int = 0
    list_batch_size: int = 0
    list_seconds: float = 0.0
    list_orthanc_seconds: float = 0.0
    orthanc_answers: bool = True
    orthanc_version: str | None = None
    python_plugin_version: str | None = None
    studies: int = 0
    memory: int = 0
    body_bytes: int = 0
    views: Sequence[ViewFigures] = ()
    pending: int = 0
    applied: int = 0
    seconds_since_applied: float | None = None
    left_out: int = 0
    fetched: int = 0
    lag: float = 0.0
    computed_tags_complete: bool = False
    computed_tags_waiting: int = 0
    relist_running: bool = False
    relist_runs: int = 0
    relist_repaired: int = 0
    relist_age: float = 0.0
    snapshot_age: float | None = None
    snapshot_journal: int = 0
    snapshot_writing: bool = False


class Measured(Protocol):
    """A part of the plugin that has figures."""

    def measure(self, figures: Figures) -> None:
        """Fill in the figures that this part knows. From any thread."""


class Gauges:
    """Reads the figures of all parts."""

    def __init__(self, parts: Sequence[Measured]) -> None:
        self._parts = parts

    def figures(self) -> Figures:
        """Return the figures as they are now. O(views)."""
        figures = Figures()
        for part in self._parts:
            part.measure(figures)
        return figures
