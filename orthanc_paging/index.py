"""All studies, and the views over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

from .study import ExpandedStudy, Study, from_expanded, series_of
from .view import BY_STUDY_DATE, View


@dataclass(frozen=True, slots=True)
class Page:
    """A slice of a view, all of one version: the studies, and how many the view holds."""

    studies: Sequence[Study]
    total: int
    version: int


@dataclass(frozen=True, slots=True)
class Upsert:
    """A study to be put in, or in the place of the one with its ID, and the keys of its series."""

    study: Study
    series: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class ViewSize:
    """A view that is held: its order's name and its number of studies."""

    order: str
    studies: int


class StudyIndex:
    """Every study by its ID, by its series, and in order.

    Safe for many readers and one writer: a page is of one version, whole, and sorted. `version` changes with
    each change of the default view, and may be read without a lock.
    """

    def __init__(self) -> None:
        self._lock = Lock()  # guards all that follows; held for a slice or for one study's change, never longer
        self._studies: dict[str, Study] = {}
        self._study_of_series: dict[int | str, str] = {}
        self._view = View(BY_STUDY_DATE)
        self._memory = 0
        self._body_bytes = 0

    def __len__(self) -> int:
        return len(self._studies)

    @property
    def version(self) -> int:
        """The default view's version."""
        return self._view.version

    def page(self, offset: int, limit: int | None) -> Page:
        """The studies from `offset` on, `limit` at most (None: all). O(log n + page)."""
        with self._lock:
            return Page(self._view.slice(offset, limit), len(self._view), self._view.version)

    def get(self, identifier: str) -> Study | None:
        """The study with that ID. O(1)."""
        return self._studies.get(identifier)

    def study_of_series(self, series_id: str) -> str | None:
        """The ID of the study to which a series belongs, as last told. O(1)."""
        return self._study_of_series.get(series_key(series_id))

    def upsert(self, upsert: Upsert) -> bool:
        """Put a study in, in the place of the one with its ID; False where nothing differs. O(log n)."""
        study = upsert.study
        old = self._studies.get(study.id)
        if old is not None and old.body == study.body:
            return False
        old_series = _series_keys(old.expanded()) if old is not None else ()
        with self._lock:
            if old is not None:
                self._remove(old, old_series)
            self._studies[study.id] = study
            self._study_of_series.update(dict.fromkeys(upsert.series, study.id))
            self._view.insert(study)
            self._memory += study.memory()
            self._body_bytes += len(study.body)
        return True

    def delete(self, identifier: str) -> bool:
        """Take out the study with that ID; False where there is none. O(log n)."""
        old = self._studies.get(identifier)
        if old is None:
            return False
        old_series = _series_keys(old.expanded())
        with self._lock:
            self._remove(old, old_series)
        return True

    def views(self) -> list[ViewSize]:
        """The views that are held."""
        return [ViewSize(self._view.order.name, len(self._view))]

    def body_bytes(self) -> int:
        """Bytes of JSON that all studies have together. O(1)."""
        return self._body_bytes

    def memory(self) -> int:
        """Bytes held for the studies, the series and the views, by their sizes in CPython. O(1)."""
        return self._memory + SERIES_MEMORY * len(self._study_of_series) + STUDY_MEMORY * len(self._studies)

    def check(self) -> None:
        """AssertionError unless the parts agree with each other. O(n log n), for tests."""
        with self._lock:
            self._view.check()
            assert len(self._view) == len(self._studies)
            assert all(self._studies[study.id] is study for study in self._view.slice(0, None))
            told = {key: study.id for study in self._studies.values() for key in _series_keys(study.expanded())}
            assert self._study_of_series == told
            assert self._memory == sum(study.memory() for study in self._studies.values())
            assert self._body_bytes == sum(len(study.body) for study in self._studies.values())

    def _remove(self, old: Study, old_series: Iterable[int | str]) -> None:
        del self._studies[old.id]
        for key in old_series:
            if self._study_of_series.get(key) == old.id:
                del self._study_of_series[key]
        self._view.remove(old)
        self._memory -= old.memory()
        self._body_bytes -= len(old.body)


STUDY_MEMORY = 120
"""Bytes of the containers for each study: an entry of a dict and two pointers of a view."""

SERIES_MEMORY = 150
"""Bytes for each series: its key and an entry of a dict."""


def upsert_of(expanded: ExpandedStudy) -> Upsert:
    """What is put in for an expanded study that Orthanc told. Raises `NotAStudy`."""
    return Upsert(from_expanded(expanded), _series_keys(expanded))


def series_key(series_id: str) -> int | str:
    """A series' ID as the index keeps it: Orthanc's 40 hexadecimal digits as a number, in half of the bytes."""
    try:
        return int(series_id.replace('-', ''), 16)
    except ValueError:
        return series_id


def _series_keys(expanded: ExpandedStudy) -> tuple[int | str, ...]:
    return tuple(map(series_key, series_of(expanded)))
