"""If Orthanc refuses something, the rest goes on, and it is made up for. An error of the plugin is reported."""

from tests.conftest import OrthancStarter
from tests.support.dicom import instance, study_id
from tests.support.metrics import metrics_of
from tests.support.orthanc import Orthanc
from tests.support.systems import CHECKOUT
from tests.support.truth import assert_pages_are_the_truth
from tests.support.waiting import wait_until

SCRIPTS = CHECKOUT / 'tests' / 'support'


def series_on_page(orthanc: Orthanc) -> dict[str, int]:
    return {study['ID']: len(study['Series']) for study in orthanc.get('/sort-studies').json()}


def test_a_study_that_orthanc_refuses_delays_no_other(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({'StableAge': 60}, script=SCRIPTS / 'refusing.py')
    bad, good, new = (study_id(name, name) for name in ('bad', 'good', 'new'))
    for name in ('bad', 'good'):
        orthanc.upload(instance(name, name, 'A', '1'))
    assert_pages_are_the_truth(orthanc)
    orthanc.put(f'/refuse/{bad}', content=b'')
    for name, series in (('bad', 'B'), ('good', 'B'), ('new', 'A')):
        orthanc.upload(instance(name, name, series, '1'))
    wait_until(lambda: series_on_page(orthanc) == {bad: 1, good: 2, new: 1}, 'the others on the page')
    orthanc.upload(instance('good', 'good', 'C', '1'))
    wait_until(lambda: series_on_page(orthanc) == {bad: 1, good: 3, new: 1}, 'the next change of another')
    assert orthanc.log.count(f'study {bad} cannot be fetched, trying again: Corrupted file') == 1
    assert orthanc.get_json('/paging/status')['OrthancAnswers']
    orthanc.delete('/refuse/none')
    assert_pages_are_the_truth(orthanc)


def test_an_error_of_ours_ends_the_pages_alone_and_is_reported_everywhere(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc(script=SCRIPTS / 'garbling.py', ready=False)
    wait_until(lambda: orthanc.get_json('/paging/status')['State'] == 'failed', 'the failure')
    refusal = orthanc.get('/sort-studies')
    assert (refusal.status_code, 'the index has failed' in refusal.text) == (503, True)
    assert 'no longer following Orthanc: JSONDecodeError' in orthanc.log
    metrics = metrics_of(orthanc)
    assert (metrics['orthanc_paging_ready'], metrics['orthanc_paging_failed']) == (0, 1)
    orthanc.upload(instance('P', 'S', 'A', '1'))
    assert orthanc.get_json('/studies') == [study_id('P', 'S')]
