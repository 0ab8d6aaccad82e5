"""The figures as metrics of Orthanc, which `/tools/metrics-prometheus` tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .changes.queue import Queue
from .index.study_index import StudyIndex
from .reflector.reflector import Reflector
from .snapshot.keeper import SnapshotKeeper

if TYPE_CHECKING:
    from .orthanc_api.protocol import OrthancApi


class Metrics:
    """Sets Orthanc's metrics to the figures of an index and of what keeps it.

    Names are as Prometheus has them: in base units, and those that only grow end in `_total`.
    """

    def __init__(
        self, api: OrthancApi, index: StudyIndex, reflector: Reflector, queue: Queue, keeper: SnapshotKeeper
    ) -> None:
        self._api = api
        self._index = index
        self._reflector = reflector
        self._queue = queue
        self._keeper = keeper

    def publish(self) -> None:
        """Set all of them, some 20 µs."""
        for name, value in self.figures().items():
            self._api.set_metric(f'orthanc_paging_{name}', value)

    def figures(self) -> dict[str, float]:
        """The figures by the ends of their names."""
        reflector = self._reflector
        return {
            'ready': float(reflector.ready),
            'failed': float(reflector.state == 'failed'),
            'orthanc_answers': float(reflector.is_answered),
            'studies': len(self._index),
            'left_out_studies': reflector.applier.left_out(),
            'memory_bytes': self._index.memory(),
            'pending_changes': len(self._queue),
            'applied_changes_total': reflector.applier.applied,
            'fetched_studies_total': reflector.fetched,
            'event_lag_seconds': reflector.lag,
            'computed_tags_complete': float(reflector.computed_tags.is_complete),
            'computed_tags_waiting_studies': reflector.computed_tags.waiting(),
            'relist_runs_total': reflector.relister.runs,
            'relist_mended_studies_total': reflector.relister.mended,
            'relist_age_seconds': reflector.relister.age(),
            'snapshot_age_seconds': self._keeper.age() or 0.0,
            'snapshot_journal_studies': self._keeper.journal_length(),
        }
