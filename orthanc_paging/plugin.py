"""The wiring: what a script of Orthanc's Python plugin calls.

    import orthanc
    from orthanc_paging import plugin

    plugin.install()
    orthanc.RegisterOnChangeCallback(plugin.on_change)

A script with an on-change callback of its own registers that one, and calls `plugin.on_change` from it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from . import config
from .changes.change_log import ChangeLog
from .changes.delivered import Delivered
from .changes.queue import Queue
from .changes.second_looks import Reporting
from .errors import ConfigurationError
from .faces import count, facets, labels, openapi, pages, reconstruction, relist, status, web_page
from .faces.core import Core
from .faces.freshness import Freshness
from .faces.readiness import Readiness
from .http.callbacks import Callbacks
from .http.face import Face
from .index.study_index import StudyIndex
from .metrics import Metrics
from .orthanc_api import events, registration
from .orthanc_api.embedded import EmbeddingOrthanc
from .orthanc_api.events import Event
from .reflector.reflector import Reflector
from .reflector.relist import Schedule
from .snapshot.keeper import SnapshotKeeper

SWITCH_SECONDS = 0.001
"""How long Python code runs on while other code waits, which a page does six times: with Python's own 5 ms, it may
wait 30 ms while a view is built."""

_handlers: dict[tuple[int, int], Callable[[str], object]] = {}
_delivered = Delivered()
_reporting = Reporting()
_train = events.train()


def install() -> None:
    """Register the routes, and get ready to list when Orthanc has started. To be called while the script loads.

    Raises `ConfigurationError`, after a line in the log, where the section `Paging` cannot be used; Orthanc then
    does not start.
    """
    api = EmbeddingOrthanc()
    try:
        configuration = registration.configuration()
        options = config.parse(configuration)
    except ConfigurationError as error:
        api.log_error(str(error))
        raise
    _handlers.clear()
    if not options.Enable:
        api.log_warning('disabled by Paging.Enable')
        return
    sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
    index, queue = StudyIndex(options.MaxViews), Queue(is_reporting=_reporting.is_running)
    log = ChangeLog(api, index, queue, _delivered)
    folder = config.snapshot_folder(options, configuration, registration.configuration_folder())
    keeper = SnapshotKeeper(api, index, queue, log, folder, options.SnapshotSeconds)
    schedule = Schedule(options.RelistSeconds, options.RelistStudiesPerSecond)
    is_shared = options.SharedDatabase if isinstance(options.SharedDatabase, bool) else None
    reflector = Reflector(api, index, queue, log, keeper, schedule, is_shared, options.ComputedTags)
    freshness = Freshness(api, queue, reflector, log)
    reflector.now_and_then(Metrics(api, index, reflector, queue, keeper).publish)
    dialect = registration.dialect()
    readiness = Readiness(index, reflector, freshness, options.MaxLimit)
    core = Core(api, queue, keeper, reflector.shared)
    faces: list[Face] = [
        pages.Pages(index, readiness),
        count.StudyCount(index, readiness),
        facets.Facets(index, readiness),
        openapi.OpenApi(readiness),
        status.Status(index, reflector, queue, keeper),
        relist.Relist(reflector),
        reconstruction.ReconstructionOfAll(core),
        reconstruction.Reconstruction(core),
    ]
    if dialect.has_labels:
        faces.append(labels.Labels(core))
    if options.UI:
        files = web_page.read(web_page.BUILT, dialect, config.ohif_data_source(configuration))
        faces += web_page.faces(files)
        if files:
            registration.extend_explorer(web_page.button())
    callbacks = Callbacks(dialect, api.log_error)
    for face in faces:
        registration.register(face.path, callbacks.of(face))
    _listen(reflector, queue)


def on_change(change: int, level: int, resource_id: str) -> None:
    """Record a change of Orthanc's; to be called with the arguments of an on-change callback.

    Returns at once, but for ORTHANC_STOPPED, which waits for our thread to end. Raises nothing.
    """
    _reporting.begin()
    numbers = change, level
    handler = _handlers.get(numbers)
    if handler is not None:
        handler(resource_id)
    if numbers == _train.end:
        _delivered.end_train()
    elif numbers in _train.logged:
        _delivered.record_in_train(change, resource_id)
    elif change in _train.alone:
        _delivered.record(change, resource_id)


def _listen(reflector: Reflector, queue: Queue) -> None:
    def stop(_: str) -> None:
        _delivered.close()
        reflector.stop()

    handlers: dict[Event, Callable[[str], object]] = {
        Event.STARTED: lambda _: reflector.start(),
        Event.STOPPED: stop,
        Event.STUDY_CHANGED: queue.study_changed,
        Event.STUDY_STABLE: queue.study_stable,
        Event.STUDY_TOUCHED: queue.resource_touched,
        Event.SERIES_TOUCHED: queue.resource_touched,
        Event.STUDY_DELETED: queue.study_deleted,
        Event.SERIES_DELETED: queue.series_deleted,
        Event.INSTANCE_ADDED: queue.instance_added,
        Event.INSTANCE_DELETED: queue.instance_deleted,
        Event.JOB_ENDED: queue.job_ended,
    }
    _handlers.update((numbers, handlers[event]) for numbers, event in events.events().items())
