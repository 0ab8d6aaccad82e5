"""`GET /paging/status`: what the index holds, and how far it is."""

from __future__ import annotations

from .. import __version__
from ..changes.queue import Queue
from ..errors import Json
from ..http.answer import Answer, json_answer
from ..http.request import Request
from ..index.study_index import StudyIndex
from ..reflector.reflector import Reflector
from ..snapshot.keeper import SnapshotKeeper

PATH = '/paging/status'


class Status:
    """Serves the figures of an index and of what keeps it."""

    path = PATH
    methods = ('GET',)
    varies_by = ()

    def __init__(self, index: StudyIndex, reflector: Reflector, queue: Queue, keeper: SnapshotKeeper) -> None:
        self._index = index
        self._reflector = reflector
        self._queue = queue
        self._keeper = keeper

    def serve(self, request: Request) -> Answer:  # noqa: ARG002
        """Return the figures. Seconds are durations, or since the last applied change."""
        return json_answer(self._figures(), indent=2)

    def _figures(self) -> dict[str, Json]:
        reflector, listing = self._reflector, self._reflector.listing
        applier, relister = reflector.applier, reflector.relister
        capabilities = reflector.capabilities
        return {
            'State': reflector.state,
            'OrthancAnswers': reflector.is_answered,
            'Studies': len(self._index),
            'Progress': {'Listed': len(self._index), 'Total': max(listing.total, len(self._index))},
            'Pending': len(self._queue),
            'Applied': applier.applied,
            'SecondsSinceLastChange': _rounded(applier.seconds_since_applied()),
            'Fetched': reflector.fetched,
            'LagSeconds': _rounded(reflector.lag),
            'LeftOut': applier.left_out(),
            'ComputedTags': {
                'Complete': reflector.computed_tags.is_complete,
                'Waiting': reflector.computed_tags.waiting(),
            },
            'List': {
                'BatchSize': listing.batch_size,
                'Seconds': _rounded(listing.seconds),
                'OrthancSeconds': _rounded(listing.orthanc_seconds),
            },
            'Relist': {
                'Running': relister.is_running(),
                'Runs': relister.runs,
                'Mended': relister.mended,
                'AgeSeconds': _rounded(relister.age()),
            },
            'Snapshot': {
                'UsedAtStart': reflector.is_warm,
                'AgeSeconds': _rounded(self._keeper.age()),
                'JournalStudies': self._keeper.journal_length(),
                'Writing': self._keeper.is_writing(),
            },
            'Memory': {'Bytes': self._index.memory(), 'JsonBytes': self._index.body_bytes()},
            'Views': [
                {'Order': view.order, 'Conditions': view.conditions, 'Studies': view.studies}
                for view in self._index.views()
            ],
            'Versions': {
                'OrthancPaging': __version__,
                'Orthanc': capabilities.version if capabilities else None,
                'PythonPlugin': capabilities.python_plugin if capabilities else None,
            },
        }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
