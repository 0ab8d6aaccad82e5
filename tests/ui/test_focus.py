"""The focus, a click and the open row belong to a study, whatever comes above it meanwhile."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.support.dicom import study_id
from tests.support.orthanc import Orthanc
from tests.support.waiting import wait_until
from tests.ui.conftest import Open
from tests.ui.studies import upload
from tests.ui.study_list import StudyList
from tests.ui.test_one_study import MANY, Kept, many  # noqa: F401

pytestmark = pytest.mark.one_system

NEWER = '20250101'

CLICK = """([row, wait]) => {
    const cell = () => document.querySelector(`.ag-row[row-index="${row}"] [col-id="PatientID"]`);
    const { x, y, height } = cell().getBoundingClientRect();
    const before = cell().textContent;
    const click = () => {
        const pointer = { bubbles: true, cancelable: true, button: 0, clientX: x + 5, clientY: y + height / 2 };
        const target = () => document.elementFromPoint(pointer.clientX, pointer.clientY);
        target().dispatchEvent(new PointerEvent('pointerdown', pointer));
        target().dispatchEvent(new PointerEvent('pointerup', pointer));
        target().dispatchEvent(new PointerEvent('click', pointer));
        window.clickedOn = cell().textContent;
    };
    new MutationObserver((_, observer) => {
        if (cell() && cell().textContent !== before) {
            observer.disconnect();
            wait ? setTimeout(click, wait) : click();
        }
    }).observe(document.querySelector('.list'), { childList: true, subtree: true, characterData: true });
}"""
"""Clicks in the middle of a row when its content has changed, after some milliseconds."""


def expect_open(studies: StudyList, patient: str) -> None:
    expect(studies.details.get_by_role('heading', level=2)).to_have_text(f'{patient}, New')


def focused(studies: StudyList) -> Locator:
    """The row that has the focus."""
    return studies.page.locator('.ag-row:has(.ag-cell:focus)')


def focus_by_keys(studies: StudyList, patient: str) -> None:
    """Go to a row of the first ones by the keyboard."""
    studies.header('Patient').focus()
    for _ in range(2 + int(patient[1:])):
        studies.page.keyboard.press('ArrowDown')
    expect(focused(studies)).to_contain_text(patient)


def top_of(row: Locator) -> float:
    box = row.bounding_box()
    assert box is not None
    return box['y']


def test_the_keyboard_acts_on_the_study_that_has_the_focus(open_list: Open, many: Orthanc) -> None:  # noqa: F811
    studies = open_list(many)
    focus_by_keys(studies, 'P03')
    place = top_of(studies.row_of('P03'))
    upload(many, 'NEW1', 'NEW2', StudyDate=NEWER)
    studies.expect_total(MANY + 2)
    expect(focused(studies)).to_contain_text('P03')
    expect(studies.row_of('P03')).to_have_attribute('row-index', '5')
    assert top_of(studies.row_of('P03')) == place
    expect(studies.news).to_have_text('↑ 2 new studies')
    studies.page.keyboard.press('Enter')
    expect_open(studies, 'P03')
    studies.page.keyboard.press('ArrowDown')
    expect(focused(studies)).to_contain_text('P04')
    studies.page.keyboard.press('Enter')
    expect_open(studies, 'P04')
    upload(many, 'NEW3', StudyDate=NEWER)
    studies.expect_total(MANY + 3)
    studies.page.keyboard.press('ArrowUp')
    expect(focused(studies)).to_contain_text('P03')


def test_the_row_that_was_clicked_keeps_the_focus_while_rows_slide(open_list: Open, many: Orthanc) -> None:  # noqa: F811
    studies = open_list(many)
    studies.row_of('P03').click()
    expect_open(studies, 'P03')
    upload(many, 'NEW1', StudyDate=NEWER)
    expect(studies.cell(0, 'PatientID')).to_have_text('NEW1')
    expect(focused(studies)).to_contain_text('P03')
    expect(studies.row_of('P03')).to_have_class(re.compile(r'\bopen\b'))
    expect(studies.row_of('P02')).not_to_have_class(re.compile(r'\bopen\b'))
    assert many.delete(f'/studies/{study_id("P01", "P01")}').status_code == 200
    studies.expect_total(MANY)
    expect(focused(studies)).to_contain_text('P03')
    studies.page.keyboard.press('ArrowDown')
    studies.page.keyboard.press('Enter')
    expect_open(studies, 'P04')


def test_the_row_that_is_pressed_opens_even_if_it_moves(open_list: Open, many: Orthanc) -> None:  # noqa: F811
    studies = open_list(many)
    studies.row_of('P03').hover()
    studies.page.mouse.down()
    upload(many, 'NEW1', StudyDate=NEWER)
    expect(studies.cell(3, 'PatientID')).to_have_text('P02')
    studies.page.mouse.up()
    expect_open(studies, 'P03')
    expect(studies.row_of('P03')).to_have_class(re.compile(r'\bopen\b'))
    expect(focused(studies)).to_contain_text('P03')


def test_a_press_that_is_released_elsewhere_opens_nothing(open_list: Open, many: Orthanc) -> None:  # noqa: F811
    studies = open_list(many)
    studies.row_of('P03').hover()
    studies.page.mouse.down()
    studies.row_of('P09').hover()
    studies.page.mouse.up()
    studies.row_of('P05').click()
    expect_open(studies, 'P05')
    assert studies.page.url.count('open=') == 1
    studies.page.go_back()
    expect(studies.details).to_be_hidden()


@pytest.mark.parametrize(('wait', 'opened'), [(0, 'P03'), (350, 'P02')])
def test_a_click_just_after_rows_moved_acts_on_what_was_there_before(
    open_list: Open,
    many: Orthanc,  # noqa: F811
    wait: int,
    opened: str,
) -> None:
    studies = open_list(many)
    expect(studies.cell(3, 'PatientID')).to_have_text('P03')
    studies.page.evaluate(CLICK, [3, wait])
    upload(many, 'NEW1', StudyDate=NEWER)
    expect_open(studies, opened)
    assert studies.evaluate('window.clickedOn') == 'P02'


def test_a_study_that_goes_takes_the_focus_from_no_other(open_list: Open, many: Orthanc) -> None:  # noqa: F811
    studies = open_list(many)
    studies.expect_trouble('400')
    focus_by_keys(studies, 'P03')
    assert many.delete(f'/studies/{study_id("P03", "P03")}').status_code == 200
    studies.expect_total(MANY - 1)
    expect(focused(studies)).to_have_count(0)
    studies.page.keyboard.press('Enter')
    expect_open(studies, 'P03')
    expect(studies.details).to_contain_text('This study does not exist any more.')
    studies.page.keyboard.press('Escape')
    expect(focused(studies)).to_have_attribute('row-index', '0')


def test_after_the_study_with_the_focus_went_the_arrows_lead_into_the_list(
    open_list: Open,
    many: Orthanc,  # noqa: F811
) -> None:
    studies = open_list(many)
    focus_by_keys(studies, 'P03')
    assert many.delete(f'/studies/{study_id("P03", "P03")}').status_code == 200
    studies.expect_total(MANY - 1)
    expect(focused(studies)).to_have_count(0)
    studies.page.keyboard.press('ArrowDown')
    expect(focused(studies)).to_have_attribute('row-index', '0')


def test_rows_wait_for_their_new_content_before_they_move(open_list: Open, many: Orthanc) -> None:  # noqa: F811
    studies = open_list(many)
    studies.scroll_to(20)
    expect(studies.row_of('P25')).to_be_visible()
    place = top_of(studies.row_of('P25'))
    kept = Kept(studies, '**/sort-studies?*limit=100*')
    upload(many, 'NEW1', 'NEW2', StudyDate=NEWER)
    expect(studies.news).to_have_text('↑ 2 new studies')
    expect(studies.row(25)).to_contain_text('P25')
    assert top_of(studies.row_of('P25')) == place
    kept.release()
    expect(studies.row(27)).to_contain_text('P25')
    assert top_of(studies.row_of('P25')) == place


def test_escape_returns_to_the_row_of_the_study(open_list: Open, many: Orthanc) -> None:  # noqa: F811
    studies = open_list(many)
    studies.row_of('P12').click()
    expect_open(studies, 'P12')
    studies.button('Close').click()
    expect(studies.details).to_be_hidden()
    expect(focused(studies)).to_contain_text('P12')
    studies.row_of('P15').click()
    expect_open(studies, 'P15')
    studies.link('Download (DICOM)').focus()
    upload(many, 'NEW1', StudyDate=NEWER)
    expect(studies.cell(0, 'PatientID')).to_have_text('NEW1')
    studies.page.keyboard.press('Escape')
    expect(studies.details).to_be_hidden()
    expect(focused(studies)).to_contain_text('P15')


def test_escape_goes_to_the_first_row_if_the_study_has_none(open_list: Open, many: Orthanc) -> None:  # noqa: F811
    studies = open_list(many)
    studies.expect_trouble('400')
    studies.row_of('P15').click()
    expect_open(studies, 'P15')
    studies.search.fill('p2')
    studies.expect_total(10)
    wait_until(lambda: studies.values('PatientID', 1) == ['P20'], 'the rows')
    studies.page.keyboard.press('Escape')
    studies.search.blur()
    studies.expect_total(MANY)
    studies.page.keyboard.press('Escape')
    expect(focused(studies)).to_contain_text('P15')
