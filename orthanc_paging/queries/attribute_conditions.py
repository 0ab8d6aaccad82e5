"""Conditions on one attribute: DICOM attribute matching (PS3.4 C.2.2.2), as `PatientName=doe*`."""

from __future__ import annotations

from ..dicom.matching import Matching
from ..memo import Memo
from ..studies.attributes import Attribute
from .condition import BETWEEN, KEPT_MATCHES, SEARCHED, Condition, DateRange, Search

STUDY_DATE = 'StudyDate'


def attribute_condition(attribute: Attribute, value: str, matching: Matching) -> Condition:
    """Return the condition that the attribute's value matches. `value` is what the client sent."""
    value_of, value_in, keyword = attribute.value_of, attribute.value_in, attribute.keyword
    matches = Memo(matching.matches, KEPT_MATCHES)
    has_range = keyword == STUDY_DATE and (matching.first or matching.last)
    return Condition(
        keyword,
        value,
        lambda study: matches[value_of(study)],
        (lambda body: matches[value_in(body)]) if value_in is not None else None,
        _search(keyword, matching) if keyword in SEARCHED else None,
        DateRange(matching.first, matching.last, matching.is_sufficient) if has_range else None,
        attribute.is_computed,
    )


def _search(keyword: str, matching: Matching) -> Search | None:
    end = BETWEEN if matching.is_exact else b''
    needles = (
        *(BETWEEN + prefix.encode('utf-8', 'surrogatepass') + end for prefix in matching.prefixes),
        *(part.encode('utf-8', 'surrogatepass') for part in matching.parts),
    )
    is_sufficient = matching.is_sufficient and not matching.parts  # a column also contains other spellings
    return Search((keyword,), needles, is_sufficient) if needles else None
