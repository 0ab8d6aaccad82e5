"""Attributes: what studies are sorted, searched and counted by, and how to read the values from a study's JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter

from .study import Body, ExpandedStudy, Study, from_body


class Source(StrEnum):
    """Where an expanded study has the value of an attribute."""

    STUDY = 'MainDicomTags'
    PATIENT = 'PatientMainDicomTags'
    RESOURCE = ''
    """At the top: the attribute is Orthanc's own, not DICOM's."""
    SERIES = 'Series'
    """In the IDs of its series: the value is their number."""
    COMPUTED = 'computed'
    """Nowhere: Orthanc computes the value on request, and the worker fetches it after the rest of the study."""


def _in_body(source: Source, keyword: str) -> Callable[[Body], str] | None:
    """Return what reads the value in a body; None if no body has the value.

    The body is searched, not parsed, as by `from_body`: JSON escapes the quotes within a string.
    """
    match source:
        case Source.RESOURCE:
            return _last_update if keyword == 'LastUpdate' else _labels
        case Source.SERIES:
            return _number_of_series
        case Source.COMPUTED:
            return None
        case Source.STUDY | Source.PATIENT:
            return _in_tags(source, keyword)


_AFTER = {Source.STUDY: b'},"P', Source.PATIENT: b'},"S'}
"""What comes after the tags: `ParentPatient`, or `Series`."""

TEXTS_OF_A_RESOURCE = frozenset(('ID', 'LastUpdate', 'ParentPatient', 'Type'))
"""Members of an expanded study that are texts. A search for a tag of such a name would find them instead."""


def _in_tags(source: Source, keyword: str) -> Callable[[Body], str]:
    """Parse the body only if the member is in other tags, too, or a value has a brace or an escape."""
    if keyword in TEXTS_OF_A_RESOURCE:
        return lambda body: _parsed(body, source, keyword)
    member = re.escape(f'{json.dumps(keyword, ensure_ascii=False)}:"'.encode())
    search = re.compile(member + rb'(?:([^"\\]*)"[^}]*%b)?' % _AFTER[source]).search

    def value_in(body: Body) -> str:
        found = search(body)
        if found is None:
            return ''
        text: bytes | None = found[1]
        return text.decode() if text is not None else _parsed(body, source, keyword)

    return value_in


def _parsed(body: Body, source: Source, keyword: str) -> str:
    expanded: ExpandedStudy = json.loads(body)
    value = expanded[source].get(keyword, '')
    return value if isinstance(value, str) else ''


def _last_update(body: Body) -> str:
    """Return the time as a DT: without the T that Orthanc writes."""
    member = b'"LastUpdate":"'
    at = body.find(member)
    return body[at + len(member) : body.find(b'"', at + len(member))].decode().replace('T', '') if at != -1 else ''


def labels_in(body: Body) -> list[str]:
    """Return the labels of a study; none before Orthanc 1.12.0, which introduced them. 0.2 µs without labels."""
    at = body.find(b'"Labels":["')
    if at == -1:
        return []
    labels: list[str] = json.loads(body[at + 9 : body.find(b'"]', at) + 2])
    return labels


def _labels(body: Body) -> str:
    return '\\'.join(labels_in(body))


def _number_of_series(body: Body) -> str:
    return str(len(from_body(body)[1]))


def _modalities(study: Study) -> str:
    return study.computed.rpartition(' ')[0]


def _number_of_instances(study: Study) -> str:
    return study.computed.rpartition(' ')[2]


def _of_study(keyword: str, value_in: Callable[[Body], str] | None) -> Callable[[Study], str]:
    if keyword == 'StudyDate':
        return attrgetter('date')
    if value_in is None:
        return _modalities if keyword == 'ModalitiesInStudy' else _number_of_instances
    return lambda study: value_in(study.body)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute: its keyword, its tag ('0008,0020'), its value representation, and its source.

    `member` is its name in an expanded study, if that is not the keyword. `value_of` returns the value in a study,
    '' if it is missing: 0.6 µs. `value_in` returns the same for a body alone; it is None if no body has the value.
    """

    keyword: str
    tag: str
    vr: str
    source: Source = Source.STUDY
    member: str = ''
    value_of: Callable[[Study], str] = field(init=False, compare=False, repr=False)
    value_in: Callable[[Body], str] | None = field(init=False, compare=False, repr=False)

    def values_of(self, studies: Iterable[Study]) -> list[str]:
        """Return its values in several studies, in three quarters of the time of `value_of`."""
        value_in, value_of = self.value_in, self.value_of
        if value_in is None or self.keyword == 'StudyDate':
            return list(map(value_of, studies))
        return [value_in(study.body) for study in studies]

    @property
    def is_computed(self) -> bool:
        """Whether it is a computed tag, whose values are unknown until some time after the rest of a study."""
        return self.source is Source.COMPUTED

    def __post_init__(self) -> None:
        value_in = _in_body(self.source, self.member or self.keyword)
        object.__setattr__(self, 'value_in', value_in)
        object.__setattr__(self, 'value_of', _of_study(self.keyword, value_in))


LAST_UPDATE = Attribute('LastUpdate', '', 'DT', Source.RESOURCE)
"""When Orthanc last stored an instance of the study, or changed the study: 20261124T120000, in UTC."""

LABELS = Attribute('Labels', '', 'LO', Source.RESOURCE)
r"""The labels of the study, with `\` between them. Orthanc allows no label that contains one."""

NUMBER_OF_SERIES = Attribute('NumberOfStudyRelatedSeries', '0020,1206', 'IS', Source.SERIES)
"""The number of series that Orthanc has of the study."""

NUMBER_OF_INSTANCES = Attribute('NumberOfStudyRelatedInstances', '0020,1208', 'IS', Source.COMPUTED)
"""The number of instances that Orthanc has of the study."""

MODALITIES = Attribute('ModalitiesInStudy', '0008,0061', 'CS', Source.COMPUTED)
"""The modalities of its series."""

BUILT_IN_ATTRIBUTES = (MODALITIES, NUMBER_OF_SERIES, NUMBER_OF_INSTANCES, LAST_UPDATE, LABELS)
"""What every study has beside the tags that Orthanc keeps."""
