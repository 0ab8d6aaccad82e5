"""The schema: the attributes of a study on this Orthanc, with those that `ExtraMainDicomTags` names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..dicom.vr import SEQUENCE
from ..errors import Json, LeftOut
from .attributes import BUILT_IN_ATTRIBUTES, Attribute, Source

PARAMETERS = frozenset(
    ('around', 'bom', 'by', 'cursor', 'field', 'fields', 'label', 'limit', 'offset', 'q', 'sort')
)
"""Parameters of requests that are no attributes. Otherwise `q=x` and a filter of a tag `q` would share a view."""

RESERVED = frozenset(('ID', *(attribute.keyword for attribute in BUILT_IN_ATTRIBUTES))) | PARAMETERS
"""Names that mean something else than a tag. A tag of such a name has its number for a keyword."""

_NOT_HEXADECIMAL = re.compile('[^0-9a-f]')


class Schema:
    """The attributes by which studies can be sorted and searched.

    `left_out` maps each other tag that Orthanc keeps to the reason why its values are unknown.
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
        """Return the same schema without computed tags."""
        return Schema([one for one in self.attributes if not one.is_computed], self.left_out)

    def find(self, name: str) -> Attribute | None:
        """Return the attribute of a keyword, or of a tag as `0008,0020` or `00080020`; None if there is none.

        Raises `LeftOut` for a tag whose values are unknown. O(1).
        """
        found = self._by_name.get(name) or self._by_name.get(name.lower())
        if found is None:
            for tag, why in self.left_out.items():
                if name.lower().replace(',', '') == tag.replace(',', ''):
                    raise LeftOut(tag, why)
        return found

    def keywords(self) -> list[str]:
        """Return the keywords of all attributes."""
        return [attribute.keyword for attribute in self.attributes]


class KeptTag(NamedTuple):
    """A tag ('0008,0020'), the name of its member in an expanded study, and its value representation.

    Orthanc has one name, `Unknown Tag & Data`, for all tags that it does not know, and for all private tags that
    are declared with a private creator. It has one name, `PrivateCreator`, for all private creators.
    """

    tag: str
    member: str
    vr: str
    source: Source


def schema_of(kept: Iterable[KeptTag]) -> Schema:
    """Return the schema of these tags and the `BUILT_IN_ATTRIBUTES`.

    A tag is left out if its value is no text, or if a study shows another tag by the same name. If the name of a
    tag is no keyword, or is the name of several tags, its number is its keyword. If a tag is kept of both levels,
    the first one counts: Orthanc 1.13.0 shows the patient's alone.
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
    """Return the value representations in the section `Dictionary` of Orthanc's configuration, by tag.

    Plugins cannot look up those of private tags. An entry that is not of the form that Orthanc takes is ignored.
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
    """Return why the values of a tag are unknown, else ''. `sharing`: the tags of its source and name."""
    if one.vr == SEQUENCE:
        return 'it is a sequence'
    if len(sharing) > 1:
        return f'Orthanc has one name, {one.member!r}, for {" and ".join(sharing)}'
    return ''


def _is_keyword(member: str) -> bool:
    """Return whether a name can be a keyword. It cannot begin with `_`: such parameters are ignored."""
    return member.isidentifier() and not member.startswith('_') and member not in RESERVED
