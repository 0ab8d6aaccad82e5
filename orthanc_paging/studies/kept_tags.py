"""The tags that Orthanc keeps of studies and patients, as attributes: whatever `ExtraMainDicomTags` names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..errors import Json
from .attributes import NOT_TOLD_AS_TAGS, Attribute, Dictionary, Level

SEQUENCE = 'SQ'

UNKNOWN = 'UN'
"""The value representation of a tag of which nothing is known (PS3.5 6.2.2)."""

RESERVED = frozenset(('ID', *(attribute.keyword for attribute in NOT_TOLD_AS_TAGS)))
"""Names that stand for something else than a tag in a study with `fields`."""

_NOT_HEXADECIMAL = re.compile('[^0-9a-f]')


class KeptTag(NamedTuple):
    """A tag ('0008,0020'), the name of its member in an expanded study, and its value representation.

    Orthanc has one name, `Unknown Tag & Data`, for all tags that it does not know, and for all private tags that
    are declared with a private creator. It has one, `PrivateCreator`, for all private creators.
    """

    tag: str
    member: str
    vr: str
    level: Level


def dictionary_of(kept: Iterable[KeptTag]) -> Dictionary:
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
        if why := _why_not(one, [other.tag for other in others if other.level is one.level]):
            left_out[one.tag] = why
        else:
            keyword = one.member if len(others) == 1 and _is_keyword(one.member) else one.tag
            attributes.append(Attribute(keyword, one.tag, one.vr, one.level, one.member))
    return Dictionary([*attributes, *NOT_TOLD_AS_TAGS], left_out)


def declared_vrs(section: Json) -> Mapping[str, str]:
    """Return the value representations in the section `Dictionary` of Orthanc's configuration, by tag.

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
