"""Finding the candidates for a new view: from columns or sorted views, so that few studies are tested."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from threading import Lock
from typing import TypeVar

from ..dicom.dates_and_times import parse_date
from ..dicom.searchable_text import searchable
from ..dicom.vr import kind_of
from ..queries.condition import SEARCHED, Condition, DateRange
from ..queries.filter import Filter
from ..queries.words import Sought, WordSearch
from ..studies.attributes import MODALITIES
from ..studies.schema import Schema
from ..studies.study import Body, Study, id_of
from .building import Candidates, Past
from .column_rows import row_maker
from .column_words import Missing
from .columns import ROW_MEMORY, Columns, Row
from .view import View

STUDIES_A_STEP = 2_000
"""Studies that are tested and sorted at a time: some 3 ms, after which other Python code may run."""

FIRST_DIGIT = '0'
"""In the default view, the studies with a date follow this."""

Rows = tuple[Row | None, Row | None]
"""The rows of a study before and after a change. None means that there is no such study."""

Value = TypeVar('Value')


class Finder:
    """What the index keeps to find candidates fast. Call a method with the lock, unless it says otherwise."""

    def __init__(self, lock: Lock, studies: Mapping[str, Study]) -> None:
        self._lock = lock
        self._studies = studies
        self.clear()

    def clear(self) -> None:
        """Forget everything. O(studies)."""
        self._columns: Columns | None = None
        self._odd: set[str] = set()  # studies whose StudyDate is not sorted as the date that it is
        self._modality_lists: set[str] = set()  # those that a study has or had
        self._modalities: set[str] = set()  # the searchable texts of these

    def rows_of(self, old: Study | None, new: Study | None) -> Rows | None:
        """Return the rows of a study that changes; None without columns. For the writer, without the lock."""
        if self._columns is None:
            return None
        row = self._columns.row
        return row(old) if old is not None else None, row(new) if new is not None else None

    def replace(self, old: Study | None, new: Study | None, rows: Rows | None) -> None:
        """Take a change of a study into account. `rows` are of the same change. O(1)."""
        if old is not None:
            self._odd.discard(old.id)
        if new is not None:
            if new.date not in ('', parse_date(new.date)):
                self._odd.add(new.id)
            self.complete(new)
        if self._columns is not None and rows is not None and (changed := new or old) is not None:
            self._columns.replace(changed.id, *rows)

    def complete(self, study: Study) -> None:
        """Take the modalities of a study into account, before the index has it. O(1)."""
        modalities = MODALITIES.value_of(study)
        if modalities and modalities not in self._modality_lists:
            self._modality_lists.add(modalities)
            self._modalities.update(searchable(kind_of(MODALITIES.vr), modalities))

    def begin_columns(self, schema: Schema) -> None:
        """Begin to keep columns of the attributes that are searched most: see `fill_columns`. O(studies)."""
        attributes = filter(None, map(schema.find, SEARCHED))
        makers = {attribute.keyword: row_maker(attribute) for attribute in attributes}
        self._columns = Columns(self._lock, self._studies, makers)

    def fill_columns(self) -> bool:
        """Put some more studies into the columns, 5 ms. Return whether all are in. For the writer, unlocked."""
        return self._columns is None or self._columns.fill()

    def settle(self) -> None:
        """Let the last changes be found as fast as the rest. O(1) on average. For the writer, unlocked."""
        if self._columns is not None:
            self._columns.settle()

    def renew_columns(self) -> bool:
        """Begin anew to fill the columns, if most rows are of former values. Return whether so. O(studies)."""
        columns = self._columns
        if columns is None or not columns.is_filled or not columns.has_many_former_values:
            return False
        self._columns = columns.emptied()
        return True

    def memory(self) -> int:
        """Return about how many bytes the columns take. O(blocks)."""
        return ROW_MEMORY * len(self._columns) if self._columns is not None else 0

    def candidates(self, filter_: Filter, views: Sequence[View], past: Past) -> Candidates:
        """Return the candidates of a filter, as the studies are now. O(studies), 8 ms at 1,000,000.

        `views` are those that are kept, the default one first. `past` is of now. To go through the candidates
        needs no lock.
        """
        columns = self._columns if self._columns is not None and self._columns.is_filled else None
        moment = _Moment(self._studies, past, views, list(self._odd), self._modalities)
        return _Strategies(moment, columns, filter_).best()


@dataclass(frozen=True, slots=True)
class _Moment:
    """The studies at the moment when a search begins, and what is kept of them. `odd` are IDs, see `Finder`."""

    studies: Mapping[str, Study]
    past: Past
    views: Sequence[View]
    odd: Sequence[str]
    modalities: set[str]

    def in_range(self, dates: DateRange) -> list[Body]:
        """Return the bodies in the default view whose StudyDate, as a text, is in a range. O(log n + bodies)."""
        bodies = self.views[0].bodies
        stop = bodies.before(dates.last.encode() + b'\xff') if dates.last else None
        return bodies.slice(bodies.before((dates.first or FIRST_DIGIT).encode()), stop)

    def may_be_elsewhere(self, sought: Sought) -> bool:
        """Return whether a study may have a word elsewhere than in the columns."""
        return sought.dates is not None or sought.uid != '' or sought.modality in self.modalities

    def elsewhere(self, sought: Sought) -> Iterator[list[Study]]:
        """Return all studies that have a word elsewhere than in the columns, and some others."""
        found: list[Iterator[list[Study]]] = []
        if sought.dates is not None:
            bodies = self.in_range(DateRange(*sought.dates, is_sufficient=True))
            found.append(map(self.past.find, _in_steps(chain(self.odd, map(id_of, bodies)))))
        if sought.uid:
            found.append(_with_text(self.views[0].bodies.slice(0, None), sought.uid.encode(), self.past))
        if sought.modality in self.modalities:
            studies = list(self.studies.values())
            found.append(list(filter(sought.is_elsewhere, some)) for some in _in_steps(studies))
        return chain.from_iterable(found)


class _Strategies:
    """The ways to find the candidates of one filter."""

    def __init__(self, moment: _Moment, columns: Columns | None, filter_: Filter) -> None:
        self._moment = moment
        self._columns = columns
        self._filter = filter_
        self._all = filter_.conditions
        self._smallest = min((one for one in moment.views if one.conditions <= set(self._all)), key=len)
        self._rest = tuple(one for one in self._all if one not in self._smallest.conditions)

    def best(self) -> Candidates:
        """Return the candidates by the strategy that tests the fewest studies.

        The columns by a long text, if they are filled; else the dates; else the columns by the shortest words;
        else the smallest view that contains all matches.
        """
        longest = max(self._rest, key=self._length, default=None)
        dated = next((one for one in self._rest if one.dates is not None), None)
        if self._columns is not None and longest is not None and self._length(longest):
            return self._in_columns(self._columns, longest)
        if dated is not None and dated.dates is not None:
            return self._by_dates(dated, dated.dates)
        if self._columns is not None and longest is not None and longest.words is not None:
            return self._in_columns(self._columns, longest)
        if self._smallest.conditions:
            bodies = self._smallest.bodies.slice(0, None)
            return Candidates(_in_bodies(bodies, self._rest, self._moment.past), _not_in_bodies(self._rest))
        return Candidates(_in_steps(list(self._moment.studies.values())), self._rest)

    def _length(self, condition: Condition) -> int:
        """Return the length of a text that the row of each matching study contains; 0 if there is no such text."""
        if condition.search is not None:
            return condition.search.length
        sought = condition.words.sought if condition.words is not None else ()
        in_columns = (one for one in sought if not self._moment.may_be_elsewhere(one))
        return max((one.word.length for one in in_columns), default=0)

    def _by_dates(self, condition: Condition, dates: DateRange) -> Candidates:
        """Return the studies in a part of the default view, and those whose date is sorted elsewhere."""
        untested = _without(self._all, condition) if dates.is_sufficient else self._all
        odd, past = self._moment.odd, self._moment.past
        others = (self._filter.matching(past.find(some)) for some in _in_steps(odd))
        regular = _in_bodies(self._moment.in_range(dates), untested, past, frozenset(odd))
        return Candidates(chain(others, regular), _not_in_bodies(untested))

    def _in_columns(self, columns: Columns, condition: Condition) -> Candidates:
        """Return the studies that the columns find, by a condition that has a search, or words."""
        if condition.search is not None:
            found = _searched(columns.finder(condition.search), condition, columns.outdated, self._moment.past)
            is_tested = condition.search.is_sufficient
            return Candidates(found, _without(self._all, condition) if is_tested else self._all)
        assert condition.words is not None
        return Candidates(self._with_words(columns, condition, condition.words), _without(self._all, condition))

    def _with_words(self, columns: Columns, condition: Condition, search: WordSearch) -> Iterator[list[Study]]:
        """Return the studies with the words. If each may be elsewhere, begin with one that is found fast there."""
        moment = self._moment
        optional = {one for one in search.sought if moment.may_be_elsewhere(one)}
        sought = sorted(search.sought, key=lambda one: (one in optional, one.dates is None, one.uid == ''))
        find = columns.word_finder(replace(search, sought=tuple(sought)), optional)
        elsewhere = moment.elsewhere(sought[0]) if sought[0] in optional else ()
        test = _WordTest(condition, search, columns.outdated)
        return _with_words(find, elsewhere, test, moment.past)


def _searched(
    find: Callable[[], Iterator[str]], condition: Condition, outdated: set[str], past: Past
) -> Iterator[list[Study]]:
    """Yield the studies that are found in the columns. Those with rows of former values are tested."""
    for some in _in_steps(dict.fromkeys(find())):
        studies = past.find(some)
        yield [one for one in studies if one.id not in outdated or condition.matches(one)] if outdated else studies


class _WordTest:
    """The test of the studies that were found by words.

    A row decides if it is the only one of its study, and no word has a `?`. Else the study is tested.
    """

    def __init__(self, condition: Condition, search: WordSearch, outdated: set[str]) -> None:
        self.matches = condition.matches
        self._outdated = outdated
        self._rows_decide = not any(one.word.has_gaps for one in search.sought)

    def matching(self, studies: list[Study], missing: Missing) -> list[Study]:
        """Return the studies that match, of those whose rows lack the `missing` words."""
        if not self._rows_decide:
            return list(filter(self.matches, studies))
        if not missing and not self._outdated:
            return studies
        return [study for study in studies if self._matches(study, missing)]

    def _matches(self, study: Study, missing: Missing) -> bool:
        if study.id in self._outdated:
            return self.matches(study)
        return all(one.is_elsewhere is not None and one.is_elsewhere(study) for one in missing)


def _with_words(
    find: Callable[[], Iterator[tuple[Missing, list[str]]]],
    elsewhere: Iterable[list[Study]],
    test: _WordTest,
    past: Past,
) -> Iterator[list[Study]]:
    """Yield the studies that are found in the columns or elsewhere, and match; each once."""
    seen: set[str] = set()

    def unseen(studies: Iterable[Study]) -> list[Study]:
        new = {study.id: study for study in studies if study.id not in seen}
        seen.update(new)
        return list(new.values())

    for missing, study_ids in find():
        yield test.matching(unseen(past.find(study_ids)), missing)
    for some in elsewhere:
        yield list(filter(test.matches, unseen(some)))


def _with_text(bodies: Sequence[Body], text: bytes, past: Past) -> Iterator[list[Study]]:
    """Yield the studies whose bodies contain a text: 0.4 µs for each body."""
    for some in _in_steps(bodies):  # `in` takes four times as long for bytes
        yield past.find([id_of(body) for body in some if body.find(text) != -1])


def _in_bodies(
    bodies: Sequence[Body], conditions: Sequence[Condition], past: Past, left_out: frozenset[str] = frozenset()
) -> Iterator[list[Study]]:
    """Yield the studies of the bodies that match the conditions on bodies: faster than to look up all studies."""
    tests = [condition.in_body for condition in conditions if condition.in_body is not None]
    for some in _in_steps(bodies):
        for test in tests:
            some = [body for body in some if test(body)]
        studies = past.find(list(map(id_of, some)))
        yield [study for study in studies if study.id not in left_out] if left_out else studies


def _not_in_bodies(conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    return tuple(condition for condition in conditions if condition.in_body is None)


def _in_steps(values: Iterable[Value]) -> Iterator[list[Value]]:
    rest = iter(values)
    while some := list(islice(rest, STUDIES_A_STEP)):
        yield some


def _without(conditions: Sequence[Condition], one: Condition) -> tuple[Condition, ...]:
    return tuple(condition for condition in conditions if condition != one)
