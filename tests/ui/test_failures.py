"""The page says what fails, and recovers by itself."""

import json
import re

import pytest
from playwright.sync_api import Request, Route, expect

from tests.conftest import OrthancStarter
from tests.support.orthanc import Orthanc
from tests.ui.conftest import Open
from tests.ui.studies import HOSPITAL, upload
from tests.ui.study_list import StudyList

CONNECTION = 'ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED|50[03]'
NOT_LISTED = {
    'type': 'about:blank',
    'title': 'Service Unavailable',
    'status': 503,
    'detail': 'The studies are being listed: 1200 of 4000.',
    'progress': {'Listed': 1200, 'Total': 4000},
}
LISTING = {'State': 'listing', 'Progress': {'Listed': 3000, 'Total': 4000}}


def test_orthanc_restarted_under_an_open_page(open_list: Open, start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({'StableAge': 60})
    upload(orthanc, 'ONE')
    studies = open_list(orthanc)
    expect(studies.row_of('ONE')).to_be_visible()
    studies.expect_trouble(CONNECTION)
    orthanc.terminate()
    expect(studies.notice).to_have_text('Orthanc does not respond. Trying again …')
    expect(studies.row_of('ONE')).to_be_visible()
    orthanc.launch()
    orthanc.wait_until_up()
    expect(studies.notice).to_be_hidden()
    upload(orthanc, 'TWO')
    expect(studies.row_of('TWO')).to_be_visible()


@pytest.mark.one_system
def test_a_slow_answer_is_waited_for(open_list: Open, hospital: Orthanc) -> None:
    studies = open_list(hospital)
    kept: list[Route] = []
    studies.page.route('**/sort-studies?*q=*', lambda route: kept.append(route))
    studies.search.fill('yamada')
    studies.wait_until(lambda: len(kept) > 1, 'a poll while the first answer is kept')
    expect(studies.position).to_have_text('Loading …')
    for route in kept:
        route.continue_()
    studies.page.unroute_all()
    expect(studies.cell(0, 'PatientName')).to_have_text(re.compile('Yamada'))
    studies.expect_total(hospital.get_json('/paging/count?q=yamada')['Count'])


@pytest.mark.one_system
def test_a_late_answer_does_not_take_the_place_of_a_newer_one(open_list: Open, hospital: Orthanc) -> None:
    studies = open_list(hospital)
    kept: list[Route] = []
    studies.page.route('**/sort-studies?*q=yamada*', lambda route: kept.append(route))
    studies.search.fill('yamada')
    expect(studies.position).to_have_text('Loading …')
    over: list[Request] = []
    for event in ('requestfinished', 'requestfailed'):
        studies.page.on(event, lambda request: over.append(request))
    studies.search.fill('dvorak')
    expect(studies.cell(0, 'PatientName')).to_have_text('Dvořák, Jiří')
    for route in kept:
        route.continue_()
    studies.wait_until(lambda: all(route.request in over for route in kept), 'the late answers to be over')
    studies.wait_for_poll()
    expect(studies.cell(0, 'PatientName')).to_have_text('Dvořák, Jiří')
    studies.expect_total(hospital.get_json('/paging/count?q=dvorak')['Count'])


@pytest.mark.one_system
def test_while_studies_are_listed_a_bar_shows_how_far(open_list: Open, hospital: Orthanc) -> None:
    studies = open_list(hospital)
    studies.expect_trouble('503')
    problem = json.dumps(NOT_LISTED)
    studies.page.route(
        '**/sort-studies?*',
        lambda route: route.fulfill(status=503, body=problem, content_type='application/problem+json'),
    )
    studies.page.route('**/paging/status', lambda route: route.fulfill(json=LISTING))
    studies.page.reload()
    expect(studies.notice).to_contain_text(re.compile('Orthanc lists the studies: (1,200|3,000) of 4,000.'))
    bar = studies.notice.get_by_role('progressbar')
    expect(bar).to_have_js_property('max', 4000)
    expect(bar).to_have_js_property('value', 3000)
    studies.page.unroute_all()
    expect(studies.notice).to_be_hidden()
    studies.expect_total(HOSPITAL)
    expect(studies.cell(0, 'PatientID')).to_have_text(re.compile('.'))


@pytest.mark.one_system
@pytest.mark.parametrize('status', [401, 403])
def test_the_page_reports_an_ended_session_and_notices_a_login_elsewhere(studies: StudyList, status: int) -> None:
    studies.expect_trouble(str(status))
    studies.page.route('**/sort-studies?*', lambda route: route.fulfill(status=status))
    studies.page.route('**/paging/status', lambda route: route.fulfill(status=status))
    expect(studies.notice).to_contain_text('You are not logged in any more, or you may not see the studies.')
    expect(studies.notice).to_contain_text('Reload the page to log in.')
    studies.page.unroute_all()
    expect(studies.notice).to_be_hidden()
    studies.expect_total(HOSPITAL)


@pytest.mark.one_system
def test_the_page_reports_a_refused_request(studies: StudyList) -> None:
    studies.expect_trouble('400')
    studies.search.fill(' '.join(f'word{number}' for number in range(2000)))
    expect(studies.notice).to_be_visible()
    studies.search.fill('')
    studies.expect_total(HOSPITAL)
    expect(studies.notice).to_be_hidden()


@pytest.mark.one_system
def test_the_page_reports_a_failed_export(studies: StudyList) -> None:
    studies.expect_trouble('ERR_FAILED')
    studies.page.route('**/sort-studies?*', lambda route: route.abort())
    studies.button('Export as CSV').click()
    expect(studies.notice).to_have_text('Orthanc does not respond. Trying again …')
    expect(studies.button('Export as CSV')).to_be_enabled()
