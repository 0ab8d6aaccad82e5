"""The figures as metrics of Orthanc, at `/tools/metrics-prometheus`."""

from __future__ import annotations

from .figures import Figures, Gauges
from .orthanc_api.protocol import OrthancApi


class Metrics:
    """Sets Orthanc's metrics to the figures."""

    def __init__(self, api: OrthancApi, gauges: Gauges) -> None:
        self._api = api
        self._gauges = gauges

    def publish(self) -> None:
        """Set all metrics, in some 20 µs."""
        for name, value in metrics_of(self._gauges.figures()).items():
            self._api.set_metric(f'orthanc_paging_{name}', value)


def metrics_of(figures: Figures) -> dict[str, float]:
    """Return the values by the ends of the metrics' names.

    Names follow Prometheus: in base units, and those that only grow end in `_total`.
    """
    return {
        'ready': float(figures.state == 'ready'),
        'failed': float(figures.state == 'failed'),
        'orthanc_answers': float(figures.orthanc_answers),
        'studies': figures.studies,
        'left_out_studies': figures.left_out,
        'memory_bytes': figures.memory,
        'pending_changes': figures.pending,
        'applied_changes_total': figures.applied,
        'fetched_studies_total': figures.fetched,
        'event_lag_seconds': figures.lag,
        'computed_tags_complete': float(figures.computed_tags_complete),
        'computed_tags_waiting_studies': figures.computed_tags_waiting,
        'relist_runs_total': figures.relist_runs,
        'relist_repaired_studies_total': figures.relist_repaired,
        'relist_age_seconds': figures.relist_age,
        'snapshot_age_seconds': figures.snapshot_age or 0.0,
        'snapshot_journal_studies': figures.snapshot_journal,
    }
