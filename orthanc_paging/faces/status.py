"""`GET /paging/status`: what the index contains, and what the plugin does."""

from __future__ import annotations

from .. import __version__
from ..errors import Json
from ..figures import Figures, Gauges
from ..http.answer import Answer, json_answer
from ..http.face import Face
from ..http.request import Request

PATH = '/paging/status'


class Status(Face):
    """Serves the figures."""

    path = PATH

    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def serve(self, request: Request) -> Answer:  # noqa: ARG002
        """Return the figures. Durations and ages are in seconds."""
        return json_answer(status_of(self._gauges.figures()), indent=2)


def status_of(figures: Figures) -> dict[str, Json]:
    """Return the figures by the names that the status gives them."""
    return {
        'State': figures.state,
        'OrthancAnswers': figures.orthanc_answers,
        'Studies': figures.studies,
        'Progress': {'Listed': figures.studies, 'Total': max(figures.listed_total, figures.studies)},
        'Pending': figures.pending,
        'Applied': figures.applied,
        'SecondsSinceLastChange': _rounded(figures.seconds_since_applied),
        'Fetched': figures.fetched,
        'LagSeconds': _rounded(figures.lag),
        'LeftOut': figures.left_out,
        'ComputedTags': {
            'Complete': figures.computed_tags_complete,
            'Waiting': figures.computed_tags_waiting,
        },
        'List': {
            'BatchSize': figures.list_batch_size,
            'Seconds': _rounded(figures.list_seconds),
            'OrthancSeconds': _rounded(figures.list_orthanc_seconds),
        },
        'Relist': {
            'Running': figures.relist_running,
            'Runs': figures.relist_runs,
            'Repaired': figures.relist_repaired,
            'AgeSeconds': _rounded(figures.relist_age),
        },
        'Snapshot': {
            'UsedAtStart': figures.is_warm,
            'AgeSeconds': _rounded(figures.snapshot_age),
            'JournalStudies': figures.snapshot_journal,
            'Writing': figures.snapshot_writing,
        },
        'Memory': {'Bytes': figures.memory, 'JsonBytes': figures.body_bytes},
        'Views': [
            {'Order': view.order, 'Conditions': view.conditions, 'Studies': view.studies} for view in figures.views
        ],
        'Versions': {
            'OrthancPaging': __version__,
            'Orthanc': figures.orthanc_version,
            'PythonPlugin': figures.python_plugin_version,
        },
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
