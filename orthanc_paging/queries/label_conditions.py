"""Conditions on Orthanc's labels, as `label=urgent` and `label!=done`. They compare exactly; case matters.

`Labels=…` is a condition on an attribute instead: it folds case and accents, and takes wildcards.
"""

from __future__ import annotations

from ..dicom.equality import unquoted
from ..studies.attributes import labels_in
from .condition import BodyTest, Condition

NO_LABEL = ('',)
"""The labels of a study without labels: `""` matches it, as it matches a missing value."""


def any_label_condition(name: str, value: str) -> Condition | None:
    r"""Return the condition that a study has one of these labels (`\` between them); None for an empty value."""
    if not value.strip():
        return None
    labels = _parse(value)
    return _condition(name, value, lambda body: not labels.isdisjoint(labels_in(body) or NO_LABEL))


def no_label_condition(name: str, value: str) -> Condition:
    r"""Return the condition that a study has none of these labels (`\` between them).

    An empty value requests studies that have no label at all.
    """
    if not value.strip():
        return _condition(name, value, lambda body: not labels_in(body))
    labels = _parse(value)
    return _condition(name, value, lambda body: labels.isdisjoint(labels_in(body) or NO_LABEL))


def _condition(name: str, value: str, in_body: BodyTest) -> Condition:
    return Condition(name, value, lambda study: in_body(study.body), in_body)


def _parse(value: str) -> frozenset[str]:
    literals = [(label, unquoted(label)) for label in value.split('\\')]
    return frozenset(label if literal is None else literal for label, literal in literals)
