"""All that is done by the mouse is done by the keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.orthanc import Orthanc
from tests.ui.conftest import Open
from tests.ui.studies import HOSPITAL
from tests.ui.study_list import StudyList

pytestmark = pytest.mark.one_system


def press(studies: StudyList, *keys: str) -> None:
    for key in keys:
        studies.page.keyboard.press(key)


def focused_row(studies: StudyList) -> int:
    """The number of the row whose cell has the focus."""
    return int(studies.page.locator('.ag-row:has(.ag-cell:focus)').get_attribute('row-index') or -1)


def tab_to(studies: StudyList, selector: str) -> None:
    """Go there by the Tab key alone."""
    for _ in range(60):
        if studies.page.locator(f'{selector}:focus').count():
            return
        press(studies, 'Tab')
    raise AssertionError(f'Tab does not lead to {selector}')


def test_a_study_is_searched_opened_and_closed(studies: StudyList, hospital: Orthanc) -> None:
    press(studies, '/')
    expect(studies.search).to_be_focused()
    studies.page.keyboard.type('dvorak jiri a20')
    path = '/sort-studies?q=dvorak%20jiri%20a20&sort=-StudyDate,-StudyTime&fields=PatientID'
    found = [study['PatientID'] for study in hospital.get_json(path)]
    studies.expect_total(len(found))
    studies.expect_values('PatientID', found[:2])
    tab_to(studies, '.ag-header-cell')
    press(studies, 'ArrowDown', 'ArrowDown')
    expect(studies.page.locator('.ag-row[row-index="0"] .ag-cell:focus')).to_have_count(1)
    press(studies, 'ArrowDown', 'ArrowRight', 'Enter')
    assert focused_row(studies) == 1
    expect(studies.details).to_contain_text(found[1])
    press(studies, 'Escape')
    expect(studies.details).to_be_hidden()
    expect(studies.page.locator('.ag-row .ag-cell:focus')).to_have_count(1)
    press(studies, '/', 'Escape')
    expect(studies.search).to_have_value('')
    studies.expect_total(HOSPITAL)


def test_keys_lead_far(studies: StudyList) -> None:
    tab_to(studies, '.ag-header-cell')
    press(studies, 'ArrowDown', 'ArrowDown', 'PageDown')
    expect(studies.page.locator('.ag-row .ag-cell:focus')).to_have_count(1)
    assert 15 < focused_row(studies) < 60
    for end, home in [('Control+End', 'Control+Home'), ('End', 'Home')]:
        press(studies, end)
        expect(studies.position).to_have_text(re.compile(f'{HOSPITAL} of {HOSPITAL}'))
        expect(studies.row(HOSPITAL - 1).locator('.ag-cell:focus')).to_have_count(1)
        press(studies, home)
        expect(studies.position).to_have_text(re.compile('^1–'))
        expect(studies.row(0).locator('.ag-cell:focus')).to_have_count(1)


def test_headers_sort_and_shift_sorts_by_several(studies: StudyList) -> None:
    tab_to(studies, '.ag-header-cell')
    press(studies, 'Enter')
    expect(studies.header('Patient')).to_have_attribute('aria-sort', 'ascending')
    press(studies, 'ArrowRight', 'ArrowRight', 'Shift+Enter', 'Shift+Enter')
    expect(studies.header('Born')).to_have_attribute('aria-sort', 'descending')
    expect(studies.header('Patient')).to_have_attribute('aria-sort', 'ascending')
    expect(studies.page).to_have_url(re.compile('sort=PatientName%2C-PatientBirthDate'))


def test_a_box_under_a_header_is_reached(studies: StudyList, hospital: Orthanc) -> None:
    tab_to(studies, '.ag-header-cell')
    press(studies, 'ArrowRight', 'ArrowDown', 'Enter')
    studies.page.keyboard.type('P00100001')
    expect(studies.filter('Patient ID')).to_have_value('P00100001')
    studies.expect_total(hospital.get_json('/paging/count?PatientID=P00100001*')['Count'])


def test_a_question_mark_shows_the_keys(studies: StudyList) -> None:
    press(studies, '?')
    dialog = studies.page.get_by_role('dialog', name='Keys')
    expect(dialog).to_contain_text('On a header: sort by it too')
    press(studies, '/')
    expect(studies.search).not_to_be_focused()
    press(studies, 'Escape')
    expect(dialog).to_be_hidden()
    studies.search.focus()
    press(studies, '?', '/')
    expect(studies.search).to_have_value('?/')


def test_chips_days_and_columns_are_set(studies: StudyList, hospital: Orthanc) -> None:
    expect(studies.chip('MR')).to_be_visible()
    tab_to(studies, '.chip[data-value="MR"]')
    press(studies, 'Space')
    studies.expect_total(hospital.get_json('/paging/count?ModalitiesInStudy=MR')['Count'])
    expect(studies.chip('MR')).to_be_focused()
    studies.button('Columns').focus()
    press(studies, 'Enter')
    tab_to(studies, '.columns li:nth-child(3) input')
    press(studies, 'Space', 'Escape')
    assert 'Born' not in studies.titles()
    expect(studies.button('Columns')).to_be_focused()


def test_the_details_are_reached_and_their_links(open_list: Open, hospital: Orthanc) -> None:
    studies = open_list(hospital)
    tab_to(studies, '.ag-header-cell')
    press(studies, 'ArrowDown', 'ArrowDown', 'Enter')
    expect(studies.link('Orthanc Explorer')).to_be_visible()
    tab_to(studies, '.details a')
    expect(studies.link('Orthanc Explorer')).to_be_focused()
