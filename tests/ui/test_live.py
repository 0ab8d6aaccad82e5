"""New, changed and deleted studies show by themselves, without moving what the eye is on."""

import re

import pytest
from playwright.sync_api import Request, expect

from tests.support.dicom import instance, study_id
from tests.support.orthanc import Orthanc
from tests.support.waiting import wait_until
from tests.ui.conftest import Open
from tests.ui.proxy import proxied
from tests.ui.studies import upload, wait_until_computed
from tests.ui.study_list import PATIENCE, StudyList

LOOK = 1.5  # seconds from one poll of the page to the next
POLLS = 4  # two of the list; if a study is open, two of that as well
MANY = 120


@pytest.fixture
def filled(orthanc: Orthanc) -> Orthanc:
    """An Orthanc with studies of one day each, the newest of the patient P000."""
    for number in range(MANY):
        upload(orthanc, f'P{number:03}', StudyDate=f'2020{12 - number // 28:02}{28 - number % 28:02}')
    wait_until_computed(orthanc, MANY)
    return orthanc


def delete(orthanc: Orthanc, patient: str) -> None:
    assert orthanc.delete(f'/studies/{study_id(patient, patient)}').status_code == 200


def top_of(studies: StudyList, patient: str) -> float:
    """The place of the row of a patient on the screen, in pixels."""
    box = studies.row_of(patient).bounding_box()
    assert box is not None
    return box['y']


def test_at_the_top_a_new_study_slides_in_and_is_marked_for_a_moment(open_list: Open, filled: Orthanc) -> None:
    studies = open_list(filled)
    studies.expect_total(MANY)
    expect(studies.cell(0, 'PatientID')).to_have_text('P000')
    upload(filled, 'NEW', StudyDate='20210101')
    expect(studies.cell(0, 'PatientID')).to_have_text('NEW')
    expect(studies.row_of('NEW')).to_have_class(re.compile(r'\bfresh\b'))
    expect(studies.row_of('P000')).not_to_have_class(re.compile(r'\bfresh\b'))
    studies.expect_total(MANY + 1)
    expect(studies.row_of('NEW')).not_to_have_class(re.compile(r'\bfresh\b'))


def test_changes_and_deletions_show(open_list: Open, filled: Orthanc) -> None:
    studies = open_list(filled)
    expect(studies.row_of('P003').locator('[col-id=NumberOfStudyRelatedSeries]')).to_have_text('1')
    filled.upload(instance('P003', 'P003', 'B', '1', Modality='SR', StudyDate='20201225'))
    expect(studies.row_of('P003').locator('[col-id=NumberOfStudyRelatedSeries]')).to_have_text('2')
    expect(studies.row_of('P003').locator('[col-id=ModalitiesInStudy] .chip')).to_have_text(['CT', 'SR'])
    expect(studies.chip('SR').locator('.number')).to_have_text('1')
    delete(filled, 'P001')
    expect(studies.row_of('P001')).to_have_count(0)
    studies.expect_total(MANY - 1)
    studies.expect_values('PatientID', ['P000', 'P002', 'P003', 'P004'])


def test_further_down_nothing_moves_and_a_button_leads_up(open_list: Open, filled: Orthanc) -> None:
    studies = open_list(filled)
    studies.scroll_to(60)
    expect(studies.row_of('P065')).to_be_visible()
    expect(studies.position).to_have_text(re.compile('^6[01]'))
    before = top_of(studies, 'P065')
    for day in '123':
        upload(filled, f'NEW{day}', StudyDate=f'2021010{day}')
    expect(studies.news).to_have_text('↑ 3 new studies')
    expect(studies.row(68)).to_contain_text('P065')
    assert top_of(studies, 'P065') == before
    studies.expect_total(MANY + 3)
    studies.news.click()
    studies.expect_values('PatientID', ['NEW3', 'NEW2', 'NEW1', 'P000'])
    expect(studies.news).to_be_hidden()


def test_further_down_a_deletion_above_moves_nothing(open_list: Open, filled: Orthanc) -> None:
    studies = open_list(filled)
    studies.scroll_to(60)
    expect(studies.row_of('P065')).to_be_visible()
    before = top_of(studies, 'P065')
    delete(filled, 'P001')
    delete(filled, 'P002')
    studies.expect_total(MANY - 2)
    expect(studies.row(63)).to_contain_text('P065')
    assert top_of(studies, 'P065') == before
    expect(studies.news).to_be_hidden()


def test_a_change_out_of_sight_shows_after_scrolling_there(open_list: Open, filled: Orthanc) -> None:
    studies = open_list(filled)
    expect(studies.cell(0, 'PatientID')).to_have_text('P000')
    filled.upload(instance('P050', 'P050', 'B', '1', Modality='SR', StudyDate='20201106'))
    path = '/sort-studies?PatientID=P050&fields=ModalitiesInStudy'
    wait_until(lambda: filled.get_json(path)[0]['ModalitiesInStudy'] == 'CT\\SR', 'both modalities')
    studies.scroll_to(45)
    expect(studies.row_of('P050').locator('[col-id=NumberOfStudyRelatedSeries]')).to_have_text('2')


def test_a_change_out_of_sight_is_counted_in_the_chips(open_list: Open, filled: Orthanc) -> None:
    studies = open_list(filled)
    expect(studies.chip('CT').locator('.number')).to_have_text(f'{MANY}')
    filled.upload(instance('P050', 'P050', 'B', '1', Modality='SR', StudyDate='20201106'))
    expect(studies.chip('SR').locator('.number')).to_have_text('1')


@pytest.mark.one_system
@pytest.mark.parametrize('is_open', [False, True])
def test_if_nothing_changed_the_answer_is_a_304(open_list: Open, filled: Orthanc, is_open: bool) -> None:
    with proxied(filled.url) as proxy:
        studies = open_list(proxy.url)
        if is_open:
            studies.row_of('P003').click()
            expect(studies.details.locator('.series li')).to_have_count(1)

        def answers() -> list[tuple[str, int]]:
            proxy.passed.clear()
            wait_until(
                lambda: [path for path, _ in proxy.passed].count('/sort-studies') > POLLS, 'polls', PATIENCE
            )
            return proxy.passed

        def nothing_is_sent() -> bool:
            passed = answers()
            return ('/sort-studies', 304) in passed and {status for _, status in passed} == {304}

        wait_until(nothing_is_sent, 'nothing but answers by 304', 4 * PATIENCE)


@pytest.mark.one_system
def test_nothing_is_requested_while_the_tab_is_hidden(open_list: Open, filled: Orthanc) -> None:
    studies = open_list(filled)
    requests: list[Request] = []
    over: list[Request] = []
    studies.page.on('request', lambda request: requests.append(request))
    for event in ('requestfinished', 'requestfailed'):
        studies.page.on(event, lambda request: over.append(request))
    studies.page.clock.install()
    studies.wait_until(lambda: len(requests) > 1, 'polls by the clock')
    set_visibility(studies, 'hidden')
    studies.wait_until(lambda: set(requests) <= set(over), 'the request that was on its way')
    requests.clear()
    studies.page.clock.run_for(int(3 * LOOK * 1000))
    assert requests == []
    upload(filled, 'NEW', StudyDate='20210101')
    set_visibility(studies, 'visible')
    expect(studies.cell(0, 'PatientID')).to_have_text('NEW')


def set_visibility(studies: StudyList, state: str) -> None:
    """Have the page believe that its tab is shown or not: without a window, Chromium's always is."""
    studies.page.evaluate(
        "state => { Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')) }",
        state,
    )
