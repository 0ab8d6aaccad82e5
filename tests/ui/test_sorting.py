"""Sorting by the headers, done by the server."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.orthanc import Orthanc
from tests.ui.conftest import Open
from tests.ui.studies import upload
from tests.ui.study_list import StudyList

ROWS = 20


def patients(hospital: Orthanc, sort: str) -> list[str]:
    """The patient IDs of the first studies in an order, as the server sends them."""
    studies = hospital.get_json(f'/sort-studies?sort={sort}&fields=PatientID&limit={ROWS}')
    return [study['PatientID'] for study in studies]


def test_a_click_on_a_header_sorts_and_another_turns_it_round(studies: StudyList, hospital: Orthanc) -> None:
    expect(studies.header('Date')).to_have_attribute('aria-sort', 'descending')
    studies.expect_values('PatientID', patients(hospital, '-StudyDate,-StudyTime'))
    studies.header('Patient').click()
    expect(studies.header('Patient')).to_have_attribute('aria-sort', 'ascending')
    expect(studies.header('Date')).to_have_attribute('aria-sort', 'none')
    studies.expect_values('PatientID', patients(hospital, 'PatientName'))
    studies.header('Patient').click()
    expect(studies.header('Patient')).to_have_attribute('aria-sort', 'descending')
    studies.expect_values('PatientID', patients(hospital, '-PatientName'))


def test_shift_sorts_by_several_and_the_headers_show_which_is_first(studies: StudyList, hospital: Orthanc) -> None:
    studies.header('Modalities').click()
    studies.header('Patient').click(modifiers=['Shift'])
    studies.header('Patient').click(modifiers=['Shift'])
    studies.expect_values('PatientID', patients(hospital, 'ModalitiesInStudy,-PatientName'))
    expect(studies.header('Modalities').locator('.ag-sort-order')).to_have_text('1')
    expect(studies.header('Patient').locator('.ag-sort-order')).to_have_text('2')
    expect(studies.header('Patient')).to_have_attribute('aria-sort', 'descending')


@pytest.mark.one_system
def test_a_third_click_returns_to_the_newest_first(studies: StudyList, hospital: Orthanc) -> None:
    for order in ('ascending', 'descending'):
        studies.header('Patient ID').click()
        expect(studies.header('Patient ID')).to_have_attribute('aria-sort', order)
    studies.header('Patient ID').click()
    expect(studies.header('Patient ID')).to_have_attribute('aria-sort', 'none')
    expect(studies.header('Date')).to_have_attribute('aria-sort', 'descending')
    studies.expect_values('PatientID', patients(hospital, '-StudyDate,-StudyTime'))
    expect(studies.page).not_to_have_url(re.compile('sort='))


@pytest.fixture
def days(orthanc: Orthanc) -> Orthanc:
    """An Orthanc with three studies of one day, not in the order of their names, and one of the next day."""
    for patient, day, time in [
        ('NIGHT', '20240203', '213015'),
        ('MORNING', '20240203', '081500'),
        ('NOON', '20240203', '120000'),
        ('AFTER', '20240204', '070000'),
    ]:
        upload(orthanc, patient, StudyDate=day, StudyTime=time, PatientName=f'{patient[::-1]}^Doe')
    return orthanc


@pytest.mark.one_system
def test_the_date_sorts_by_the_time_too(open_list: Open, days: Orthanc) -> None:
    studies = open_list(days)
    newest = ['AFTER', 'NIGHT', 'NOON', 'MORNING']
    oldest = newest[::-1]
    studies.expect_values('PatientID', newest)
    for clicks, (order, expected) in enumerate(
        [('ascending', oldest), ('descending', newest), ('descending', newest), ('ascending', oldest)]
    ):
        studies.header('Date').click()
        studies.expect_values('PatientID', expected)
        expect(studies.header('Date'), f'after {clicks + 1} clicks').to_have_attribute('aria-sort', order)
        expect(studies.header('Time')).to_have_attribute('aria-sort', 'none')


@pytest.mark.one_system
def test_the_time_comes_after_what_else_is_sorted_by(open_list: Open, days: Orthanc) -> None:
    studies = open_list(days)
    studies.header('Patient').click(modifiers=['Shift'])
    # by the names TFA, THGIN, NOON and GNINROM within each day
    studies.expect_values('PatientID', ['AFTER', 'MORNING', 'NOON', 'NIGHT'])
    studies.page.goto('about:blank')
    studies.open('#sort=StudyDate,-StudyTime')
    studies.expect_values('PatientID', ['NIGHT', 'NOON', 'MORNING', 'AFTER'])
    for title, order, number in [('Date', 'ascending', '1'), ('Time', 'descending', '2')]:
        expect(studies.header(title)).to_have_attribute('aria-sort', order)
        expect(studies.header(title).locator('.ag-sort-order')).to_have_text(number)


@pytest.mark.one_system
def test_the_arrow_is_true_after_a_link(open_list: Open, hospital: Orthanc) -> None:
    for link, sort, arrows in [
        ('#sort=', '-StudyDate,-StudyTime', {'Date': 'descending', 'Patient': 'none'}),
        ('#sort=Nothing', '-StudyDate,-StudyTime', {'Date': 'descending'}),
        ('#sort=StudyDate', 'StudyDate,StudyTime', {'Date': 'ascending', 'Time': 'none'}),
        (
            '#sort=-PatientSex,StudyDate',
            '-PatientSex,StudyDate,StudyTime',
            {'Sex': 'descending', 'Date': 'ascending', 'Patient': 'none'},
        ),
    ]:
        studies = open_list(hospital, link)
        studies.expect_values('PatientID', patients(hospital, sort))
        for title, order in arrows.items():
            expect(studies.header(title), link).to_have_attribute('aria-sort', order)
        studies.header('Patient').click()
        studies.expect_values('PatientID', patients(hospital, 'PatientName'))
        studies.page.go_back()
        studies.expect_values('PatientID', patients(hospital, sort))
        for title, order in arrows.items():
            expect(studies.header(title), link).to_have_attribute('aria-sort', order)


@pytest.mark.one_system
def test_each_header_sorts(studies: StudyList, hospital: Orthanc) -> None:
    for keyword, title in {
        'PatientID': 'Patient ID',
        'PatientBirthDate': 'Born',
        'PatientSex': 'Sex',
        'StudyTime': 'Time',
        'StudyDescription': 'Description',
        'AccessionNumber': 'Accession no.',
        'ReferringPhysicianName': 'Referring physician',
        'InstitutionName': 'Institution',
        'NumberOfStudyRelatedSeries': 'Series',
        'NumberOfStudyRelatedInstances': 'Instances',
    }.items():
        studies.header(title).click()
        studies.expect_values('PatientID', patients(hospital, keyword))
