"""Parses the URL parameters of a request into a query, and refuses what has no meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

from ...dicom.matching import compile_matching
from ...errors import InvalidParameter, NothingToMatch, UnknownParameter
from ...studies.attributes import Attribute
from ...studies.schema import Schema
from .. import cursor
from ..attribute_conditions import attribute_condition
from ..condition import Condition
from ..cursor import Cursor
from ..filter import Filter
from ..label_conditions import any_label_condition, no_label_condition
from ..order import DEFAULT, Order, SortKey, order_by
from ..query import Place, Query
from ..scope import EVERYTHING, Scope
from ..selection import Selection, selection_of
from ..word_conditions import any_attribute_condition, attribute_words_condition
from ..words import Word
from .words import parse_words

PLACES = ('offset', 'cursor', 'around')
"""The parameters that say where a page begins: one of them at most."""

IGNORED_PREFIX = '_'
"""Parameters that begin so are ignored: clients add them (`_=1700000000`) to get around caches."""

WORDS = '~'
"""The end of the name of a parameter that looks for words in the attribute of the keyword before it."""

MOST_DIGITS = 18
"""Digits of the longest number that is taken: a number beyond 64 bits is a mistake."""

MOST_SORT_KEYS = 8
MOST_CONDITIONS = 32

SORT_EXPECTED = 'keywords with commas between them, such as -StudyDate,PatientName'

FIELDS_EXPECTED = 'keywords with commas between them, such as PatientName,StudyDate'

_TAG_WITH_COMMA = re.compile('(?<![^,-])([0-9A-Fa-f]{4}),([0-9A-Fa-f]{4})(?![^,])')

LEAST_SIMILARITY = 0.6
"""How similar a known name must be to be suggested, by the ratio of difflib from 0 to 1."""


class ParameterParser:
    """Parses the parameters of requests for studies, percent-decoded.

    `max_limit` is `Paging.MaxLimit`; 0 for none. Each selection lies within the `scope`.
    """

    def __init__(self, schema: Schema, max_limit: int = 0, scope: Scope = EVERYTHING) -> None:
        self.max_limit = max_limit
        self.scope = scope
        self.schema = schema
        self._special: Mapping[str, Callable[[str, str], Condition | None]] = {
            'label': any_label_condition,
            'label!': no_label_condition,
            'q': self._any_attribute,
        }

    def parse(self, parameters: Mapping[str, str]) -> Query:
        """Return the query, without the place. Raises `InvalidParameter`, `UnknownParameter` or `LeftOut`."""
        limit = self.limit(parameters.get('limit'))
        order = self._order(parameters['sort']) if 'sort' in parameters else DEFAULT
        fields = self._fields(parameters['fields']) if 'fields' in parameters else None
        is_marked = _is_on('bom', parameters.get('bom', '0'))
        filter_ = self.filter(parameters, ('limit', 'sort', 'fields', 'bom', *PLACES))
        return Query(selection_of(filter_, order).within(self.scope), limit, fields, is_marked)

    def selection(self, parameters: Mapping[str, str], others: Sequence[str] = ()) -> Selection:
        """Return the selection of all parameters but `others`. Raises as `filter` does."""
        return selection_of(self.filter(parameters, others)).within(self.scope)

    def filter(self, parameters: Mapping[str, str], others: Sequence[str] = ()) -> Filter:
        """Return the filter of all parameters but `others`, the same for every order of them.

        Raises `InvalidParameter`, `UnknownParameter` or `LeftOut`.
        """
        requested = [
            self._condition(name, value, others)
            for name, value in parameters.items()
            if name not in others and not name.startswith(IGNORED_PREFIX)
        ]
        conditions = {condition.key: condition for condition in requested if condition}
        if len(conditions) > MOST_CONDITIONS:
            name, value = list(conditions)[MOST_CONDITIONS]
            raise InvalidParameter(name, value, f'{MOST_CONDITIONS} filters at most')
        return Filter(tuple(conditions[key] for key in sorted(conditions)))

    def attribute(self, parameter: str, name: str | None, expected: str) -> Attribute:
        """Return the attribute that a parameter names. Raises `InvalidParameter` or `LeftOut`."""
        attribute = self.schema.find(name) if name else None
        if attribute is None:
            near = _nearest(name or '', self.schema.keywords())
            raise InvalidParameter(parameter, name, f'{expected}: perhaps {near!r}' if near else expected)
        return attribute

    def limit(self, value: str | None) -> int | None:
        """Return the limit of a page; None for no limit. Raises `InvalidParameter`."""
        limit = 0 if value is None else _whole_number(value)
        most = self.max_limit
        if limit is None or (most and not 1 <= limit <= most):
            expected = f'a whole number from 1 to {most}' if most else 'a whole number, 0 (all) or more'
            raise InvalidParameter('limit', value, expected)
        return limit or None

    def _condition(self, name: str, value: str, others: Sequence[str]) -> Condition | None:
        """Return what a parameter requests; None if every study matches."""
        if special := self._special.get(name):
            return special(name, value)
        attribute = self.schema.find(name.removesuffix(WORDS))
        if attribute is None:
            raise self._unknown(name, value, others)
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
        return any_attribute_condition(name, value, words, self.schema) if words else None

    def _unknown(self, name: str, value: str, others: Sequence[str]) -> UnknownParameter:
        keywords = self.schema.keywords()
        names = [*others, *self._special, *keywords]
        if name.endswith(WORDS):
            near = _nearest(name.removesuffix(WORDS), keywords)
            return UnknownParameter(name, value, near + WORDS if near else '', names)
        return UnknownParameter(name, value, _nearest(name, names), names)

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


def parse_place(name: str, value: str, selection: Selection) -> Place:
    """Return where a page begins, by one of the `PLACES`. Raises `InvalidParameter`."""
    if name == 'around':
        return value
    if name == 'cursor':
        return cursor.decode(value, selection) if value else Cursor(b'', is_back=False)
    offset = _whole_number(value)
    if offset is None:
        raise InvalidParameter('offset', value, f'a whole number, 0 or more, of at most {MOST_DIGITS} digits')
    return offset


def _names(value: str) -> list[str]:
    """Return the names in a list with commas between them. A tag may contain one: `-0008,0020,PatientName`."""
    return _TAG_WITH_COMMA.sub(r'\1\2', value).split(',')


def _words(name: str, value: str) -> Sequence[Word]:
    try:
        return parse_words(value)
    except NothingToMatch as error:
        raise InvalidParameter(name, value, error.expected) from None


def _nearest(name: str, names: Sequence[str]) -> str:
    """Return the most similar of the names without regard to case; '' if none is similar."""
    by_lower = {one.lower(): one for one in names}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=LEAST_SIMILARITY)
    return by_lower[near[0]] if near else ''


def _is_on(name: str, value: str) -> bool:
    if value not in ('0', '1'):
        raise InvalidParameter(name, value, '1 or 0')
    return value == '1'


def _whole_number(value: str) -> int | None:
    """Return the number; None unless `value` is ASCII digits alone: `int` takes '1_000', '+1' and '١٢', too."""
    return int(value) if value.isdecimal() and value.isascii() and len(value) <= MOST_DIGITS else None
