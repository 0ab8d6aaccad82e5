"""The index: all studies, and the views over them."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock

from ..figures import Figures
from ..queries.query import Place
from ..queries.selection import ALL, Selection
from ..studies.schema import Schema
from ..studies.study import Body, Computed, Study
from .layout import arranged, give_memory_back
from .page import Page, page_of
from .search import Finder
from .store import SeriesKey, Store, Upsert, series_key, upsert_of_study
from .view import View
from .views import Views


class StudyIndex:
    """Every study by its ID, by its series, and in the order of each view.

    For many readers and one writer: only one thread may call the methods that change studies or columns.
    """

    def __init__(self, most_views: int = 32) -> None:
        """Keep at most so many views beside the default one."""
        # It is kept for a slice, one change, or 100 changes of a new view. Keys are made before, and sorting is
        # done without it. To begin a search or new columns takes O(studies), 8 ms at 1,000,000.
        self._lock = Lock()
        self._store = Store()
        self._finder = Finder(self._lock, self._store.studies)
        self._views = Views(self._lock, self._store.studies, self._finder, most_views)
        self.changes = 0
        """The number of changes of any study. Needs no lock to be read."""

    def __len__(self) -> int:
        return len(self._store.studies)

    @property
    def version(self) -> int:
        """The version of the default view. It changes with each change of that view. Needs no lock to be read."""
        return self._views.default.version

    def page(self, start: Place, limit: int | None, selection: Selection = ALL) -> Page:
        """Return a page of a selection, of at most `limit` studies (None: all). O(log n + page).

        Raises `NotInView` if `start` is a study that the selection does not contain. The first request for a
        selection builds its view: O(n log n).
        """
        with self._lock:
            return page_of(self._views.get(selection), start, limit, self._store.studies)

    def count_of(self, selection: Selection) -> int:
        """Return the number of studies of a selection. O(1), or O(n log n) at the first request."""
        with self._lock:
            return len(self._views.get(selection))

    def studies_of(self, selection: Selection) -> Iterator[Study]:
        """Return the studies of a selection, in any order. O(n), or O(n log n) at the first request."""
        if selection is ALL:
            return iter(self.studies())
        return map(self.study_of, self.page(0, None, selection).bodies)

    def study_of(self, body: Body) -> Study:
        """Return the study that has this body, or had it before it changed or was deleted. O(1)."""
        return self._store.find(body)

    def get(self, identifier: str) -> Study | None:
        """Return the study with this ID. O(1)."""
        return self._store.studies.get(identifier)

    def identifiers(self) -> list[str]:
        """Return the IDs of all studies, as a new list. O(n), 5 ms at 1,000,000."""
        return list(self._store.studies)

    def studies(self) -> list[Study]:
        """Return all studies as they are now, as a new list. O(n), 8 ms at 1,000,000."""
        return list(self._store.studies.values())

    def bodies(self) -> list[Body]:
        """Return the bodies of all studies as they are now, in order, as a new list. O(n), 8 ms at 1,000,000."""
        return self.page(0, None).bodies

    def study_of_series(self, series_id: str) -> str | None:
        """Return the ID of the study to which a series belongs, as last reported. O(1)."""
        return self._store.study_of_series.get(series_key(series_id))

    def owner_of(self, resource_id: str) -> str | None:
        """Return the ID of the study that this resource is, or to which this series belongs. O(1)."""
        study = self.get(resource_id)
        return self.study_of_series(resource_id) if study is None else study.id

    def series(self) -> dict[SeriesKey, str]:
        """Return the ID of the study of each series, as a new dictionary. O(n)."""
        return dict(self._store.study_of_series)

    def series_count(self) -> int:
        """Return the number of series of all studies. O(1)."""
        return len(self._store.study_of_series)

    def incomplete(self) -> list[str]:
        """Return the IDs of the studies whose computed tags are unknown. O(n), 40 ms at 1,000,000."""
        return [study.id for study in self.studies() if not study.computed]

    def instances(self) -> int:
        """Return the number of all instances, as far as it is known. O(n), 0.3 s at 1,000,000."""
        return sum(int(study.computed.rpartition(' ')[2] or 0) for study in self.studies())

    def upsert(self, upsert: Upsert) -> bool:
        """Add a study, or replace the one with its ID. Return False if nothing differs. O(views · log n).

        The computed tags stay as they are if the new study has none.
        """
        study = upsert.study
        old = self.get(study.id)
        if old is not None and old.body == study.body:
            return False
        if old is not None and not study.computed:
            upsert = upsert._replace(study=study.with_computed(old.computed))
        self._replace(old, upsert)
        self._finder.settle()
        return True

    def delete(self, identifier: str) -> bool:
        """Remove the study with this ID. Return False if it is unknown. O(views · log n)."""
        old = self.get(identifier)
        if old is not None:
            self._replace(old, None)
        return old is not None

    def complete(self, identifier: str, computed: Computed) -> bool:
        """Set the computed tags of a study. Return False if it is unknown, or has them. O(views · log n)."""
        old = self.get(identifier)
        if old is None or old.computed == computed:
            return False
        new = old.with_computed(computed)
        moves = self._views.moves(old, new)
        with self._lock:
            self._views.replace(old, new, moves)
            self._finder.complete(new)
            self._store.complete(new)
            self.changes += 1
        return True

    def _replace(self, old: Study | None, upsert: Upsert | None) -> None:
        """Replace a study in every part at once. What can be made without the lock is made before it is taken."""
        new = upsert.study if upsert is not None else None
        former = upsert_of_study(old) if old is not None else None
        moves = self._views.moves(old, new)
        rows = self._finder.rows_of(old, new)
        with self._lock:
            self._views.replace(old, new, moves)
            self._finder.replace(old, new, rows)
            self._store.replace(former, upsert)
            self.changes += 1

    def clear(self) -> None:
        """Remove all studies and views. O(n)."""
        with self._lock:
            self._store.clear()
            self._finder.clear()
            self._views.reset(View(ALL))
            self.changes += 1

    def load(self, upsert: Upsert) -> None:
        """Add a study, or replace the one with its ID. No page has it until `arrange` is called. O(1)."""
        old = self.get(upsert.study.id)
        former = upsert_of_study(old) if old is not None else None
        rows = self._finder.rows_of(old, upsert.study)
        with self._lock:
            self._store.replace(former, upsert)
            self._finder.replace(old, upsert.study, rows)

    def arrange(self) -> None:
        """Make the default view of the loaded studies, before anybody reads. O(n log n), 6 µs a study."""
        studies, view = arranged(self.studies())
        with self._lock:
            self._store.reorder(studies)
            self._views.reset(view)
            self.changes += 1
        give_memory_back()

    def begin_columns(self, schema: Schema) -> None:
        """Begin to keep columns of the attributes that are searched most. `fill_columns` fills them. O(n)."""
        with self._lock:
            self._finder.begin_columns(schema)

    def fill_columns(self) -> bool:
        """Put some more studies into the columns: 5 ms. Return whether all are in."""
        return self._finder.fill_columns()

    def renew_columns(self) -> bool:
        """Begin anew to fill the columns, if most rows are of former values. Return whether that is so. O(n)."""
        with self._lock:
            return self._finder.renew_columns()

    def tidy(self) -> None:
        """Free the memory of dropped views. For any thread, now and then. O(studies in them)."""
        self._views.tidy()

    def measure(self, figures: Figures) -> None:
        """Fill in the numbers of studies and bytes, and the views. O(views)."""
        with self._lock:
            figures.studies = len(self)
            figures.body_bytes = self._store.body_bytes
            figures.memory = self._store.memory() + self._finder.memory() + self._views.memory()
            figures.views = self._views.figures()
