"""All studies, and the views over them."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise
from threading import Lock
from typing import NamedTuple

from ..errors import NotInView
from ..queries.cursor import Cursor
from ..queries.order import DEFAULT, OrderKey
from ..queries.selection import ALL, Selection
from ..studies.schema import Schema
from ..studies.study import (
    Body,
    Computed,
    ExpandedStudy,
    Study,
    from_body,
    from_expanded,
    from_line,
    id_of,
    series_of,
)
from .runs import Run, merged, run_of
from .search import Finder
from .view import View
from .views import Views

SeriesKey = int | str

STEP = 2_000
"""Studies that are sorted, or forgotten, at a time: some 2 ms during which no other Python code runs."""


class Page(NamedTuple):
    """A slice of a view, all of one version: the bodies (the caller's), how many the view has, where it begins.

    `ends` are the keys of the first study and the last, where there are some, and the page may be followed by
    cursors, and not by offsets alone.
    """

    bodies: list[Body]
    total: int
    version: int
    start: int
    ends: tuple[OrderKey, ...] = ()


class Upsert(NamedTuple):
    """A study to be put in, or in the place of the one with its ID, and its series."""

    study: Study
    series: tuple[SeriesKey, ...]


@dataclass(frozen=True, slots=True)
class ViewSize:
    """A view that is held: the name of its order, the number of its conditions, and that of its studies."""

    order: str
    conditions: int
    studies: int


class StudyIndex:
    """Every study by its ID, by its series, and in order.

    Safe for many readers and one writer: a page is of one version, whole, and sorted.
    """

    def __init__(self, most_views: int = 32) -> None:
        """Hold so many views at most, beside the default one."""
        self._lock = Lock()  # guards all that follows; held for a slice or for one study's change, never longer
        self._studies: dict[str, Study] = {}
        self._study_of_series: dict[SeriesKey, str] = {}
        self._views = Views(self._lock, self._studies, most_views)
        self._finder = Finder(self._lock, self._studies, self._views)
        self._body_bytes = 0
        self.changes = 0
        """How many changes there were, of anything that is told of a study; may be read at any time."""

    def __len__(self) -> int:
        return len(self._studies)

    @property
    def version(self) -> int:
        """The default view's version: it changes with each change of that view, and may be read at any time."""
        return self._views.default.version

    def page(self, place: int | Cursor | str, limit: int | None, selection: Selection = ALL) -> Page:
        """The studies of a selection from a place on, `limit` at most (None: all). O(log n + page).

        A place is a number of studies to leave out, a cursor, or the ID of a study that is to be in the midst of
        the page: `NotInView` where it is not one of them. The first page of a selection builds its view:
        O(n log n).
        """
        while True:
            with self._lock:
                if (view := self._views.held(selection)) is not None:
                    start, stop = self._span(view, place, limit)
                    bodies = view.slice(start, stop)
                    is_plain = selection is ALL and isinstance(place, int)
                    ends = () if is_plain or not bodies else _ends(view, start, len(bodies))
                    return Page(bodies, len(view), view.version, start, ends)
            self._views.build(selection, partial(self._finder.candidates, selection.filter))

    def count_of(self, selection: Selection) -> int:
        """The number of studies of a selection; the first question builds its view: O(n log n)."""
        return self.page(0, 1, selection).total

    def studies_of(self, selection: Selection) -> Iterator[Study]:
        """The studies of a selection, in any order. O(n), or O(n log n) at the first question."""
        if selection is ALL:
            return iter(self.studies())
        return map(self.study_of, self.page(0, None, selection).bodies)

    def study_of(self, body: Body) -> Study:
        """The study that has, or had, this body. O(1)."""
        held = self._studies.get(id_of(body))
        if held is not None and held.body is body:
            return held
        study, _ = from_body(body)
        if held is not None:
            study.computed = held.computed
        return study

    def get(self, identifier: str) -> Study | None:
        """The study with that ID. O(1)."""
        return self._studies.get(identifier)

    def identifiers(self) -> list[str]:
        """The IDs of all studies, as a list of the caller's. O(n), 5 ms at 1,000,000."""
        return list(self._studies)

    def studies(self) -> list[Study]:
        """All studies, as they are just now, as a list of the caller's. O(n), 8 ms at 1,000,000."""
        return list(self._studies.values())

    def bodies(self) -> list[Body]:
        """All studies, as they are just now, in order, as a list of the caller's. O(n), 8 ms at 1,000,000."""
        return self.page(0, None).bodies

    def study_of_series(self, series_id: str) -> str | None:
        """The ID of the study to which a series belongs, as last told. O(1)."""
        return self._study_of_series.get(series_key(series_id))

    def series(self) -> dict[SeriesKey, str]:
        """The study of each series, as a dictionary of the caller's. O(n)."""
        return dict(self._study_of_series)

    def upsert(self, upsert: Upsert) -> bool:
        """Put a study in, in the place of the one with its ID; False where nothing differs. O(log n)."""
        study = upsert.study
        old = self._studies.get(study.id)
        if old is not None and old.body == study.body:
            return False
        old_series = _series_keys(old.expanded()) if old is not None else ()
        if old is not None and not study.computed:
            study.computed = old.computed
        with self._lock:
            self._views.replace(old, study)
            self._finder.replace(old, study)
            if old is not None:
                self._forget(old, old_series)
            self._remember(study, upsert.series)
            self.changes += 1
        self._finder.settle()
        return True

    def complete(self, identifier: str, computed: Computed) -> bool:
        """Let a study have what was computed of it; False where it has, or there is no such study. O(log n)."""
        old = self._studies.get(identifier)
        if old is None or old.computed == computed:
            return False
        new = Study(identifier, old.body, old.date, computed)
        with self._lock:
            self._views.replace(old, new)
            self._finder.complete(new)
            self._studies[identifier] = new
            self.changes += 1
        return True

    def incomplete(self) -> list[str]:
        """The IDs of the studies of which is not known what is computed. O(n), 40 ms at 1,000,000."""
        return [study.id for study in self.studies() if not study.computed]

    def instances(self) -> int:
        """The number of all instances, as far as it is known. O(n), 0.3 s at 1,000,000."""
        return sum(int(study.computed.rpartition(' ')[2] or 0) for study in self.studies())

    def delete(self, identifier: str) -> bool:
        """Take out the study with that ID; False where there is none. O(log n)."""
        old = self._studies.get(identifier)
        if old is None:
            return False
        old_series = _series_keys(old.expanded())
        with self._lock:
            self._views.replace(old, None)
            self._finder.replace(old, None)
            self._forget(old, old_series)
            self.changes += 1
        return True

    def clear(self) -> None:
        """Forget all studies: for the writer, before anybody reads. O(n)."""
        with self._lock:
            self._studies.clear()
            self._study_of_series.clear()
            self._body_bytes = 0
            self._views.default = View(ALL)
            self._finder = Finder(self._lock, self._studies, self._views)

    def load(self, upsert: Upsert) -> None:
        """Put a study in before `arrange` is called, which must follow: no page holds it until then. O(1)."""
        study = upsert.study
        with self._lock:
            old = self._studies.get(study.id)
            self._finder.replace(old, study)
            if old is not None:
                self._forget(old, _series_keys(old.expanded()))
            self._remember(study, upsert.series)

    def arrange(self) -> None:
        """Sort what was loaded, and lay the bodies in memory in that order. O(n log n), 6 µs a study.

        The studies of a page then lie side by side, which makes it twice as fast as where they lie as they came;
        those that came in order already do. Who goes through all studies meets them in that order, too. The writer
        calls this once, before anybody reads: a page waits for it.
        """
        with self._lock:
            view = View(ALL)
            studies = list(self._studies.values())
            keys = DEFAULT.keys(studies)
            pieces = list(merged(_runs(keys, studies)))
            if any(key > next_key for key, next_key in pairwise(keys)):
                studies = [study for piece in pieces for study in piece.values]
                _lay_side_by_side(studies)
                self._studies.clear()
                self._studies.update((study.id, study) for study in studies)
            view.fill(map(_bodies, pieces))
            self._views.default = view
            self.changes += 1
        _give_memory_back()

    def begin_columns(self, schema: Schema) -> None:
        """Begin to hold columns of the attributes that are searched most: to be filled by `fill_columns`."""
        with self._lock:
            self._finder.begin_columns(schema)

    def fill_columns(self) -> bool:
        """Put some more studies into the columns, 5 ms; whether all are in. For the writer."""
        return self._finder.fill_columns()

    def renew_columns(self) -> bool:
        """Begin to fill the columns anew where most rows are of what is no more; whether that is so. O(n) then."""
        with self._lock:
            return self._finder.renew_columns()

    def tidy(self) -> None:
        """Give up the memory of views that are held no more. For the writer, now and then. O(studies in them)."""
        self._views.tidy()

    def series_count(self) -> int:
        """The number of series of all studies. O(1)."""
        return len(self._study_of_series)

    def views(self) -> Iterator[ViewSize]:
        """The views that are held."""
        with self._lock:
            held = list(self._views)
        for view in held:
            selection = view.selection
            yield ViewSize(selection.order.name or 'StudyDate', len(selection.filter.conditions), len(view))

    def body_bytes(self) -> int:
        """Bytes of JSON that all studies have together. O(1)."""
        return self._body_bytes

    def memory(self) -> int:
        """Bytes held for studies, series, columns and views, by what they measure in CPython 3.11. O(views)."""
        with self._lock:
            places = sum(map(len, self._views))
            rows = self._finder.rows()
        series = len(self._study_of_series)
        others = STUDY_MEMORY * len(self._studies) + SERIES_MEMORY * series + ROW_MEMORY * rows
        return self._body_bytes + others + PLACE_MEMORY * places

    def check(self) -> None:
        """AssertionError unless the parts agree with each other. O(views · n log n), for tests."""
        with self._lock:
            for view in self._views:
                filter_, key = view.selection.filter, view.selection.order.key
                matching = [study for study in self._studies.values() if filter_.matches(study)]
                assert view.slice(0, None) == [study.body for study in sorted(matching, key=key)]
            told = {key: study.id for study in self._studies.values() for key in _series_keys(study.expanded())}
            assert self._study_of_series == told
            assert self._body_bytes == sum(len(study.body) for study in self._studies.values())

    def _span(self, view: View, place: int | Cursor | str, limit: int | None) -> tuple[int, int | None]:
        """The first position of a page, and the one after its last."""
        if isinstance(place, Cursor) and place.is_back:
            stop = view.before(place.key)
            return (max(0, stop - limit) if limit else 0), stop
        start = self._start(view, place, limit)
        return start, (start + limit if limit else None)

    def _start(self, view: View, place: int | Cursor | str, limit: int | None) -> int:
        if isinstance(place, int):
            return place
        if isinstance(place, Cursor):
            return view.up_to(place.key)
        study = self._studies.get(place)
        if study is None or not view.selection.filter.matches(study):
            raise NotInView(place)
        return max(0, view.before(view.selection.order.key(study)) - limit // 2) if limit else 0

    def _remember(self, study: Study, series: tuple[SeriesKey, ...]) -> None:
        self._studies[study.id] = study
        for key in series:
            self._study_of_series[key] = study.id
        self._body_bytes += len(study.body)

    def _forget(self, study: Study, series: tuple[SeriesKey, ...]) -> None:
        del self._studies[study.id]
        for key in series:
            self._study_of_series.pop(key, None)
        self._body_bytes -= len(study.body)


STUDY_MEMORY = 240
SERIES_MEMORY = 110
ROW_MEMORY = 90
PLACE_MEMORY = 90
"""Bytes beside the body: headers, IDs and entries of dicts for a study and a series; a row of the columns; the key
of a place in a view."""


def upsert_of(expanded: ExpandedStudy) -> Upsert:
    """What is put in for an expanded study that Orthanc told. Raises `NotAStudy`."""
    return Upsert(from_expanded(expanded), _series_keys(expanded))


def upsert_of_line(line: bytes) -> Upsert:
    """What is put in for a line that was made of a study before: 3 µs."""
    study, series = from_line(line)
    return Upsert(study, tuple(map(series_key, series)))


def series_key(series_id: str) -> SeriesKey:
    """A series' ID as the index keeps it: Orthanc's 40 hexadecimal digits as a number, in half of the bytes."""
    try:
        return int(series_id.replace('-', ''), 16)
    except ValueError:
        return series_id


def _series_keys(expanded: ExpandedStudy) -> tuple[SeriesKey, ...]:
    return tuple(map(series_key, series_of(expanded)))


def _ends(view: View, start: int, number: int) -> tuple[OrderKey, OrderKey]:
    return view.key_at(start), view.key_at(start + number - 1)


def _runs(keys: Sequence[OrderKey], studies: Sequence[Study]) -> list[Run[Study]]:
    """Sorted in steps, since one sort of all would stop all other Python code."""
    return [run_of(keys[at : at + STEP], studies[at : at + STEP]) for at in range(0, len(keys), STEP)]


def _bodies(piece: Run[Study]) -> Run[Body]:
    bodies = [study.body for study in piece.values]
    for body in bodies:
        hash(body)  # bytes keep their hash, by which the ETag of each page finds their digests
    return Run(piece.keys, bodies)


def _lay_side_by_side(studies: Sequence[Study]) -> None:
    """Copy the bodies to where they lie in memory one after the other, in this order.

    Each is given up before the first is made anew: a copy made beside its original would lie in a gap between
    others, and leave one behind, in memory that then belongs to nobody.
    """
    parts = [studies[at : at + STEP] for at in range(0, len(studies), STEP)]
    joined = [b''.join([study.body for study in part]) for part in parts]
    ends = [list(accumulate(len(study.body) for study in part)) for part in parts]
    for study in studies:
        study.body = b''
    _give_memory_back()
    for number, part in enumerate(parts):
        for study, start, end in zip(part, [0, *ends[number]], ends[number], strict=False):
            study.body = joined[number][start:end]
        joined[number] = b''


def _give_memory_back() -> None:
    """Return freed memory to the system, which glibc else keeps."""
    if sys.platform == 'linux' and (trim := getattr(ctypes.CDLL(None), 'malloc_trim', None)):
        trim(0)
