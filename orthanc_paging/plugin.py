"""The wiring: what a script of Orthanc's Python plugin calls.

    import orthanc
    from orthanc_paging import plugin

    plugin.install()
    orthanc.RegisterOnChangeCallback(plugin.on_change)

A script with an on-change callback of its own registers that one, and calls `plugin.on_change` from it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from . import config
from .changes.change_log import ChangeLog
from .changes.delivered import Delivered
from .changes.queue import Queue
from .changes.second_looks import Reporting
from .changes.tag_queue import NoTagQueue, TagQueue
from .config import Config
from .errors import ConfigurationError, Json
from .faces import count, facets, labels, openapi, pages, reconstruction, relist, status, web_page
from .faces.core import Core
from .faces.freshness import Deliveries, Freshness
from .faces.readiness import Readiness
from .figures import Gauges, Measured
from .http.callbacks import Callbacks
from .http.face import Face
from .index.study_index import StudyIndex
from .metrics import Metrics
from .orthanc_api import events, registration
from .orthanc_api.embedded import EmbeddingOrthanc
from .orthanc_api.events import Event
from .reflector.applier import Applier
from .reflector.attempts import Attempts
from .reflector.computed_tags import ComputedTags
from .reflector.fetch import Fetcher
from .reflector.listing import ColdStart
from .reflector.reflector import Reflector
from .reflector.relist import Relister
from .reflector.schedule import Periodic, Schedule, Task
from .reflector.timetable import RelistOptions, Timetable
from .reflector.upkeep import FillColumns, UnstableStudies
from .reflector.worker import Worker
from .replicas.census import Census
from .replicas.shared_database import SharedDatabase
from .snapshot.keeper import SnapshotKeeper, SnapshotOptions, Unsettled
from .snapshot.warm_start import Loading, WarmStart

SWITCH_SECONDS = 0.001
"""How long Python code runs on while other code waits, which a page does six times: with Python's own 5 ms, it may
wait 30 ms while a view is built."""

LOOK_SECONDS = 5.0
"""How often the log of changes, the journal, dropped views and metrics are looked at. Prometheus requests metrics
every fifteen seconds or less often."""

_handlers: dict[tuple[int, int], Callable[[str], object]] = {}
_delivered = Delivered()
_reporting = Reporting()
_train = events.train()


def install() -> None:
    """Register the routes, and get ready to list when Orthanc has started. Call this while the script loads.

    Raises `ConfigurationError`, after a line in the log, if the section `Paging` cannot be used. Orthanc then does
    not start.
    """
    configuration = registration.configuration()
    try:
        options = config.parse(configuration)
    except ConfigurationError as error:
        registration.log_error(str(error))
        raise
    _handlers.clear()
    if options.Enable:
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
        _install(options, configuration)
    else:
        registration.log_warning('disabled by Paging.Enable')


def _install(options: Config, configuration: Mapping[str, Json]) -> None:
    is_shared = options.SharedDatabase if isinstance(options.SharedDatabase, bool) else None
    api = EmbeddingOrthanc(is_shared, options.ComputedTags)
    index, queue = StudyIndex(options.MaxViews), Queue(is_reporting=_reporting.is_running)
    tag_queue = TagQueue(queue) if options.ComputedTags else NoTagQueue(queue)
    log = ChangeLog(api, index, queue, _delivered)
    folder = config.snapshot_folder(options, configuration, registration.configuration_folder())
    snapshot = SnapshotOptions(folder, options.SnapshotSeconds)
    keeper = SnapshotKeeper(api, index, log, Unsettled(index, queue, tag_queue), snapshot)

    applier = Applier(api, index, keeper, tag_queue)
    fetcher = Fetcher(api, applier)
    timetable = Timetable(RelistOptions(options.RelistSeconds, options.RelistStudiesPerSecond))
    relister = Relister(api, queue, applier, fetcher, timetable)
    worker = Worker(api, queue, applier, fetcher, relister)
    computed_tags = ComputedTags(api, index, applier, tag_queue)
    census = Census(api, index, applier, queue, worker)
    shared = SharedDatabase(log, census, worker, timetable)
    cold = ColdStart(api, index, applier, log)
    warm = WarmStart(Loading(api, index, queue, log, keeper), worker, census, relister)

    attempts = Attempts(api)
    tasks: list[Task] = [
        FillColumns(api, index),
        shared,
        Periodic(LOOK_SECONDS, log.look),
        Periodic(LOOK_SECONDS, UnstableStudies(api, queue, applier).record),
        Periodic(LOOK_SECONDS, index.tidy),
        Periodic(LOOK_SECONDS, keeper.look),
        relister,
    ]
    if options.ComputedTags:
        tasks.append(computed_tags)
    parts: list[Measured] = [attempts, index, applier, worker, cold, computed_tags, relister, keeper, api]
    gauges = Gauges(parts)
    always = Schedule([Periodic(LOOK_SECONDS, Metrics(api, gauges).publish)], attempts)
    reflector = Reflector(attempts, [warm, cold], worker, Schedule(tasks, attempts), always)
    parts.append(reflector)

    freshness = Freshness(Deliveries(api, queue, applier, log), shared, computed_tags)
    dialect = registration.dialect()
    readiness = Readiness(api, reflector, freshness, options.MaxLimit)
    core = Core(api, queue, keeper)
    faces: list[Face] = [
        pages.Pages(index, readiness),
        count.StudyCount(index, readiness),
        facets.Facets(index, readiness),
        openapi.OpenApi(readiness),
        status.Status(gauges),
        relist.Relist(relister),
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
    _listen(reflector, queue, keeper)


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


def _listen(reflector: Reflector, queue: Queue, keeper: SnapshotKeeper) -> None:
    def stop(_: str) -> None:
        _delivered.close()
        keeper.stop(complete=reflector.stop())

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
