"""Conditions on words: `q` looks for them in several attributes, `keyword~` in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from ..dicom import moments
from ..dicom.searchable import searchable
from ..dicom.sort_keys import kind_of
from ..studies.attributes import Attribute, Dictionary
from ..studies.study import Study
from .filter import MOST_KNOWN, SEARCHED, Condition
from .words import Sought, Word, WordSearch

Test = Callable[[Study], bool]


def any_attribute_condition(name: str, value: str, words: Sequence[Word], dictionary: Dictionary) -> Condition:
    """Each word is in one of the `SEARCHED` attributes, or is the date, a part of the UID, or a modality.

    Modalities that are unknown yet match no word: a study is tested again when they become known.
    """
    searched = [attribute for keyword in SEARCHED if (attribute := dictionary.find(keyword)) is not None]
    sought = [_sought(word, dictionary) for word in words]
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
    """The attribute contains each word, whatever kind of value it has."""
    kind, value_of, value_in = kind_of(attribute.vr), attribute.value_of, attribute.value_in

    @lru_cache(MOST_KNOWN)
    def contains(value: str) -> bool:
        texts = searchable(kind, value)
        return all(word.is_in(texts) for word in words)

    search = WordSearch((attribute.keyword,), tuple(map(Sought, words)))
    return Condition(
        name,
        value,
        lambda study: contains(value_of(study)),
        (lambda body: contains(value_in(body))) if value_in is not None else None,
        words=search if attribute.keyword in SEARCHED else None,
        is_computed=attribute.is_computed,
    )


def _sought(word: Word, dictionary: Dictionary) -> Sought:
    """The word, and where else a study may have it."""
    sought, tests = Sought(word), []
    for keyword, other in _OTHERS.items():
        attribute = dictionary.find(keyword)
        if attribute is not None and (found := other(sought, attribute)) is not None:
            sought, test = found
            tests.append(test)
    return replace(sought, is_elsewhere=_any_of(tests)) if tests else sought


def _any_of(tests: Sequence[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return lambda study: any(test(study) for test in tests)


Other = tuple[Sought, Test]


def _in_date(sought: Sought, attribute: Attribute) -> Other | None:
    dates = sought.word.dates()
    if dates is None:
        return None
    (first, last), value_of = dates, attribute.value_of

    def test(study: Study) -> bool:
        return any(first <= moments.date(date) <= last for date in value_of(study).split('\\'))

    return replace(sought, dates=dates), test


def _in_uid(sought: Sought, attribute: Attribute) -> Other | None:
    uid, value_of = sought.word.part_of_uid(), attribute.value_of
    if not uid:
        return None
    return replace(sought, uid=uid), lambda study: uid in value_of(study)


def _in_modalities(sought: Sought, attribute: Attribute) -> Other | None:
    [first, *others] = sought.word.spellings
    if others or not first.is_run:
        return None
    modality, value_of = first.pattern, attribute.value_of

    @lru_cache(MOST_KNOWN)
    def is_in(modalities: str) -> bool:
        return modality in searchable(kind_of(attribute.vr), modalities)

    return replace(sought, modality=modality), lambda study: is_in(value_of(study))


_OTHERS: Mapping[str, Callable[[Sought, Attribute], Other | None]] = {
    'StudyDate': _in_date,
    'StudyInstanceUID': _in_uid,
    'ModalitiesInStudy': _in_modalities,
}
"""Where `q` looks besides, and how. What has no columns is looked for only if the word can be in it."""

SEARCHED_BY_Q = (*SEARCHED, *_OTHERS)
"""The keywords of all attributes in which `q` looks for words."""
