"""A request's parameters, parsed into what is asked for, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from ..dicom.matching import compile_matching
from ..errors import InvalidParameter, NothingToMatch, UnknownParameter
from ..studies.attributes import Attribute, Dictionary
from . import cursor
from .cursor import Cursor
from .filter import Condition, Filter, attribute_condition, labels_condition, without_labels_condition
from .order import DEFAULT, Order, SortKey, order_by
from .selection import ALL, Selection, selection_of
from .word_conditions import any_attribute_condition, attribute_words_condition
from .words import Word, parse_words

PLACES = ('offset', 'cursor', 'around')
"""The parameters that tell which page of a view is asked for: one of them at most."""

IGNORED_PREFIX = '_'
"""Parameters that begin so are ignored: clients add them (`_=1700000000`) to get around caches."""

WORDS = '~'
"""The end of a parameter's name that looks for words in the attribute whose keyword comes before it."""

DIGITS = 18
"""The longest number that is taken: what is longer than a 64-bit integer is a mistake."""

MOST_SORT_KEYS = 8
MOST_CONDITIONS = 32

SORT_EXPECTED = 'keywords with commas between them, such as -StudyDate,PatientName'

FIELDS_EXPECTED = 'keywords with commas between them, such as PatientName,StudyDate'

_TAG_WITH_COMMA = re.compile('(?<![^,-])([0-9A-Fa-f]{4}),([0-9A-Fa-f]{4})(?![^,])')

CLOSE = 0.6
"""How like a name must be to be offered instead, by the ratio of difflib."""


@dataclass(frozen=True, slots=True)
class Query:
    """What all pages of one view have in common: no `limit` is all studies that follow, no `fields` all fields.

    `is_marked`: a text begins with a byte order mark.
    """

    selection: Selection = ALL
    limit: int | None = None
    fields: tuple[Attribute, ...] | None = None
    is_marked: bool = False

    @property
    def is_computed(self) -> bool:
        """Whether it asks for something that is known only some time after the rest of a study."""
        return self.selection.is_computed or any(attribute.is_computed for attribute in self.fields or ())


Place = int | Cursor | str
"""Where a page begins: after so many studies, at a cursor, or around the study with an ID."""


class Parser:
    """Parses the parameters of requests for studies, percent-decoded.

    `max_limit` is `Paging.MaxLimit`; 0 for none.
    """

    def __init__(self, dictionary: Dictionary, max_limit: int = 0) -> None:
        self.max_limit = max_limit
        self._dictionary = dictionary
        self._others: Mapping[str, Callable[[str, str], Condition | None]] = {
            'label': labels_condition,
            'label!': without_labels_condition,
            'q': self._any_attribute,
        }

    def parse(self, parameters: Mapping[str, str]) -> Query:
        """The query, without its place. Raises `InvalidParameter` or `UnknownParameter`."""
        limit = self.limit(parameters.get('limit'))
        order = self._order(parameters['sort']) if 'sort' in parameters else DEFAULT
        fields = self._fields(parameters['fields']) if 'fields' in parameters else None
        is_marked = _is_on('bom', parameters.get('bom', '0'))
        filter_ = self.filter(parameters, ('limit', 'sort', 'fields', 'bom', *PLACES))
        return Query(selection_of(filter_, order), limit, fields, is_marked)

    def filter(self, parameters: Mapping[str, str], others: Sequence[str] = ()) -> Filter:
        """The filter of all parameters but the `others`. Raises `InvalidParameter` or `UnknownParameter`."""
        asked = [
            self._condition(name, value, others)
            for name, value in parameters.items()
            if name not in others and not name.startswith(IGNORED_PREFIX)
        ]
        conditions = {(condition.name, condition.value): condition for condition in asked if condition}
        if len(conditions) > MOST_CONDITIONS:
            last = list(conditions)[MOST_CONDITIONS]
            raise InvalidParameter(*last, f'{MOST_CONDITIONS} filters at most')
        return Filter(tuple(conditions[key] for key in sorted(conditions)))

    def _condition(self, name: str, value: str, others: Sequence[str]) -> Condition | None:
        """What a parameter asks for; None where every study has it."""
        if other := self._others.get(name):
            return other(name, value)
        attribute = self._dictionary.find(name.removesuffix(WORDS))
        if attribute is None:
            known = [*others, *self._others, *self._dictionary.keywords()]
            near = self._nearest_words(name) if name.endswith(WORDS) else _nearest(name, known)
            raise UnknownParameter(name, value, near, known)
        if name.endswith(WORDS):
            words = _words(name, value)
            return attribute_words_condition(attribute.keyword + WORDS, value, words, attribute) if words else None
        try:
            matching = compile_matching(attribute.vr, value)
        except NothingToMatch as error:
            raise InvalidParameter(name, value, error.expected) from None
        return None if matching.is_universal else attribute_condition(attribute, value, matching)

    def _any_attribute(self, name: str, value: str) -> Condition | None:
        words = _words(name, value)
        return any_attribute_condition(name, value, words, self._dictionary) if words else None

    def _nearest_words(self, name: str) -> str:
        near = _nearest(name.removesuffix(WORDS), self._dictionary.keywords())
        return near + WORDS if near else ''

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """All attributes of a study."""
        return self._dictionary.attributes

    def _fields(self, value: str) -> tuple[Attribute, ...]:
        names = [name for name in _names(value) if name]
        return tuple(dict.fromkeys(self.attribute('fields', name, FIELDS_EXPECTED) for name in names))

    def _order(self, value: str) -> Order:
        names = _names(value)
        if len(names) > MOST_SORT_KEYS:
            raise InvalidParameter('sort', value, f'{MOST_SORT_KEYS} keys at most')
        keys: dict[Attribute, SortKey] = {}
        for name in names:
            attribute = self.attribute('sort', name.removeprefix('-'), SORT_EXPECTED)
            keys.setdefault(attribute, SortKey(attribute, name.startswith('-')))
        return order_by([*keys.values()])

    def attribute(self, parameter: str, name: str | None, expected: str) -> Attribute:
        """The attribute that a parameter names. Raises `InvalidParameter`."""
        attribute = self._dictionary.find(name) if name else None
        if attribute is None:
            near = _nearest(name or '', self._dictionary.keywords())
            raise InvalidParameter(parameter, name, f'{expected}: perhaps {near!r}' if near else expected)
        return attribute

    def limit(self, value: str | None) -> int | None:
        """The most that is to be given; None for all. Raises `InvalidParameter`."""
        limit = 0 if value is None else _whole_number(value)
        most = self.max_limit
        if limit is None or (most and not 1 <= limit <= most):
            expected = f'a whole number from 1 to {most}' if most else 'a whole number, 0 (all) or more'
            raise InvalidParameter('limit', value, expected)
        return limit or None


def parse_offset(value: str) -> int:
    """How many studies to leave out. Raises `InvalidParameter`."""
    offset = _whole_number(value)
    if offset is None:
        raise InvalidParameter('offset', value, f'a whole number, 0 or more, of at most {DIGITS} digits')
    return offset


def parse_place(name: str, value: str, selection: Selection) -> Place:
    """Where the page begins that one of the `PLACES` asks for. Raises `InvalidParameter`."""
    if name == 'offset':
        return parse_offset(value)
    if name == 'cursor':
        return cursor.decode(value, selection) if value else Cursor(b'', is_back=False)
    return value


def _names(value: str) -> list[str]:
    """The names in a list with commas between them. A tag may have a comma itself: `-0008,0020,PatientName`."""
    return _TAG_WITH_COMMA.sub(r'\1\2', value).split(',')


def _words(name: str, value: str) -> Sequence[Word]:
    """The words of a value. Raises `InvalidParameter`."""
    try:
        return parse_words(value)
    except NothingToMatch as error:
        raise InvalidParameter(name, value, error.expected) from None


def _nearest(name: str, known: Sequence[str]) -> str:
    by_lower = {one.lower(): one for one in known}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=CLOSE)
    return by_lower[near[0]] if near else ''


def _is_on(name: str, value: str) -> bool:
    if value not in ('0', '1'):
        raise InvalidParameter(name, value, '1 or 0')
    return value == '1'


def _whole_number(value: str) -> int | None:
    """What the digits 0 to 9 tell, if it is them and not too many: `int` would take '1_000', '+1' and '١٢' too."""
    return int(value) if value.isdecimal() and value.isascii() and len(value) <= DIGITS else None
