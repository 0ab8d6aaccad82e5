"""The attributes of a study by which it is sorted and searched, and their values in its JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter

from .study import Body, ExpandedStudy, Study, from_body


class Source(StrEnum):
    """Where an expanded study tells an attribute."""

    STUDY = 'MainDicomTags'
    PATIENT = 'PatientMainDicomTags'
    RESOURCE = ''
    """At the top: it is Orthanc's own, not DICOM's."""
    SERIES = 'Series'
    """As the IDs of its series, which are counted."""
    COMPUTED = 'computed'
    """Nowhere: Orthanc computes it when asked, which is done after the rest."""


def _in_body(source: Source, keyword: str) -> Callable[[Body], str] | None:
    """What reads the value in a body; None where no body tells it.

    It is searched, not parsed, as by `from_body`: within a string of JSON, quotes are escaped.
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
"""The members of an expanded study that are texts: to search for a tag of such a name would find them."""


def _in_tags(source: Source, keyword: str) -> Callable[[Body], str]:
    """Where the member is in other tags, or a value has a brace or an escape in it, the body is parsed."""
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
    """As DICOM writes a date and time: Orthanc has a T between them."""
    member = b'"LastUpdate":"'
    at = body.find(member)
    return body[at + len(member) : body.find(b'"', at + len(member))].decode().replace('T', '') if at != -1 else ''


def labels_in(body: Body) -> list[str]:
    """The labels of a study; none where Orthanc knows none (before 1.12.0)."""
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
    """An attribute: its keyword, its tag ('0008,0020'), its value representation.

    `member` is its name in an expanded study, if that is not the keyword. `value_of` returns its value in a study,
    '' if it is missing: 0.6 µs. `value_in` returns the same for the body of a study alone; it is None if no body
    has the value.
    """

    keyword: str
    tag: str
    vr: str
    source: Source = Source.STUDY
    member: str = ''
    value_of: Callable[[Study], str] = field(init=False, compare=False, repr=False)
    value_in: Callable[[Body], str] | None = field(init=False, compare=False, repr=False)

    def values_of(self, studies: Iterable[Study]) -> list[str]:
        """Its values in some studies, in three quarters of the time."""
        value_in, value_of = self.value_in, self.value_of
        if value_in is None or self.keyword == 'StudyDate':
            return list(map(value_of, studies))
        return [value_in(study.body) for study in studies]

    @property
    def is_computed(self) -> bool:
        """Whether its values are known only some time after the rest of a study."""
        return self.source is Source.COMPUTED

    def __post_init__(self) -> None:
        value_in = _in_body(self.source, self.member or self.keyword)
        object.__setattr__(self, 'value_in', value_in)
        object.__setattr__(self, 'value_of', _of_study(self.keyword, value_in))


LAST_UPDATE = Attribute('LastUpdate', '', 'DT', Source.RESOURCE)
"""When Orthanc last took an instance of the study in, or changed it: 20261124T120000, in UTC."""

LABELS = Attribute('Labels', '', 'LO', Source.RESOURCE)
"""The labels of the study, none of which holds a backslash, between backslashes."""

NUMBER_OF_SERIES = Attribute('NumberOfStudyRelatedSeries', '0020,1206', 'IS', Source.SERIES)
"""How many series Orthanc has of the study."""

NUMBER_OF_INSTANCES = Attribute('NumberOfStudyRelatedInstances', '0020,1208', 'IS', Source.COMPUTED)
"""How many instances Orthanc has of the study."""

MODALITIES = Attribute('ModalitiesInStudy', '0008,0061', 'CS', Source.COMPUTED)
"""The modalities of its series."""

BUILT_IN_ATTRIBUTES = (MODALITIES, NUMBER_OF_SERIES, NUMBER_OF_INSTANCES, LAST_UPDATE, LABELS)
"""What every study has beside the tags that Orthanc keeps of it and of its patient."""
