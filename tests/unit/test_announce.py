"""Announcing changes to the other Orthancs of a database."""

from dataclasses import replace

from orthanc_paging.changes.announce import MOST_ANNOUNCED, announce
from tests.support.fake_orthanc import CAPABILITIES, FakeOrthanc
from tests.unit.studies import identifier


def of(count: int, checks_revisions: bool = False) -> tuple[FakeOrthanc, list[str]]:
    """Return an Orthanc with an empty log and so many studies, and their IDs."""
    orthanc = FakeOrthanc(replace(CAPABILITIES, checks_revisions=checks_revisions))
    for number in range(count):
        orthanc.upload(str(number))
    orthanc.empty_log()
    return orthanc, [identifier(str(number)) for number in range(count)]


def test_each_announced_study_is_in_the_log() -> None:
    orthanc, studies = of(MOST_ANNOUNCED)
    announce(orthanc, studies)
    assert [entry.resource_id for entry in orthanc.log] == studies


def test_many_studies_are_not_announced_as_the_counts_differ() -> None:
    orthanc, studies = of(MOST_ANNOUNCED + 1)
    announce(orthanc, studies)
    assert orthanc.log == []


def test_nothing_is_written_if_orthanc_checks_revisions() -> None:
    orthanc, studies = of(1, checks_revisions=True)
    announce(orthanc, studies)
    assert orthanc.log == []
