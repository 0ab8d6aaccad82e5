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

from . import config, orthanc_api
from .changes.delivered import Delivered
from .changes.pending import Pending
from .changes.second_looks import Reporting
from .errors import ConfigurationError
from .index.study_index import StudyIndex
from .metrics import Metrics
from .orthanc_api import EmbeddingOrthanc, Event
from .reflector.change_log import ChangeLog
from .reflector.reflector import Reflector
from .reflector.relist import Schedule
from .reflector.snapshotter import Snapshotter
from .routes import count, facets, openapi, pages, relist, silent, status, ui
from .routes.freshness import Freshness
from .routes.http import Http
from .routes.questions import Questions

SWITCH_SECONDS = 0.001
"""How long Python code runs on while other code waits, which a page does six times: with Python's own 5 ms, it may
wait 30 ms while a view is built."""

_handlers: dict[tuple[int, int], Callable[[str], object]] = {}
_delivered = Delivered()
_reporting = Reporting()
_train = orthanc_api.train()


def install() -> None:
    """Register the routes, and get ready to list when Orthanc has started. To be called while the script loads.

    Raises `ConfigurationError`, after a line in the log, where the section `Paging` cannot be used; Orthanc then
    does not start.
    """
    api = EmbeddingOrthanc()
    try:
        configuration = orthanc_api.configuration()
        options = config.parse(configuration)
    except ConfigurationError as error:
        api.log_error(str(error))
        raise
    _handlers.clear()
    if not options.Enable:
        api.log_warning('disabled by Paging.Enable')
        return
    sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
    index, pending = StudyIndex(options.MaxViews), Pending(is_reporting=_reporting.is_running)
    log = ChangeLog(api, index, pending, _delivered)
    folder = config.snapshot_folder(options, configuration, orthanc_api.configuration_folder())
    snapshotter = Snapshotter(api, index, pending, log, folder, options.SnapshotSeconds)
    schedule = Schedule(options.RelistSeconds, options.RelistStudiesPerSecond)
    is_shared = options.SharedDatabase if isinstance(options.SharedDatabase, bool) else None
    reflector = Reflector(api, index, pending, log, snapshotter, schedule, is_shared, options.ComputedTags)
    freshness = Freshness(api, pending, reflector, log)
    reflector.now_and_then(Metrics(api, index, reflector, pending, snapshotter).publish)
    dialect = orthanc_api.dialect()
    http = Http(dialect, api.log_error)
    questions = Questions(index, reflector, freshness, http.decode, options.MaxLimit)
    status_route = status.Status(index, reflector, pending, snapshotter)
    orthanc_api.register(pages.PATH, http.callback(pages.Pages(index, questions).serve, varies_by=pages.VARIES_BY))
    orthanc_api.register(count.PATH, http.callback(count.StudyCount(index, questions).serve))
    orthanc_api.register(facets.PATH, http.callback(facets.Facets(index, questions).serve))
    orthanc_api.register(openapi.PATH, http.callback(openapi.OpenApi(questions).serve))
    orthanc_api.register(status.PATH, http.callback(status_route.serve))
    orthanc_api.register(relist.PATH, http.callback(relist.Relist(reflector).serve, 'POST'))
    if options.UI:
        page = ui.read(ui.BUILT, dialect, config.ohif_data_source(configuration))
        for path, serve in ui.routes(page):
            orthanc_api.register(path, http.callback(serve, varies_by=ui.VARIES_BY))
        if page:
            orthanc_api.extend_explorer(ui.button())
    silent_routes = silent.SilentRoutes(api, pending, snapshotter, reflector.shared)
    orthanc_api.register(silent.RECONSTRUCTION_OF_ALL, http.guarded(silent_routes.reconstruct_all))
    orthanc_api.register(silent.RECONSTRUCTION, http.guarded(silent_routes.reconstruct))
    if dialect.has_labels:
        orthanc_api.register(silent.LABEL, http.guarded(silent_routes.label))
    _listen(reflector, pending)


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


def _listen(reflector: Reflector, pending: Pending) -> None:
    def stop(_: str) -> None:
        _delivered.close()
        reflector.stop()

    handlers: dict[Event, Callable[[str], object]] = {
        Event.STARTED: lambda _: reflector.start(),
        Event.STOPPED: stop,
        Event.STUDY_CHANGED: pending.study_changed,
        Event.STUDY_STABLE: pending.study_stable,
        Event.STUDY_TOUCHED: pending.resource_touched,
        Event.SERIES_TOUCHED: pending.resource_touched,
        Event.STUDY_DELETED: pending.study_deleted,
        Event.SERIES_DELETED: pending.series_deleted,
        Event.INSTANCE_ADDED: pending.instance_added,
        Event.INSTANCE_DELETED: pending.instance_deleted,
        Event.JOB_ENDED: pending.job_ended,
    }
    _handlers.update((numbers, handlers[event]) for numbers, event in orthanc_api.events().items())
