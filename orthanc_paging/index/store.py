"""The store: all studies by their IDs, and the study of each series."""

from __future__ import annotations

from typing import NamedTuple

from ..studies.study import Body, ExpandedStudy, Study, from_body, from_expanded, from_line, id_of, series_of

SeriesKey = int | str
"""A series' ID in short, see `series_key`."""

STUDY_MEMORY = 240
SERIES_MEMORY = 110
"""Bytes beside the body in CPython 3.11: objects, IDs and dictionary entries of a study, and of a series."""


class Upsert(NamedTuple):
    """A study to add, or to put in the place of the one with the same ID, and its series."""

    study: Study
    series: tuple[SeriesKey, ...]


class Store:
    """All studies. Not locked: the index does that.

    `studies` are those by their IDs, and `study_of_series` the IDs by the keys of series. Both are for reading.
    `body_bytes` is the size of all bodies.
    """

    def __init__(self) -> None:
        self.studies: dict[str, Study] = {}
        self.study_of_series: dict[SeriesKey, str] = {}
        self.body_bytes = 0

    def replace(self, old: Upsert | None, new: Upsert | None) -> None:
        """Replace a study and its series. `old` is None if it is unknown, `new` if it is deleted. O(series).

        The study gets the last place in `studies`.
        """
        if old is not None:
            del self.studies[old.study.id]
            self.body_bytes -= len(old.study.body)
            for key in old.series:
                self.study_of_series.pop(key, None)
        if new is not None:
            self.studies[new.study.id] = new.study
            self.body_bytes += len(new.study.body)
            for key in new.series:
                self.study_of_series[key] = new.study.id

    def complete(self, study: Study) -> None:
        """Put a study in the place of the one with the same body. O(1)."""
        self.studies[study.id] = study

    def reorder(self, studies: list[Study]) -> None:
        """Let the dictionary have its studies in this order. O(studies)."""
        self.studies.clear()
        self.studies.update((study.id, study) for study in studies)

    def clear(self) -> None:
        """Remove all studies. O(studies)."""
        self.studies.clear()
        self.study_of_series.clear()
        self.body_bytes = 0

    def find(self, body: Body) -> Study:
        """Return the study that has this body, or had it before it changed or was deleted. O(1)."""
        present = self.studies.get(id_of(body))
        if present is not None and present.body is body:
            return present
        study, _ = from_body(body, present.computed if present is not None else '')
        return study

    def memory(self) -> int:
        """Return about how many bytes of memory the studies and series take. O(1)."""
        others = STUDY_MEMORY * len(self.studies) + SERIES_MEMORY * len(self.study_of_series)
        return self.body_bytes + others


def upsert_of(expanded: ExpandedStudy) -> Upsert:
    """Return what is stored of an expanded study. Raises `NotAStudy`."""
    return Upsert(from_expanded(expanded), _series_keys(expanded))


def upsert_of_study(study: Study) -> Upsert:
    """Return what is stored of a study: 3 µs."""
    _, series = from_body(study.body)
    return Upsert(study, tuple(map(series_key, series)))


def upsert_of_line(line: bytes) -> Upsert:
    """Return what is stored of a study, from its line in a snapshot: 3 µs."""
    study, series = from_line(line)
    return Upsert(study, tuple(map(series_key, series)))


def series_key(series_id: str) -> SeriesKey:
    """Return a series' ID in half of the memory: Orthanc's 40 hexadecimal digits as a number."""
    try:
        return int(series_id.replace('-', ''), 16)
    except ValueError:
        return series_id


def _series_keys(expanded: ExpandedStudy) -> tuple[SeriesKey, ...]:
    return tuple(map(series_key, series_of(expanded)))
