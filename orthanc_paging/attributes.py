"""The attributes of a study by which it is sorted and searched, and their values in its JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter

from .study import Body, ExpandedStudy, Study, from_body


class Level(StrEnum):
    """Where an expanded study tells an attribute."""

    STUDY = 'MainDicomTags'
    PATIENT = 'PatientMainDicomTags'
    RESOURCE = ''
    """At the top: it is Orthanc's own, not DICOM's."""
    SERIES = 'Series'
    """As the IDs of its series, which are counted."""
    COMPUTED = 'computed'
    """Nowhere: Orthanc computes it when asked, which is done after the rest."""


def _reader(level: Level, keyword: str) -> Callable[[Study], str]:
    """Searches instead of parsing, as `from_body` does: within a string of JSON, quotes are escaped."""
    if level is Level.RESOURCE:
        return _last_update
    if level is Level.SERIES:
        return _number_of_series
    if level is Level.COMPUTED:
        return _modalities if keyword == 'ModalitiesInStudy' else _number_of_instances
    if (level, keyword) == (Level.STUDY, 'StudyDate'):
        return attrgetter('date')
    begin = f'"{level}":{{'.encode()
    member = f'{json.dumps(keyword, ensure_ascii=False)}:"'.encode()

    def value_of(study: Study) -> str:
        body = study.body
        start = body.find(begin)
        at = body.find(member, start)
        if start == -1 or at == -1:
            return ''
        begin_of_text = at + len(member)
        text = body[begin_of_text : body.find(b'"', begin_of_text)]
        if b'\\' in text or body.find(b'}', start, at) != -1:
            return _parsed(body, level, keyword)
        return text.decode()

    return value_of


def _parsed(body: Body, level: Level, keyword: str) -> str:
    expanded: ExpandedStudy = json.loads(body)
    value = expanded[level].get(keyword, '')
    return value if isinstance(value, str) else ''


def _last_update(study: Study) -> str:
    """As DICOM writes a date and time: Orthanc has a T between them."""
    body, member = study.body, b'"LastUpdate":"'
    at = body.find(member)
    return body[at + len(member) : body.find(b'"', at + len(member))].decode().replace('T', '') if at != -1 else ''


def _number_of_series(study: Study) -> str:
    return str(len(from_body(study.body)[1]))


def _modalities(study: Study) -> str:
    return study.computed.rpartition(' ')[0]


def _number_of_instances(study: Study) -> str:
    return study.computed.rpartition(' ')[2]


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute: its keyword as Orthanc tells it, its tag ('0008,0020'), its value representation.

    `value_of` gives its value in a study, '' where it is missing: 0.6 µs.
    """

    keyword: str
    tag: str
    vr: str
    level: Level = Level.STUDY
    value_of: Callable[[Study], str] = field(init=False, compare=False, repr=False)

    @property
    def is_computed(self) -> bool:
        """Whether its values are known only some time after the rest of a study."""
        return self.level is Level.COMPUTED

    def __post_init__(self) -> None:
        object.__setattr__(self, 'value_of', _reader(self.level, self.keyword))


LAST_UPDATE = Attribute('LastUpdate', '', 'DT', Level.RESOURCE)
"""When Orthanc last took an instance of the study in, or changed it: 20261124T120000, in UTC."""

NUMBER_OF_SERIES = Attribute('NumberOfStudyRelatedSeries', '0020,1206', 'IS', Level.SERIES)
"""How many series Orthanc has of the study."""

NUMBER_OF_INSTANCES = Attribute('NumberOfStudyRelatedInstances', '0020,1208', 'IS', Level.COMPUTED)
"""How many instances Orthanc has of the study."""

MODALITIES = Attribute('ModalitiesInStudy', '0008,0061', 'CS', Level.COMPUTED)
"""The modalities of its series."""

NOT_TOLD_AS_TAGS = (MODALITIES, NUMBER_OF_SERIES, NUMBER_OF_INSTANCES, LAST_UPDATE)
"""What every study has beside the tags that Orthanc keeps of it and of its patient."""


class Dictionary:
    """The attributes by which studies can be sorted and searched."""

    def __init__(self, attributes: Iterable[Attribute]) -> None:
        self.attributes = tuple(attributes)
        self._by_name: Mapping[str, Attribute] = {
            **{attribute.tag: attribute for attribute in self.attributes if attribute.tag},
            **{attribute.tag.replace(',', ''): attribute for attribute in self.attributes if attribute.tag},
            **{attribute.keyword: attribute for attribute in self.attributes},
        }

    def without_computed(self) -> Dictionary:
        """The same without the attributes that are known only some time after the rest."""
        return Dictionary([attribute for attribute in self.attributes if not attribute.is_computed])

    def find(self, name: str) -> Attribute | None:
        """The attribute of a keyword, or of a tag as `0008,0020` or `00080020`."""
        return self._by_name.get(name) or self._by_name.get(name.lower())

    def keywords(self) -> list[str]:
        """The keywords of all."""
        return [attribute.keyword for attribute in self.attributes]
