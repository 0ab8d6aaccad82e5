"""What scripts inside Orthanc do on an event is soon on the page, though Orthanc reports it to nobody."""

import pytest

from tests.conftest import OrthancStarter
from tests.support.dicom import instance, study_id
from tests.support.orthanc import Orthanc
from tests.support.systems import CHECKOUT
from tests.support.truth import assert_pages_are_the_truth, first_difference
from tests.support.waiting import wait_until

ACTING = CHECKOUT / 'tests' / 'support' / 'acting.py'
STUDY = study_id('P', 'S')
SOON = 5.0
"""Seconds, on a machine however busy. Nothing else can show the label: studies are stable by then, no relisting
begins, and the second look at a study that should be stable comes seven seconds later."""


@pytest.fixture
def start(start_orthanc: OrthancStarter) -> OrthancStarter:
    """Starts Orthancs that have labels."""
    if start_orthanc.system == 'bookworm':
        pytest.skip('Orthanc has labels from 1.12.0 on')
    return start_orthanc


def acting(start: OrthancStarter, on: str, when: str, seconds: float = 0.0, stable_age: int = 1) -> Orthanc:
    return start({'Acting': {'On': on, 'When': when, 'Seconds': seconds}, 'StableAge': stable_age}, script=ACTING)


def labels(orthanc: Orthanc) -> list[list[str]]:
    return [study['Labels'] for study in orthanc.get_json('/sort-studies')]


def true_labels(orthanc: Orthanc) -> list[str]:
    return list(orthanc.get_json(f'/studies/{STUDY}/labels'))


def assert_label_shows(orthanc: Orthanc) -> None:
    wait_until(lambda: true_labels(orthanc) == ['routed'], 'the script to set the label', 20)
    wait_until(lambda: labels(orthanc) == [['routed']], 'the label on the page', SOON)
    assert first_difference(orthanc) is None


@pytest.mark.parametrize('when', ['before', 'after', 'thread'])
@pytest.mark.parametrize('on', ['STABLE_STUDY', 'STABLE_SERIES', 'STABLE_PATIENT'])
def test_a_label_that_a_script_sets_on_a_stable_study_shows(start: OrthancStarter, on: str, when: str) -> None:
    orthanc = acting(start, on, when)
    orthanc.upload(instance('P', 'S', 'A', '1'))
    assert_label_shows(orthanc)


@pytest.mark.parametrize('on', ['NEW_STUDY', 'NEW_SERIES'])
def test_a_label_that_a_script_sets_on_a_new_study_shows_before_it_is_stable(
    start: OrthancStarter, on: str
) -> None:
    orthanc = acting(start, on, 'after', stable_age=60)
    orthanc.upload(instance('P', 'S', 'A', '1'))
    assert_label_shows(orthanc)


@pytest.mark.parametrize('on', ['STABLE_STUDY', 'STABLE_PATIENT'])
def test_a_script_may_take_seconds_and_be_the_last_to_do_something(start: OrthancStarter, on: str) -> None:
    orthanc = acting(start, on, 'after', seconds=3.0)
    orthanc.upload(instance('P', 'S', 'A', '1'))
    assert_label_shows(orthanc)


def test_a_label_that_a_script_sets_when_a_study_was_sent_shows(start: OrthancStarter) -> None:
    receiver = start()
    orthanc = acting(start, 'JOB_SUCCESS', 'after')
    orthanc.put('/peers/receiver', json={'Url': receiver.url})
    orthanc.upload(instance('P', 'S', 'A', '1'))
    orthanc.upload(instance('Q', 'T', 'A', '1'))
    orthanc.wait_until_stable()
    assert_pages_are_the_truth(orthanc)
    orthanc.post_json('/peers/receiver/store', {'Resources': [STUDY], 'Synchronous': True})
    wait_until(lambda: ['routed'] in labels(orthanc), 'the label on the page', SOON)
    assert_pages_are_the_truth(orthanc, 0)
    receiver.wait_until_stable()


def test_a_label_that_a_lua_script_sets_on_a_stable_study_shows(start: OrthancStarter) -> None:
    orthanc = start({'LuaScripts': [str(CHECKOUT / 'tests' / 'support' / 'label.lua')]})
    orthanc.upload(instance('P', 'S', 'A', '1'))
    assert_label_shows(orthanc)


def test_a_fresh_page_has_the_label_of_a_script_that_has_just_set_it(start: OrthancStarter) -> None:
    orthanc = acting(start, 'STABLE_STUDY', 'after')
    for number in range(5):
        orthanc.upload(instance('P', 'S', 'A', f'{number}'))
        wait_until(lambda: true_labels(orthanc) == ['routed'], 'the script to set the label', 20)
        answer = orthanc.get('/sort-studies', {'Cache-Control': 'no-cache'})
        assert [study['Labels'] for study in answer.json()] == [['routed']]
        orthanc.delete(f'/studies/{STUDY}/labels/routed')


def test_a_fresh_page_has_the_changes_of_a_running_script_so_far(start: OrthancStarter) -> None:
    orthanc = acting(start, 'STABLE_STUDY', 'after', seconds=2.0)
    orthanc.upload(instance('P', 'S', 'A', '1'))
    wait_until(lambda: true_labels(orthanc) == ['routed'], 'the script to set the label', 20)
    answer = orthanc.get('/sort-studies', {'Cache-Control': 'no-cache'})
    assert [study['Labels'] for study in answer.json()] == [['routed']]
