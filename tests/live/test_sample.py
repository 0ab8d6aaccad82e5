"""Beside a site's own script, with the Orthanc Book's sample in the same Orthanc as the oracle."""

from itertools import product

from tests.conftest import OrthancStarter
from tests.support.dicom import instance, synthetic_studies
from tests.support.orthanc import Orthanc
from tests.support.systems import CHECKOUT
from tests.support.truth import assert_pages_are_the_truth
from tests.support.waiting import wait_until

SAMPLE = CHECKOUT / 'tests' / 'support' / 'sample.py'


def dates(orthanc: Orthanc, path: str) -> list[str]:
    return [study['MainDicomTags'].get('StudyDate', '') for study in orthanc.get_json(path)]


def test_the_pages_are_those_of_the_books_sample(start_orthanc: OrthancStarter) -> None:
    # No study becomes stable between the two answers that are compared.
    orthanc = start_orthanc({'StableAge': 60}, script=SAMPLE)
    for study in synthetic_studies(200):
        orthanc.upload(study.instances[0])
    assert_pages_are_the_truth(orthanc, deadline=30)
    whole = orthanc.get_json('/book-sort-studies')
    ours = orthanc.get_json('/sort-studies')
    assert sorted(ours, key=lambda study: study['ID']) == sorted(whole, key=lambda study: study['ID'])
    for offset, limit in product((0, 1, 2, 50, 199, 200, 1000), (0, 1, 2, 7, 50, 200, 1000)):
        query = f'?offset={offset}&limit={limit}'
        assert dates(orthanc, f'/sort-studies{query}') == dates(orthanc, f'/book-sort-studies{query}'), query


def test_a_sites_own_script_gets_the_events_and_hands_them_on(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc(script=SAMPLE)
    orthanc.upload(instance('P', 'S', 'A', '1'))
    wait_until(lambda: len(orthanc.get_json('/sort-studies')) == 1, 'the study on the page')
    new_study = '6'  # orthanc.ChangeType.NEW_STUDY
    assert orthanc.get_json('/sample-events')[new_study] == 1
