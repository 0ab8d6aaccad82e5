"""Actions on a fake Orthanc, for Hypothesis."""

from collections.abc import Callable

from hypothesis import strategies as st

from tests.support.fake_orthanc import FakeOrthanc

Action = Callable[[FakeOrthanc], object]


def upload(study: str, series: int, instance: int) -> Action:
    return lambda database: database.upload(study, series, instance)


def change(study: str) -> Action:
    return lambda database: database.change(study)


def delete(study: str) -> Action:
    return lambda database: database.delete(study)


def delete_series(study: str, series: int) -> Action:
    return lambda database: database.delete_series(study, series)


_names, _few = st.sampled_from('abcd'), st.integers(0, 1)
uploads = st.builds(upload, _names, _few, _few)
actions = st.one_of(
    uploads,
    uploads,
    st.builds(change, _names),
    st.builds(delete, _names),
    st.builds(delete_series, _names, _few),
)
"""Uploads are twice as frequent as each other kind."""
