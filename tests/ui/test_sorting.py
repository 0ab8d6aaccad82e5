"""Sorting by the headers, done by the server."""

import pytest
from playwright.sync_api import expect

from tests.support.orthanc import Orthanc
from tests.ui.study_list import StudyList

ROWS = 20


def patients(hospital: Orthanc, sort: str) -> list[str]:
    """The patient IDs of the first studies in an order, as the server tells them."""
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


def test_shift_sorts_by_several_and_the_headers_tell_which_is_first(studies: StudyList, hospital: Orthanc) -> None:
    studies.header('Modalities').click()
    studies.header('Patient').click(modifiers=['Shift'])
    studies.header('Patient').click(modifiers=['Shift'])
    studies.expect_values('PatientID', patients(hospital, 'ModalitiesInStudy,-PatientName'))
    expect(studies.header('Modalities').locator('.ag-sort-order')).to_have_text('1')
    expect(studies.header('Patient').locator('.ag-sort-order')).to_have_text('2')
    expect(studies.header('Patient')).to_have_attribute('aria-sort', 'descending')


@pytest.mark.one_system
def test_a_third_click_takes_the_order_away(studies: StudyList, hospital: Orthanc) -> None:
    for _ in range(3):
        studies.header('Patient ID').click()
    expect(studies.header('Patient ID')).to_have_attribute('aria-sort', 'none')
    [first] = hospital.get_json('/sort-studies?limit=1&fields=PatientID')
    expect(studies.cell(0, 'PatientID')).to_have_text(first['PatientID'])


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
