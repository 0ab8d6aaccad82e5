"""The list: its columns, and scrolling from the first study to the last."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.orthanc import Orthanc
from tests.support.waiting import wait_until
from tests.ui.conftest import Open
from tests.ui.studies import HOSPITAL
from tests.ui.study_list import PATIENCE, StudyList

AT_FIRST = [
    'Patient',
    'Patient ID',
    'Born',
    'Sex',
    'Date',
    'Time',
    'Modalities',
    'Description',
    'Accession no.',
    'Referring physician',
    'Institution',
    'Series',
    'Instances',
    'Labels',
]


def test_the_newest_study_is_first_and_shown_as_people_write(studies: StudyList, hospital: Orthanc) -> None:
    [newest, *_] = hospital.get_json('/sort-studies?sort=-StudyDate,-StudyTime&q=P001&limit=1')
    row = studies.row_of(newest['PatientMainDicomTags']['PatientID']).first
    date, time = newest['MainDicomTags']['StudyDate'], newest['MainDicomTags']['StudyTime']
    expect(row.locator('[col-id=StudyDate]')).to_have_text(f'{date[6:]}/{date[4:6]}/{date[:4]}')
    expect(row.locator('[col-id=StudyTime]')).to_have_text(f'{time[:2]}:{time[2:4]}')
    studies.search.fill('jurgen mull')
    expect(studies.cell(0, 'PatientName')).to_have_text('Müller, Jürgen')
    studies.search.fill('yamada')
    expect(studies.cell(0, 'PatientName')).to_have_text('Yamada, Tarou · 山田 太郎 · やまだ たろう')
    for keyword in ('ModalitiesInStudy', 'NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedInstances'):
        expect(studies.cell(0, keyword)).to_have_text(re.compile('[A-Z1-9]'))


def test_scrolling_leads_to_the_last_study_and_shows_the_position(studies: StudyList, hospital: Orthanc) -> None:
    expect(studies.position).to_have_text(re.compile(rf'^1–\d+ of {HOSPITAL} studies$'))
    [last] = hospital.get_json(f'/sort-studies?sort=-StudyDate,-StudyTime&offset={HOSPITAL - 1}&limit=1')
    for row in (50, 150, HOSPITAL):
        studies.scroll_to(row)
        first = HOSPITAL - 30 if row == HOSPITAL else row
        expect(studies.cell(min(row + 1, HOSPITAL - 1), 'PatientID')).to_have_text(re.compile('.'))
        wait_until(
            lambda: first <= position_rows(studies)[0] <= position_rows(studies)[1] <= HOSPITAL,  # noqa: B023
            f'the position to be {row}',
            PATIENCE,
        )
    expect(studies.position).to_have_text(re.compile(rf'–{HOSPITAL} of {HOSPITAL} studies$'))
    expect(studies.cell(HOSPITAL - 1, 'PatientID')).to_have_text(last['PatientMainDicomTags']['PatientID'])
    assert studies.rows.count() < 100, 'all rows are in the page'


@pytest.mark.one_system
def test_the_position_is_right_after_each_change_of_size(studies: StudyList) -> None:
    expect(studies.position).to_have_text(f'1–{whole_rows(studies)} of {HOSPITAL} studies')
    before = position_rows(studies)
    for height in (400, 1000):
        studies.page.set_viewport_size({'width': 1900, 'height': height})
        expect(studies.position).not_to_have_text(f'1–{before[1]} of {HOSPITAL} studies')
        expect(studies.position).to_have_text(f'1–{whole_rows(studies)} of {HOSPITAL} studies')


def whole_rows(studies: StudyList) -> int:
    """Return how many rows fit below the header; half a row counts as one."""
    header = studies.page.locator('.ag-header').bounding_box()
    list_ = studies.grid.bounding_box()
    assert header is not None
    assert list_ is not None
    return round((list_['y'] + list_['height'] - header['y'] - header['height']) / 30)


def position_rows(studies: StudyList) -> list[int]:
    """Return the first and the last row of the position, and the number of studies."""
    return [int(number) for number in re.findall(r'\d+', studies.position.inner_text())]


def test_columns_that_are_shown_hidden_and_moved_stay_so_after_a_reload(studies: StudyList) -> None:
    assert studies.titles() == AT_FIRST
    studies.button('Columns').click()
    studies.page.get_by_role('checkbox', name='Last update').check()
    studies.page.get_by_role('checkbox', name='Born').uncheck()
    for _ in range(2):
        studies.button('Move left: Modalities').click()
    expect(studies.button('Move left: Modalities')).to_be_focused()
    studies.page.keyboard.press('Escape')
    expected = [*AT_FIRST, 'Last update']
    expected.remove('Born')
    expected.remove('Modalities')
    expected.insert(expected.index('Date'), 'Modalities')
    assert studies.titles() == expected
    studies.page.reload()
    studies.wait()
    assert studies.titles() == expected
    expect(studies.cell(0, 'LastUpdate')).to_have_text(re.compile(r'\d+/\d+/\d+, \d+:\d+'))
    studies.button('Columns').click()
    studies.button('Reset').click()
    studies.page.keyboard.press('Escape')
    assert studies.titles() == AT_FIRST


def test_a_column_is_moved_and_resized_by_the_mouse(studies: StudyList) -> None:
    header = studies.header('Patient')
    before = header.bounding_box()
    assert before is not None
    x, y = before['x'] + before['width'] - 1, before['y'] + before['height'] / 2
    mouse = studies.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 60, y, steps=5)
    mouse.up()
    expect(header).to_have_css('width', f'{before["width"] + 60:.0f}px')
    target = studies.header('Sex').bounding_box()
    assert target is not None
    mouse.move(before['x'] + 20, y)
    mouse.down()
    mouse.move(before['x'] + 60, y, steps=5)
    mouse.move(target['x'] + target['width'] - 5, y, steps=20)
    mouse.up()
    moved = ['Patient ID', 'Born', 'Sex', 'Patient']
    expect(studies.page.locator('.ag-header-cell-text').nth(3)).to_have_text('Patient')
    assert studies.titles()[:4] == moved
    studies.page.reload()
    studies.wait()
    assert studies.titles()[:4] == moved
    expect(header).to_have_css('width', f'{before["width"] + 60:.0f}px')


def test_without_any_study_the_page_says_what_to_do(open_list: Open, orthanc: Orthanc) -> None:
    studies = open_list(orthanc)
    expect(studies.notice).to_contain_text('There is no study yet.')
    expect(studies.notice).to_contain_text('upload one in Orthanc Explorer')
    expect(studies.position).to_have_text('0 studies')
