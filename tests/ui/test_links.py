"""Links and files: the address contains what is seen, back and forward lead there; the export."""

import codecs
import csv
import re
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.support.orthanc import Orthanc
from tests.ui.conftest import Open
from tests.ui.studies import HOSPITAL
from tests.ui.study_list import StudyList


def link(studies: StudyList) -> dict[str, list[str]]:
    """The parts of the address after `#`."""
    return parse_qs(urlsplit(studies.page.url).fragment)


def test_a_link_leads_another_person_to_the_same(studies: StudyList, open_list: Open, hospital: Orthanc) -> None:
    studies.search.fill('abdomen')
    expect(studies.page).to_have_url(re.compile('q='))
    studies.filter('Sex').fill('f')
    expect(studies.page).to_have_url(re.compile('PatientSex='))
    studies.chip('CT').click()
    studies.header('Modalities').click()
    studies.header('Patient').click(modifiers=['Shift'])
    parameters = 'q=abdomen&PatientSex=F*&ModalitiesInStudy=CT'
    total = hospital.get_json(f'/paging/count?{parameters}')['Count']
    assert total > 0
    studies.expect_total(total)
    sort = 'ModalitiesInStudy,PatientName'
    found = hospital.get_json(f'/sort-studies?{parameters}&sort={sort}&fields=PatientID')
    patients = [study['PatientID'] for study in found]
    studies.expect_values('PatientID', patients)
    studies.row(0).click()
    heading = studies.details.get_by_role('heading', level=2)
    expect(heading).to_be_visible()
    expect(studies.page).to_have_url(re.compile('open='))
    other = open_list(hospital, f'#{urlsplit(studies.page.url).fragment}')
    other.expect_total(total)
    other.expect_values('PatientID', patients)
    expect(other.search).to_have_value('abdomen')
    expect(other.filter('Sex')).to_have_value('F')
    expect(other.chip('CT')).to_have_attribute('aria-pressed', 'true')
    expect(other.header('Patient').locator('.ag-sort-order')).to_have_text('2')
    expect(other.details.get_by_role('heading', level=2)).to_have_text(heading.inner_text())


def test_back_and_forward_restore_each_search(studies: StudyList, hospital: Orthanc) -> None:
    studies.chip('CT').click()
    expect(studies.chip('CT')).to_have_attribute('aria-pressed', 'true')
    studies.header('Patient').click()
    [first] = hospital.get_json('/sort-studies?ModalitiesInStudy=CT&sort=PatientName&fields=PatientID&limit=1')
    studies.expect_values('PatientID', [first['PatientID']])
    studies.row(0).click()
    expect(studies.details).to_be_visible()
    expect(studies.page).to_have_url(re.compile('open='))
    studies.page.go_back()
    expect(studies.details).to_be_hidden()
    expect(studies.header('Patient')).to_have_attribute('aria-sort', 'ascending')
    studies.page.go_back()
    expect(studies.header('Patient')).to_have_attribute('aria-sort', 'none')
    expect(studies.chip('CT')).to_have_attribute('aria-pressed', 'true')
    studies.page.go_back()
    studies.expect_total(HOSPITAL)
    expect(studies.chip('CT')).to_have_attribute('aria-pressed', 'false')
    studies.page.go_forward()
    expect(studies.chip('CT')).to_have_attribute('aria-pressed', 'true')
    studies.page.go_forward()
    expect(studies.header('Patient')).to_have_attribute('aria-sort', 'ascending')
    studies.page.go_forward()
    expect(studies.details).to_be_visible()


def test_back_empties_the_search_box_even_if_it_has_the_focus(studies: StudyList) -> None:
    studies.search.fill('knie')
    expect(studies.page).to_have_url(re.compile('q=knie'))
    studies.page.go_back()
    expect(studies.search).to_have_value('')
    studies.expect_total(HOSPITAL)


def test_text_that_is_typed_letter_by_letter_is_one_step_back(studies: StudyList) -> None:
    studies.chip('CT').click()
    expect(studies.page).to_have_url(re.compile('modality=CT$'))
    for field, name in [(studies.search, 'q'), (studies.filter('Patient'), 'PatientName')]:
        for letters in ('m', 'mü', 'mül'):
            field.fill(letters)
            expect(studies.page).to_have_url(re.compile(rf'\b{name}={quote(letters)}(&|$)'))
    studies.page.go_back()
    expect(studies.filter('Patient')).to_have_value('')
    expect(studies.search).to_have_value('mül')
    studies.page.go_back()
    expect(studies.search).to_have_value('')
    expect(studies.page).to_have_url(re.compile('#modality=CT$'))


def test_a_reload_comes_back_to_the_same_place(studies: StudyList) -> None:
    studies.header('Patient ID').click()
    expect(studies.header('Patient ID')).to_have_attribute('aria-sort', 'ascending')
    studies.scroll_to(140)
    expect(studies.page).to_have_url(re.compile('at='))
    expect(studies.cell(141, 'PatientID')).to_have_text(re.compile('.'))
    patient = studies.cell(141, 'PatientID').inner_text()
    position = studies.position.inner_text()
    studies.page.reload()
    expect(studies.cell(141, 'PatientID')).to_have_text(patient)
    expect(studies.position).to_have_text(position)


@pytest.mark.one_system
def test_a_link_to_a_missing_study_shows_the_list(open_list: Open, hospital: Orthanc) -> None:
    studies = open_list(hospital, '#at=none&sort=Nothing,-PatientID&period=never&modality=&unknown=1')
    studies.expect_total(HOSPITAL)
    expect(studies.header('Patient ID')).to_have_attribute('aria-sort', 'descending')
    studies.expect_trouble('404|400')
    studies.page.goto('about:blank')
    studies.open('#open=none')
    expect(studies.details).to_contain_text('This study does not exist any more.')
    studies.expect_total(HOSPITAL)


@pytest.mark.one_system
def test_a_link_has_what_is_searched_for_after_the_number_sign(studies: StudyList) -> None:
    studies.search.fill('yamada')
    expect(studies.page).to_have_url(re.compile('#q=yamada$'))
    assert link(studies) == {'q': ['yamada']}


def test_the_export_contains_the_filtered_studies(studies: StudyList, hospital: Orthanc, tmp_path: Path) -> None:
    studies.chip('MR').click()
    studies.header('Patient ID').click()
    path = '/sort-studies?ModalitiesInStudy=MR&sort=PatientID&fields=PatientID,StudyDescription'
    expected = hospital.get_json(path)
    studies.expect_total(len(expected))
    studies.expect_values('PatientID', [expected[0]['PatientID']])
    file = studies.download(studies.button('Export as CSV'), tmp_path)
    assert file.name == 'studies.csv'
    assert file.read_bytes().startswith(codecs.BOM_UTF8)
    with file.open(encoding='utf-8-sig', newline='') as opened:
        rows = list(csv.DictReader(opened))
    assert [(row['PatientID'], row['StudyDescription']) for row in rows] == [
        (study['PatientID'], study['StudyDescription']) for study in expected
    ]
    assert 'LastUpdate' not in rows[0]
    expect(studies.button('Export as CSV')).to_be_enabled()
