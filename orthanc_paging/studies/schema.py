"""The tags that Orthanc keeps of studies and patients, as attributes: whatever `ExtraMainDicomTags` names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..dicom.vr import SEQUENCE
from ..errors import Json, LeftOut
from .attributes import BUILT_IN_ATTRIBUTES, Attribute, Source

RESERVED = frozenset(('ID', *(attribute.keyword for attribute in BUILT_IN_ATTRIBUTES)))
"""Names that stand for something else than a tag in a study with `fields`."""

_NOT_HEXADECIMAL = re.compile('[^0-9a-f]')


class Schema:
    """The attributes by which studies can be sorted and searched.

    `left_out` are the tags that Orthanc keeps beside them, and why their values are not known.
    """

    def __init__(self, attributes: Iterable[Attribute], left_out: Mapping[str, str] | None = None) -> None:
        self.attributes = tuple(attributes)
        self.left_out = left_out or {}
        self._by_name: Mapping[str, Attribute] = {
            **{attribute.tag: attribute for attribute in self.attributes if attribute.tag},
            **{attribute.tag.replace(',', ''): attribute for attribute in self.attributes if attribute.tag},
            **{attribute.keyword: attribute for attribute in self.attributes},
        }

    def without_computed(self) -> Schema:
        """Return the same without the attributes that are known only some time after the rest."""
        return Schema([one for one in self.attributes if not one.is_computed], self.left_out)

    def find(self, name: str) -> Attribute | None:
        """Return the attribute of a keyword, or of a tag as `0008,0020` or `00080020`; None if there is none.

        Raises `LeftOut` for the tag of an attribute whose values are not known.
        """
        found = self._by_name.get(name) or self._by_name.get(name.lower())
        if found is None and self.left_out:
            self._refuse(name.lower().replace(',', ''))
        return found

    def keywords(self) -> list[str]:
        """Return the keywords of all."""
        return [attribute.keyword for attribute in self.attributes]

    def _refuse(self, digits: str) -> None:
        for tag, why in self.left_out.items():
            if digits == tag.replace(',', ''):
                raise LeftOut(tag, why)


class KeptTag(NamedTuple):
    """A tag ('0008,0020'), the name of its member in an expanded study, and its value representation.

    Orthanc has one name, `Unknown Tag & Data`, for all tags that it does not know, and for all private tags that
    are declared with a private creator. It has one, `PrivateCreator`, for all private creators.
    """

    tag: str
    member: str
    vr: str
    source: Source


def schema_of(kept: Iterable[KeptTag]) -> Schema:
    """Return the dictionary of these tags, and of what every study has beside them.

    A tag is left out if its value is no text, or if the study shows another tag by the same name. A tag has its
    number for a keyword if its name is no keyword, or is the name of several tags. Of a tag that is kept of both
    levels, the first counts: Orthanc 1.13.0 shows it of the patient alone.
    """
    tags: dict[str, KeptTag] = {}
    for one in kept:
        tags.setdefault(one.tag, one)
    attributes, left_out = [], {}
    for one in tags.values():
        others = [other for other in tags.values() if other.member == one.member]
        if why := _why_not(one, [other.tag for other in others if other.source is one.source]):
            left_out[one.tag] = why
        else:
            keyword = one.member if len(others) == 1 and _is_keyword(one.member) else one.tag
            attributes.append(Attribute(keyword, one.tag, one.vr, one.source, one.member))
    return Schema([*attributes, *BUILT_IN_ATTRIBUTES], left_out)


def declared_vrs(section: Json) -> Mapping[str, str]:
    """Return the value representations in the section `Schema` of Orthanc's configuration, by tag.

    Orthanc does not tell plugins those of private tags. What is not of the form that Orthanc takes is ignored.
    """
    declared = section.items() if isinstance(section, dict) else ()
    return {
        f'{digits[:4]},{digits[4:]}': entry[0]
        for name, entry in declared
        if len(digits := _NOT_HEXADECIMAL.sub('', name.lower())) == 8
        and isinstance(entry, list)
        and entry
        and isinstance(entry[0], str)
    }


def _why_not(one: KeptTag, sharing: Sequence[str]) -> str:
    """Why the values of a tag are not known; '' if they are. `sharing` are the tags of its level and name."""
    if one.vr == SEQUENCE:
        return 'it is a sequence'
    if len(sharing) > 1:
        return f'Orthanc has one name, {one.member!r}, for {" and ".join(sharing)}'
    return ''


def _is_keyword(member: str) -> bool:
    """Whether a name can be a parameter: one that begins with `_` is ignored there."""
    return member.isidentifier() and not member.startswith('_') and member not in RESERVED
