"""Modalities and numbers of instances, which Orthanc computes on request, against what its series say."""

from collections.abc import Callable

import pytest

from tests.conftest import OrthancStarter
from tests.support.dicom import instance, resource_id
from tests.support.orthanc import Orthanc
from tests.support.truth import Study, assert_computed_tags_are_the_truth, served_computed_tags
from tests.support.waiting import wait_until

FRESH = {'Cache-Control': 'no-cache'}


def upload(orthanc: Orthanc, patient: str, *series: str, instances: int = 1) -> str:
    """Upload a study with a series of each modality; return its ID."""
    for number, modality in enumerate(series):
        for count in range(instances):
            orthanc.upload(instance(patient, patient, f'{number}', f'{count}', Modality=modality))
    return resource_id(patient, patient)


@pytest.fixture
def three(orthanc: Orthanc) -> Orthanc:
    """An Orthanc with studies of one, two and three modalities, and of as many instances a series."""
    upload(orthanc, 'P1', 'CT')
    upload(orthanc, 'P2', 'CT', 'SR', instances=2)
    upload(orthanc, 'P3', 'MR', 'SR', 'PT', 'MR', instances=3)
    assert_computed_tags_are_the_truth(orthanc)
    return orthanc


def patients(orthanc: Orthanc, query: str) -> list[str]:
    answer = orthanc.get(f'/sort-studies?{query}', headers=FRESH)
    assert answer.status_code == 200, answer.text
    page: list[Study] = answer.json()
    return [study['PatientMainDicomTags']['PatientID'] for study in page]


def test_computed_tags_agree_with_the_series(three: Orthanc) -> None:
    assert list(served_computed_tags(three).values()).count(('CT\\SR', '4')) == 1
    if three.version >= (1, 11):
        tags = 'ModalitiesInStudy;NumberOfStudyRelatedInstances'
        for study, (modalities, instances) in served_computed_tags(three).items():
            served = three.get_json(f'/studies/{study}?requested-tags={tags}&requestedTags={tags}')[
                'RequestedTags'
            ]
            assert sorted(served['ModalitiesInStudy'].split('\\')) == modalities.split('\\')
            assert served['NumberOfStudyRelatedInstances'] == instances


def test_studies_are_sorted_and_found_by_them(three: Orthanc) -> None:
    assert patients(three, 'sort=-NumberOfStudyRelatedInstances') == ['P3', 'P2', 'P1']
    assert patients(three, 'ModalitiesInStudy=SR&sort=NumberOfStudyRelatedInstances') == ['P2', 'P3']
    assert patients(three, 'ModalitiesInStudy=CT%5CPT&sort=PatientID') == ['P1', 'P2', 'P3']
    assert patients(three, 'NumberOfStudyRelatedInstances=12') == ['P3']
    assert three.get_json('/paging/count?ModalitiesInStudy=CT') == {'Count': 2}


def test_modalities_are_counted(three: Orthanc) -> None:
    served = three.get_json('/paging/facets?field=ModalitiesInStudy')
    assert [(facet['Value'], facet['Count']) for facet in served['Values']] == [
        ('CT', 2),
        ('SR', 2),
        ('MR', 1),
        ('PT', 1),
    ]


def test_counts_change_once_something_changed_and_not_before(three: Orthanc) -> None:
    path = '/paging/facets?field=ModalitiesInStudy&PatientID=P4'
    none = three.get(path)
    assert none.json()['Values'] == []
    assert three.get(path, {'If-None-Match': none.headers['ETag']}).status_code == 304
    study = upload(three, 'P4', 'US')
    one = three.get(path, FRESH | {'If-None-Match': none.headers['ETag']})
    assert one.json()['Values'] == [{'Value': 'US', 'Count': 1}]
    three.delete(f'/studies/{study}')
    assert three.get(path, FRESH | {'If-None-Match': one.headers['ETag']}).json() == none.json()


def test_computed_tags_follow_uploads_and_deletions(three: Orthanc) -> None:
    assert patients(three, 'ModalitiesInStudy=SR&sort=PatientID') == ['P2', 'P3']
    upload(three, 'P1', 'CT', 'CT', 'SR')
    three.delete(f'/series/{resource_id("P2", "P2", "1")}')
    assert_computed_tags_are_the_truth(three)
    assert patients(three, 'ModalitiesInStudy=SR&sort=PatientID') == ['P1', 'P3']


def test_a_single_instance_that_is_deleted_is_counted_no_more_after_a_relisting(three: Orthanc) -> None:
    three.delete(f'/instances/{resource_id("P3", "P3", "0", "0")}')
    three.post('/paging/relist')
    assert_computed_tags_are_the_truth(three)


def test_a_single_instance_that_is_deleted_is_soon_counted_no_more(three: Orthanc) -> None:
    if three.version < (1, 12):
        pytest.skip('Orthanc 1.10.1 does not report that a study has fewer instances')
    three.delete(f'/instances/{resource_id("P3", "P3", "0", "0")}')
    assert_computed_tags_are_the_truth(three)


def test_the_tag_of_a_page_changes_with_them_if_it_contains_them(three: Orthanc) -> None:
    def etag(fields: str) -> str:
        return three.get(f'/sort-studies?fields={fields}&limit=1&sort=PatientID').headers['ETag']

    before = etag('NumberOfStudyRelatedInstances')
    upload(three, 'P1', 'CT', instances=2)
    assert_computed_tags_are_the_truth(three)
    assert etag('NumberOfStudyRelatedInstances') != before


def test_after_a_restart_they_are_there_at_once(three: Orthanc) -> None:
    before = served_computed_tags(three)
    three.restart()
    three.wait_ready()
    assert three.get_json('/paging/status')['Snapshot']['UsedAtStart']
    assert served_computed_tags(three) == before


def test_without_a_snapshot_they_are_fetched_after_the_listing(three: Orthanc) -> None:
    three.restart({'Paging': {'SnapshotSeconds': 0}})
    three.wait_ready()
    wait_until(lambda: three.get_json('/paging/status')['ComputedTags']['Complete'], 'all to be known')
    assert three.get_json('/paging/status')['ComputedTags'] == {'Complete': True, 'Waiting': 0}
    assert_computed_tags_are_the_truth(three)


def test_without_them_they_are_no_keywords(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({'Paging': {'ComputedTags': False}})
    upload(orthanc, 'P1', 'CT')
    answer = orthanc.get('/sort-studies?ModalitiesInStudy=CT')
    assert answer.status_code == 400
    assert 'ModalitiesInStudy' not in answer.json()['expected']


@pytest.mark.parametrize('end', [Orthanc.terminate, Orthanc.kill])
def test_tags_that_were_due_at_the_end_are_fetched_after_a_warm_start(
    start_orthanc: OrthancStarter, end: Callable[[Orthanc], object]
) -> None:
    """Check that this includes a stable study, without a relist, which would repair it."""
    orthanc = start_orthanc({'Paging': {'RelistSeconds': 0}, 'StableAge': 1})
    upload(orthanc, 'P1', 'CT')
    assert_computed_tags_are_the_truth(orthanc)
    orthanc.restart()
    orthanc.wait_ready()
    orthanc.upload(instance('P1', 'P1', '0', 'another', Modality='CT'))
    more = (orthanc.upload(instance('P2', 'P2', '0', f'{number}')) for number in range(1000))

    def is_stable_while_another_study_grows() -> bool:
        next(more)
        [served] = orthanc.get_json('/sort-studies?PatientID=P1')
        return bool(served['IsStable']) and orthanc.get_json('/paging/status')['Fetched'] > 2

    wait_until(is_stable_while_another_study_grows, 'the study to be stable')
    assert served_computed_tags(orthanc)[resource_id('P1', 'P1')] == ('CT', '1')
    end(orthanc)
    orthanc.restart()
    orthanc.wait_ready()
    assert orthanc.get_json('/paging/status')['Snapshot']['UsedAtStart']
    assert_computed_tags_are_the_truth(orthanc)
