"""The events that Orthanc reports to the on-change callback, and their numbers."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

import orthanc

LOGGED_ALONE = frozenset(
    {
        'CompletedSeries',
        'StableSeries',
        'StableStudy',
        'StablePatient',
        'UpdatedAttachment',
        'UpdatedMetadata',
    }
)
"""The kinds of changes that Orthanc writes to its log, without those of an upload. In Orthanc's sources, they are
below `ChangeType_INTERNAL_LastLogged`. Its kinds for modified and anonymized resources are never used."""

CHANGES = {
    ''.join(word.capitalize() for word in name.split('_')): int(getattr(orthanc.ChangeType, name))
    for name in dir(orthanc.ChangeType)
    if name.isupper()
}
"""The numbers of the changes by their names in Orthanc's log: NEW_STUDY is 'NewStudy' there."""


class Event(Enum):
    """The changes that this package acts on."""

    STARTED = 'started'
    STOPPED = 'stopped'
    STUDY_CHANGED = 'study changed'
    STUDY_TOUCHED = 'study touched'
    STUDY_STABLE = 'study stable'
    STUDY_DELETED = 'study deleted'
    SERIES_DELETED = 'series deleted'
    SERIES_TOUCHED = 'series touched'
    INSTANCE_ADDED = 'instance added'
    INSTANCE_DELETED = 'instance deleted'
    JOB_ENDED = 'job ended'


class Train(NamedTuple):
    """The changes by which Orthanc reports an instance that arrived, each as (change type, resource type).

    `logged` are those that Orthanc writes to its log; `end` is the last one. `alone` are the change types in the
    log that belong to no train.
    """

    logged: frozenset[tuple[int, int]]
    end: tuple[int, int]
    alone: frozenset[int]


def events() -> dict[tuple[int, int], Event]:
    """Return the event of each (change type, resource type). All others change no expanded study."""
    change, level = orthanc.ChangeType, orthanc.ResourceType
    table = {
        (change.NEW_STUDY, level.STUDY): Event.STUDY_CHANGED,
        (change.NEW_CHILD_INSTANCE, level.STUDY): Event.STUDY_CHANGED,
        (change.STABLE_STUDY, level.STUDY): Event.STUDY_STABLE,
        (change.UPDATED_METADATA, level.STUDY): Event.STUDY_CHANGED,
        (change.DELETED, level.STUDY): Event.STUDY_DELETED,
        (change.DELETED, level.SERIES): Event.SERIES_DELETED,
        (change.STABLE_SERIES, level.SERIES): Event.SERIES_TOUCHED,
        (change.COMPLETED_SERIES, level.SERIES): Event.SERIES_TOUCHED,
        (change.UPDATED_METADATA, level.SERIES): Event.SERIES_TOUCHED,
        (change.UPDATED_ATTACHMENT, level.SERIES): Event.SERIES_TOUCHED,
        (change.UPDATED_ATTACHMENT, level.STUDY): Event.STUDY_TOUCHED,
        (change.DELETED, level.INSTANCE): Event.INSTANCE_DELETED,
        (change.NEW_INSTANCE, level.INSTANCE): Event.INSTANCE_ADDED,
        (change.JOB_SUCCESS, level.NONE): Event.JOB_ENDED,
        (change.JOB_FAILURE, level.NONE): Event.JOB_ENDED,
        (change.ORTHANC_STARTED, level.NONE): Event.STARTED,
        (change.ORTHANC_STOPPED, level.NONE): Event.STOPPED,
    }
    return {(int(kind), int(on)): event for (kind, on), event in table.items()}


def train() -> Train:
    """Return the train of the running Orthanc."""
    change, level = orthanc.ChangeType, orthanc.ResourceType
    logged = {
        (change.NEW_INSTANCE, level.INSTANCE),
        (change.NEW_SERIES, level.SERIES),
        (change.NEW_STUDY, level.STUDY),
        (change.NEW_PATIENT, level.PATIENT),
    }
    numbers = frozenset((int(kind), int(on)) for kind, on in logged)
    alone = frozenset(number for name, number in CHANGES.items() if name in LOGGED_ALONE)
    return Train(numbers, (int(change.NEW_CHILD_INSTANCE), int(level.PATIENT)), alone)
