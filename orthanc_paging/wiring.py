"""Which parts there are, and what each one is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import config
from .changes.change_log import ChangeLog
from .changes.delivered import Delivered
from .changes.queue import Queue
from .changes.second_looks import Reporting
from .changes.tag_queue import NoTagQueue, TagQueue
from .config import Config
from .errors import Json
from .faces import count, facets, labels, openapi, pages, reconstruction, relist, status, web_page
from .faces.freshness import Deliveries, Freshness
from .faces.readiness import Readiness
from .figures import Gauges, Measured
from .http.face import Face
from .index.study_index import StudyIndex
from .metrics import Metrics
from .orthanc_api import registration
from .orthanc_api.embedded import EmbeddingOrthanc
from .orthanc_api.events import Event
from .orthanc_api.protocol import OrthancApi
from .reflector.applier import Applier
from .reflector.computed_tags import ComputedTags
from .reflector.fetch import Fetcher
from .reflector.listing import ColdStart
from .reflector.reflector import Reflector
from .reflector.relist import Relister
from .reflector.relist_timetable import Timetable
from .reflector.schedule import Attempts, Periodic, Schedule, Task
from .reflector.upkeep import FillColumns, record_overdue
from .reflector.worker import Worker
from .replicas.comparison import Comparison
from .replicas.replica_changes import ReplicaChanges
from .snapshot.keeper import SnapshotKeeper, SnapshotOptions, Unsettled
from .snapshot.warm_start import Loading, WarmStart

LOOK_SECONDS = 5.0
"""How often the log of changes, the journal, dropped views and metrics are looked at. Prometheus requests metrics
every fifteen seconds or less often."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is in memory, and on disk: the index, what is not applied yet, and the snapshot."""

    index: StudyIndex
    queue: Queue
    tag_queue: TagQueue
    log: ChangeLog
    keeper: SnapshotKeeper


@dataclass(frozen=True, slots=True)
class Engine:
    """What keeps the index in step with Orthanc."""

    reflector: Reflector
    relister: Relister
    freshness: Freshness
    gauges: Gauges


def orthanc_of(options: Config) -> EmbeddingOrthanc:
    """Return the Orthanc of this process."""
    is_shared = options.SharedDatabase if isinstance(options.SharedDatabase, bool) else None
    return EmbeddingOrthanc(is_shared, options.ComputedTags)


def memory_of(
    api: OrthancApi, options: Config, configuration: Mapping[str, Json], delivered: Delivered, reporting: Reporting
) -> Memory:
    """Return an empty index, and what belongs to it."""
    index, queue = StudyIndex(options.MaxViews), Queue(is_reporting=reporting.is_running)
    tag_queue = TagQueue(queue) if options.ComputedTags else NoTagQueue(queue)
    log = ChangeLog(api, index, queue, delivered)
    folder = config.snapshot_folder(options, configuration, registration.configuration_folder())
    snapshot = SnapshotOptions(folder, options.SnapshotSeconds)
    keeper = SnapshotKeeper(api, index, log, Unsettled(index, queue, tag_queue), snapshot)
    return Memory(index, queue, tag_queue, log, keeper)


def engine_of(api: EmbeddingOrthanc, memory: Memory, options: Config) -> Engine:
    """Return what fills the index, and keeps it in step."""
    index, queue, log, keeper = memory.index, memory.queue, memory.log, memory.keeper
    applier = Applier(api, index, keeper.journal, memory.tag_queue)
    fetcher = Fetcher(api, applier)
    timetable = Timetable(options.RelistSeconds, options.RelistStudiesPerSecond)
    relister = Relister(api, queue, applier, fetcher, timetable)
    worker = Worker(api, queue, applier, fetcher, relister)
    computed_tags = ComputedTags(api, index, applier, memory.tag_queue)
    comparison = Comparison(api, index, applier, queue, worker)
    replica_changes = ReplicaChanges(log, comparison, worker, timetable)
    cold = ColdStart(api, index, applier, log)
    warm = WarmStart(Loading(api, index, queue, log, keeper), worker, comparison, timetable)
    tasks: list[Task] = [
        FillColumns(api, index),
        replica_changes,
        Periodic(LOOK_SECONDS, log.look),
        Periodic(LOOK_SECONDS, lambda: record_overdue(api, queue, applier)),
        Periodic(LOOK_SECONDS, index.tidy),
        Periodic(LOOK_SECONDS, keeper.update),
        relister,
        *([computed_tags] if options.ComputedTags else []),
    ]
    attempts = Attempts(api)
    parts: list[Measured] = [api, index, applier, worker, cold, computed_tags, relister, keeper, attempts]
    gauges = Gauges(parts)
    metrics = Periodic(LOOK_SECONDS, Metrics(api, gauges).publish)
    reflector = Reflector(
        attempts, [warm, cold], worker, Schedule(tasks, attempts), always=Schedule([metrics], attempts)
    )
    parts.append(reflector)
    freshness = Freshness(Deliveries(api, queue, applier, log), replica_changes, computed_tags)
    return Engine(reflector, relister, freshness, gauges)


def faces_of(api: OrthancApi, memory: Memory, engine: Engine, options: Config) -> list[Face]:
    """Return a face for each route, but those of the web page."""
    readiness = Readiness(api, engine.reflector, engine.freshness, options.MaxLimit)
    core = api, memory.queue, memory.keeper.journal
    return [
        pages.Pages(memory.index, readiness),
        count.StudyCount(memory.index, readiness),
        facets.Facets(memory.index, readiness),
        openapi.OpenApi(readiness),
        status.Status(engine.gauges),
        relist.Relist(engine.relister),
        reconstruction.ReconstructionOfAll(*core),
        reconstruction.Reconstruction(*core),
        *([labels.Labels(*core)] if registration.dialect().has_labels else []),
    ]


def web_page_of(configuration: Mapping[str, Json]) -> list[Face]:
    """Return the faces of the web page, and give Orthanc Explorer a button that leads to it."""
    files = web_page.read(web_page.BUILT, registration.dialect(), config.ohif_data_source(configuration))
    if files:
        registration.extend_explorer(web_page.button())
    return [*web_page.faces(files)]


def handlers_of(
    memory: Memory, reflector: Reflector, stop: Callable[[], None]
) -> dict[Event, Callable[[str], object]]:
    """Return what is called with the ID of the resource, for each event that is acted on."""
    queue = memory.queue
    return {
        Event.STARTED: lambda _: reflector.start(),
        Event.STOPPED: lambda _: stop(),
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
