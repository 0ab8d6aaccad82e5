"""The rules that an index obeys at each moment, and its views as the figures name them."""

from collections.abc import Sequence

from orthanc_paging.figures import Figures, ViewFigures
from orthanc_paging.index.store import Store, series_key
from orthanc_paging.index.study_index import StudyIndex
from orthanc_paging.index.views import Views
from orthanc_paging.studies.study import series_of


def check(index: StudyIndex) -> None:
    """Raise AssertionError unless the parts of an index agree with each other."""
    with index._lock:
        check_store(index._store)
        check_views(index._views)


def check_store(store: Store) -> None:
    """Raise AssertionError unless the series and the sizes are those of the studies."""
    studies = store.studies.values()
    assert store.study_of_series == {
        series_key(series_id): study.id for study in studies for series_id in series_of(study.expanded())
    }
    assert store.body_bytes == sum(len(study.body) for study in studies)


def check_views(views: Views) -> None:
    """Raise AssertionError unless each view has the studies that match, in order."""
    for view in views:
        filter_, key = view.selection.filter, view.selection.order.key
        matching = filter(filter_.matches, views._studies.values())
        assert view.bodies.slice(0, None) == [study.body for study in sorted(matching, key=key)]


def views_of(index: StudyIndex) -> Sequence[ViewFigures]:
    """Return the figures of each view that is kept, the default one first."""
    figures = Figures()
    index.measure(figures)
    return figures.views
