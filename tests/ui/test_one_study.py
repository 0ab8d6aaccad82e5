"""The details belong to one study at all times, however late or wrong the answers are."""

import re
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Route, expect

from tests.support.dicom import instance, study_id, uid
from tests.support.orthanc import Orthanc
from tests.support.waiting import wait_until
from tests.ui.conftest import Open
from tests.ui.studies import upload
from tests.ui.study_list import StudyList

pytestmark = pytest.mark.one_system

ROUTES = ('**/sort-studies?*around=*', '**/studies/**')
"""The addresses of all requests about one study."""

MANY = 60
NOT_IN_THE_LIST = 'This study is not in the list under the present filters.'
GONE = 'This study does not exist any more.'


@pytest.fixture
def many(orthanc: Orthanc) -> Orthanc:
    """An Orthanc with studies of one day each, the newest of the patient P00."""
    for number in range(MANY):
        upload(
            orthanc,
            f'P{number:02}',
            StudyDate=f'20240{1 + (MANY - 1 - number) // 28}{1 + (MANY - 1 - number) % 28:02}',
        )
    wait_until(lambda: len(orthanc.get_json('/sort-studies')) == MANY, 'all studies')
    return orthanc


def open_study(open_list: Open, orthanc: Orthanc, patient: str) -> StudyList:
    """A list with the study of a patient open, and everything of it there."""
    studies = open_list(orthanc)
    studies.row_of(patient).click()
    expect_whole(studies, patient)
    return studies


def heading(studies: StudyList) -> str:
    return studies.details.get_by_role('heading', level=2).inner_text()


def expect_whole(studies: StudyList, patient: str) -> None:
    """The study of a patient is there with its series and links, and nothing is wrong."""
    expect(studies.details.get_by_role('heading', level=2)).to_have_text(f'{patient}, New')
    expect(studies.details).to_contain_text(uid(patient))
    expect(studies.details.locator('.series li')).to_have_count(1)
    expect(studies.link('Download (DICOM)')).to_have_attribute('href', re.compile(study_id(patient, patient)))
    expect(studies.details.locator('.sentences p')).to_have_count(0)


def expect_nothing_of(studies: StudyList, patient: str) -> None:
    """Neither a word nor a link of the study of a patient is in the details."""
    html = studies.details.evaluate('details => details.outerHTML')
    assert [part for part in (patient, uid(patient), study_id(patient, patient)) if part in html] == []


class Kept:
    """Requests that wait until they are released."""

    def __init__(self, studies: StudyList, *patterns: str) -> None:
        self._waiting: list[Route] = []
        self._is_released = False
        for pattern in patterns:
            studies.page.route(pattern, self._keep)

    def release(self) -> None:
        self._is_released = True
        for route in self._waiting:
            route.continue_()

    def _keep(self, route: Route) -> None:
        if self._is_released:
            route.continue_()
        else:
            self._waiting.append(route)


def fail_with(status: int) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status)


def break_off(route: Route) -> None:
    route.abort()


def log_in_first(route: Route) -> None:
    route.fulfill(body='<html>Log in</html>', content_type='text/html')


def test_a_click_shows_the_row_at_once_however_long_the_answer_takes(open_list: Open, many: Orthanc) -> None:
    studies = open_study(open_list, many, 'P00')
    kept = Kept(studies, *ROUTES)
    studies.row_of('P01').click()
    assert heading(studies) == 'P01, New'
    expect(studies.details).to_contain_text('Loading …')
    expect(studies.details.get_by_text('P01', exact=True)).to_be_visible()
    expect(studies.details.get_by_role('link')).to_have_count(0)
    expect_nothing_of(studies, 'P00')
    kept.release()
    expect_whole(studies, 'P01')


@pytest.mark.parametrize(
    ('fail', 'sentence'),
    [
        (fail_with(401), 'You may not see this, or you are not logged in any more. Reload the page to log in.'),
        (fail_with(403), 'You may not see this, or you are not logged in any more. Reload the page to log in.'),
        (fail_with(404), 'This study does not exist any more.'),
        (fail_with(500), 'Orthanc does not respond. Trying again …'),
        (fail_with(503), 'Loading …'),
        (break_off, 'Orthanc does not respond. Trying again …'),
        (log_in_first, 'Orthanc does not respond. Trying again …'),
    ],
    ids=['401', '403', '404', '500', '503', 'no connection', 'another page'],
)
def test_a_failure_is_said_in_the_details_and_stays(
    open_list: Open, many: Orthanc, fail: Callable[[Route], None], sentence: str
) -> None:
    studies = open_study(open_list, many, 'P00')
    studies.expect_trouble('ERR_FAILED|status of')
    for pattern in ROUTES:
        studies.page.route(pattern, fail)
    studies.row_of('P01').click()
    assert heading(studies) == 'P01, New'
    expect(studies.details).to_contain_text(sentence)
    expect_nothing_of(studies, 'P00')
    with studies.page.expect_request(re.compile('around=')):
        pass  # another attempt
    expect(studies.details).to_contain_text(sentence)
    expect(studies.notice).to_be_hidden()
    expect_nothing_of(studies, 'P00')
    studies.page.unroute_all()
    expect_whole(studies, 'P01')


def test_a_link_to_a_study_shows_nothing_until_it_is_there(open_list: Open, many: Orthanc) -> None:
    studies = open_list(many)
    studies.page.goto('about:blank')
    kept = Kept(studies, ROUTES[0])
    studies.open(f'#open={study_id("P01", "P01")}')
    expect(studies.details).to_contain_text('Loading …')
    expect(studies.details.get_by_role('heading', level=2)).to_have_text('Study')
    kept.release()
    expect_whole(studies, 'P01')


def test_answers_that_come_after_a_later_click_are_dropped(open_list: Open, many: Orthanc) -> None:
    studies = open_list(many)
    first = study_id('P00', 'P00')
    kept = Kept(studies, f'**/sort-studies?*around={first}*', f'**/studies/{first}', f'**/studies/{first}/**')
    studies.row_of('P00').click()
    expect(studies.details).to_contain_text('Loading …')
    studies.row_of('P01').click()
    expect_whole(studies, 'P01')
    kept.release()
    expect_nothing_of(studies, 'P00')
    studies.row_of('P02').click()
    expect_whole(studies, 'P02')
    studies.row_of('P01').click()
    expect_whole(studies, 'P01')


@pytest.mark.parametrize(
    ('pattern', 'sentence', 'present'),
    [
        (
            '**/plugins',
            'The viewers could not be loaded.',
            ['Orthanc Explorer', 'Download (DICOM)', uid('P00'), '1 instance'],
        ),
        (
            '**/studies/*/series',
            'The series could not be loaded.',
            ['Orthanc Explorer', 'Download (DICOM)', uid('P00')],
        ),
    ],
)
def test_a_part_that_is_refused_leaves_the_rest(
    open_list: Open, many: Orthanc, pattern: str, sentence: str, present: Sequence[str]
) -> None:
    studies = open_list(many)
    studies.expect_trouble('403')
    studies.page.route(pattern, lambda route: route.fulfill(status=403))
    studies.row_of('P00').click()
    expect(studies.details.get_by_role('heading', level=2)).to_have_text('P00, New')
    expect(studies.details).to_contain_text(sentence)
    for text in present:
        expect(studies.details).to_contain_text(text)
    studies.page.unroute_all()
    expect_whole(studies, 'P00')


def test_a_label_shows_if_no_visible_row_has_changed(open_list: Open, many: Orthanc) -> None:
    studies = open_far_away(open_list, many)
    many.put(f'/studies/{study_id("P00", "P00")}/labels/read', content=b'')
    expect(studies.details).to_contain_text('read')
    many.upload(instance('P00', 'P00', 'B', '1', Modality='SR', StudyDate='20240304'))
    expect(studies.details.locator('.series li')).to_have_count(2)


def open_far_away(open_list: Open, orthanc: Orthanc) -> StudyList:
    """A list with the study of the first row open, and scrolled so far that this is not seen."""
    studies = open_study(open_list, orthanc, 'P00')
    studies.scroll_to(30)
    expect(studies.row_of('P35')).to_be_visible()
    expect(studies.position).to_have_text(re.compile('^[23]'))
    return studies


def test_a_deletion_shows_if_the_study_is_not_in_the_list(open_list: Open, many: Orthanc) -> None:
    studies = open_study(open_list, many, 'P00')
    studies.expect_trouble('400')
    studies.search.fill('p05')
    studies.expect_total(1)
    expect(studies.details).to_contain_text(NOT_IN_THE_LIST)
    assert many.delete(f'/studies/{study_id("P00", "P00")}').status_code == 200
    expect(studies.details).to_contain_text(GONE)
    assert heading(studies) == 'P00, New'
    expect(studies.details.get_by_role('link')).to_have_count(0)
    expect(studies.details).not_to_contain_text(uid('P00'))
    upload(many, 'P00')
    expect_gone_over(studies)


def expect_gone_over(studies: StudyList) -> None:
    """The study is there again, outside the list."""
    expect(studies.details).to_contain_text(uid('P00'))
    expect(studies.details.locator('.sentences')).to_have_text(NOT_IN_THE_LIST)


def test_that_a_filter_leaves_it_out_is_said_until_the_filter_goes(open_list: Open, many: Orthanc) -> None:
    studies = open_study(open_list, many, 'P00')
    studies.expect_trouble('400')
    studies.filter('Patient').fill('P01')
    studies.expect_total(1)
    expect(studies.details.locator('.sentences')).to_have_text(NOT_IN_THE_LIST)
    expect(studies.details).to_contain_text(uid('P00'))
    studies.button('Clear all').click()
    studies.expect_total(MANY)
    expect(studies.details.locator('.sentences p')).to_have_count(0)


def test_that_its_label_went_and_so_it_left_the_list_is_said(open_list: Open, many: Orthanc) -> None:
    for patient in ('P00', 'P01'):
        many.put(f'/studies/{study_id(patient, patient)}/labels/todo', content=b'')
    studies = open_list(many)
    studies.expect_trouble('400')
    studies.chip('todo').click()
    studies.expect_total(2)
    studies.row_of('P00').click()
    expect_whole(studies, 'P00')
    assert many.delete(f'/studies/{study_id("P00", "P00")}/labels/todo').status_code == 200
    expect(studies.details.locator('.sentences')).to_have_text(NOT_IN_THE_LIST)
    studies.expect_total(1)
    many.put(f'/studies/{study_id("P00", "P00")}/labels/todo', content=b'')
    expect(studies.details.locator('.sentences p')).to_have_count(0)


def test_while_nothing_answers_the_page_says_that_its_rows_are_old(open_list: Open, many: Orthanc) -> None:
    studies = open_study(open_list, many, 'P00')
    studies.expect_trouble('ERR_FAILED')
    studies.page.route(ROUTES[0], break_off)
    expect(studies.details.locator('.sentences')).to_have_text(
        'This may be out of date. Orthanc does not respond. Trying again …'
    )
    expect(studies.details).to_contain_text(uid('P00'))
    studies.page.unroute_all()
    expect_whole(studies, 'P00')
