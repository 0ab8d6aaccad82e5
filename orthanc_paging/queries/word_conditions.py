"""Conditions on words: `q` looks for them in several attributes, `keyword~` in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..dicom.dates_and_times import parse_date
from ..dicom.searchable_text import searchable
from ..dicom.vr import kind_of
from ..memo import Memo
from ..studies.attributes import Attribute
from ..studies.schema import Schema
from ..studies.study import Study
from .condition import KEPT_MATCHES, SEARCHED, Condition, Test
from .words import Sought, Word, WordSearch


def any_attribute_condition(name: str, value: str, words: Sequence[Word], schema: Schema) -> Condition:
    """Return the condition that a study has each word in one of the attributes `SEARCHED_BY_Q`.

    Unknown modalities match no word. The index tests a study again when its modalities become known.
    """
    searched = [attribute for keyword in SEARCHED if (attribute := schema.find(keyword)) is not None]
    sought = [_sought(word, schema) for word in words]
    readers = [(attribute.value_of, kind_of(attribute.vr)) for attribute in searched]

    def matches(study: Study) -> bool:
        missing = [one.word for one in sought if one.is_elsewhere is None or not one.is_elsewhere(study)]
        for value_of, kind in readers:
            if not missing:
                return True
            texts = searchable(kind, value_of(study))
            missing = [word for word in missing if not word.is_in(texts)]
        return not missing

    keywords = tuple(attribute.keyword for attribute in searched)
    return Condition(name, value, matches, words=WordSearch(keywords, tuple(sought)))


def attribute_words_condition(name: str, value: str, words: Sequence[Word], attribute: Attribute) -> Condition:
    """Return the condition that the attribute contains each word, whatever kind of value it has."""
    kind, value_of, value_in = kind_of(attribute.vr), attribute.value_of, attribute.value_in

    def contains_all(value: str) -> bool:
        texts = searchable(kind, value)
        return all(word.is_in(texts) for word in words)

    contains = Memo(contains_all, KEPT_MATCHES)
    search = WordSearch((attribute.keyword,), tuple(map(Sought, words)))
    return Condition(
        name,
        value,
        lambda study: contains[value_of(study)],
        (lambda body: contains[value_in(body)]) if value_in is not None else None,
        words=search if attribute.keyword in SEARCHED else None,
        is_computed=attribute.is_computed,
    )


def _sought(word: Word, schema: Schema) -> Sought:
    """Return the word, and where else than in the `SEARCHED` attributes a study may have it."""
    sought, tests = Sought(word), []
    for keyword, elsewhere in _ELSEWHERE.items():
        attribute = schema.find(keyword)
        if attribute is not None and (found := elsewhere(sought, attribute)) is not None:
            sought, test = found
            tests.append(test)
    return replace(sought, is_elsewhere=_any_of(tests)) if tests else sought


def _any_of(tests: Sequence[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return lambda study: any(test(study) for test in tests)


Elsewhere = tuple[Sought, Test]


def _in_date(sought: Sought, attribute: Attribute) -> Elsewhere | None:
    dates = sought.word.dates()
    if dates is None:
        return None
    (first, last), value_of = dates, attribute.value_of

    def test(study: Study) -> bool:
        return any(first <= parse_date(date) <= last for date in value_of(study).split('\\'))

    return replace(sought, dates=dates), test


def _in_uid(sought: Sought, attribute: Attribute) -> Elsewhere | None:
    uid, value_of = sought.word.part_of_uid(), attribute.value_of
    if not uid:
        return None
    return replace(sought, uid=uid), lambda study: uid in value_of(study)


def _in_modalities(sought: Sought, attribute: Attribute) -> Elsewhere | None:
    [first, *others] = sought.word.spellings
    if others or not first.is_run:
        return None
    modality, value_of, kind = first.pattern, attribute.value_of, kind_of(attribute.vr)
    contains: Memo[str, bool] = Memo(lambda modalities: modality in searchable(kind, modalities), KEPT_MATCHES)
    return replace(sought, modality=modality), lambda study: contains[value_of(study)]


_ELSEWHERE: Mapping[str, Callable[[Sought, Attribute], Elsewhere | None]] = {
    'StudyDate': _in_date,
    'StudyInstanceUID': _in_uid,
    'ModalitiesInStudy': _in_modalities,
}
"""Attributes without columns in which `q` looks, and the test of each; no test if the word cannot be in it."""

SEARCHED_BY_Q = (*SEARCHED, *_ELSEWHERE)
"""The keywords of all attributes in which `q` looks for words."""
