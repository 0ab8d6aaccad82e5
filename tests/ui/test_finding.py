"""Finding studies: the search box, the boxes under the headers, days, modalities and labels."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.support.dicom import study_id
from tests.support.orthanc import Orthanc
from tests.ui.conftest import Open
from tests.ui.studies import HOSPITAL, upload, wait_until_computed
from tests.ui.study_list import StudyList


def count(orthanc: Orthanc, parameters: str) -> int:
    """Return how many studies match, as the server counts them."""
    total = orthanc.get_json(f'/paging/count?{parameters}')['Count']
    assert isinstance(total, int)
    assert 0 < total < HOSPITAL
    return total


@pytest.mark.parametrize('typed', ['dvorak', 'Dvořak', 'DVORÁK JIRI'])
def test_an_accent_misspelt_finds_the_patient(studies: StudyList, hospital: Orthanc, typed: str) -> None:
    total = count(hospital, 'q=Dvořák')
    studies.search.press_sequentially(typed, delay=20)
    studies.expect_total(total)
    expect(studies.cell(0, 'PatientName')).to_have_text('Dvořák, Jiří')


def test_the_boxes_under_the_headers_filter_as_one_types(studies: StudyList, hospital: Orthanc) -> None:
    studies.filter('Patient').press_sequentially('smith, j', delay=20)
    studies.expect_total(count(hospital, 'PatientName~=smith+j'))
    studies.filter('Description').press_sequentially('ab')
    studies.expect_total(count(hospital, 'PatientName~=smith+j&StudyDescription~=ab'))
    expect(studies.filter('Description')).to_be_focused()
    studies.filter('Patient').fill('')
    studies.expect_total(count(hospital, 'StudyDescription~=ab'))
    studies.button('Clear all').click()
    studies.expect_total(HOSPITAL)
    expect(studies.filter('Description')).to_have_value('')


@pytest.mark.one_system
@pytest.mark.parametrize(
    ('title', 'typed', 'parameters'),
    [
        ('Date', '2024', 'StudyDate=20240101-20241231'),
        ('Date', '3/2024', 'StudyDate=20240301-20240331'),
        ('Date', '2023-11', 'StudyDate=20231101-20231130'),
        ('Date', '2020 - 2021', 'StudyDate=20200101-20211231'),
        ('Date', '1.6.2025 - ', 'StudyDate=20250601-'),
        ('Date', '2020-01-01-2021-12-31', 'StudyDate=20200101-20211231'),
        ('Date', '20200101-20211231', 'StudyDate=20200101-20211231'),
        ('Date', '>2024', 'StudyDate=20250101-'),
        ('Date', '20269999', 'StudyDate="20269999"'),
        ('Time', '""', 'StudyTime=""'),
        ('Born', '-1950', 'PatientBirthDate=-19501231'),
        ('Time', '10', 'StudyTime=10-10'),
        ('Series', '3', 'NumberOfStudyRelatedSeries=3'),
        ('Sex', 'f', 'PatientSex=F*'),
        ('Sex', 'weiblich', 'PatientSex=F*'),
        ('Patient', 'Smith, John', 'PatientName~=smith+john'),
        ('Patient', 'john smith', 'PatientName~=smith+john'),
        ('Patient', '洪吉洞', 'PatientName=*洪^吉洞*'),
        ('Patient ID', '00004', 'PatientID=*00004*'),
        ('Patient ID', '"P001000046"', 'PatientID="P001000046"'),
        ('Patient ID', '*00004?', 'PatientID=*00004?'),
        ('Time', '10-12', 'StudyTime=10-12'),
        ('Time', '1:20 pm', 'StudyTime=1320-1320'),
        ('Modalities', 'M', 'ModalitiesInStudy=M*'),
        ('Modalities', 'CT, MR', 'ModalitiesInStudy=CT\\MR'),
        ('Modalities', 'CT MR', 'ModalitiesInStudy=CT\\MR'),
        ('Referring physician', 'müller', 'ReferringPhysicianName~=müller'),
        ('Institution', 'eloi', 'InstitutionName~=eloi'),
    ],
)
def test_typed_filters_are_understood(
    studies: StudyList, hospital: Orthanc, title: str, typed: str, parameters: str
) -> None:
    studies.filter(title).fill(typed)
    studies.expect_total(count(hospital, parameters))
    expect(studies.notice).to_be_hidden()


@pytest.mark.one_system
def test_while_a_text_is_not_understood_the_last_result_stays_greyed(
    studies: StudyList, hospital: Orthanc
) -> None:
    of_2024 = count(hospital, 'StudyDate=20240101-20241231')
    studies.filter('Date').fill('2024')
    studies.expect_total(of_2024)
    first = studies.cell(0, 'PatientID').inner_text()
    studies.filter('Date').fill('31.2.2024')
    expect(studies.notice).to_contain_text('Not understood: Date')
    expect(studies.notice).to_contain_text('The list still shows the result from before.')
    expect(studies.filter('Date')).to_have_attribute('aria-invalid', 'true')
    expect(studies.grid).to_have_class(re.compile('stale'))
    studies.filter('Series').fill('many')
    expect(studies.notice).to_contain_text('Not understood: Date, Series')
    studies.expect_total(of_2024)
    expect(studies.cell(0, 'PatientID')).to_have_text(first)
    studies.filter('Date').fill('2024')
    expect(studies.notice).to_contain_text('Not understood: Series')
    studies.filter('Series').fill('')
    expect(studies.notice).to_be_hidden()
    expect(studies.grid).not_to_have_class(re.compile('stale'))
    expect(studies.filter('Date')).to_have_attribute('aria-invalid', 'false')
    studies.expect_total(of_2024)


@pytest.mark.one_system
def test_a_date_that_is_typed_halfway_requests_nothing(studies: StudyList, hospital: Orthanc) -> None:
    requested: list[str] = []
    studies.page.on('request', lambda request: requested.append(request.url))
    studies.filter('Date').press_sequentially('17/12/2025', delay=200)
    studies.expect_total(count(hospital, 'StudyDate=20251217'))
    of_all = [url for url in requested if 'StudyDate=' not in url and 'limit=100' in url]
    assert of_all == []


@pytest.mark.one_system
@pytest.mark.parametrize('title', ['Patient', 'Sex'])
def test_a_filter_typed_far_down_puts_the_first_hit_on_top(
    studies: StudyList, hospital: Orthanc, title: str
) -> None:
    studies.scroll_to(200)
    expect(studies.cell(205, 'PatientID')).to_have_text(re.compile('.'))
    typed, requested = {'Patient': ('s', 'PatientName~=s'), 'Sex': ('f', 'PatientSex=F*')}[title]
    studies.filter(title).press_sequentially(typed)
    studies.expect_total(count(hospital, requested))
    expect(studies.position).to_have_text(re.compile('^1–'))
    expect(studies.row(0)).to_be_in_viewport()
    assert studies.evaluate("() => document.querySelector('.ag-grid-viewport').scrollTop") == 0


@pytest.mark.one_system
def test_a_click_right_after_typing_loses_nothing(studies: StudyList, hospital: Orthanc) -> None:
    expect(studies.chip('CT')).to_be_visible()
    studies.page.evaluate(
        """() => {
            const type = (selector, text) => {
                const box = document.querySelector(selector);
                box.value = text;
                box.dispatchEvent(new Event('input', { bubbles: true }));
            };
            type('input[type=search]', 'abdomen');
            type('[aria-label="Sex Filter"]', 'f');
            document.querySelector('.finder .chip[data-value="CT"]').click();
        }"""
    )
    studies.expect_total(count(hospital, 'q=abdomen&PatientSex=F&ModalitiesInStudy=CT'))
    expect(studies.search).to_have_value('abdomen')
    expect(studies.filter('Sex')).to_have_value('f')
    expect(studies.chip('CT')).to_have_attribute('aria-pressed', 'true')


@pytest.mark.one_system
def test_a_field_has_one_filter_the_last_one(studies: StudyList, hospital: Orthanc) -> None:
    studies.filter('Date').fill('2024')
    expect(studies.active_filters).to_have_text([re.compile('^Date')])
    studies.button('Year').click()
    expect(studies.filter('Date')).to_have_value('')
    expect(studies.active_filters).to_have_text([re.compile('Year')])
    studies.filter('Date').fill('2024')
    expect(studies.button('Year')).to_have_attribute('aria-pressed', 'false')
    studies.expect_total(count(hospital, 'StudyDate=20240101-20241231'))
    studies.chip('CT').click()
    studies.filter('Modalities').fill('MR')
    expect(studies.chip('CT')).to_have_attribute('aria-pressed', 'false')
    studies.expect_total(count(hospital, 'StudyDate=20240101-20241231&ModalitiesInStudy=MR'))
    studies.chip('US').click()
    expect(studies.filter('Modalities')).to_have_value('')
    studies.expect_total(count(hospital, 'StudyDate=20240101-20241231&ModalitiesInStudy=US'))


def test_a_filter_of_a_hidden_column_is_seen_and_removed(studies: StudyList, hospital: Orthanc) -> None:
    studies.filter('Sex').fill('f')
    studies.search.fill('abdomen')
    studies.button('Columns').click()
    studies.page.get_by_role('checkbox', name='Sex').uncheck()
    studies.page.keyboard.press('Escape')
    assert 'Sex' not in studies.titles()
    studies.expect_total(count(hospital, 'q=abdomen&PatientSex=F'))
    expect(studies.active_filters).to_have_count(2)
    studies.remove_filter('Sex').click()
    studies.expect_total(count(hospital, 'q=abdomen'))
    studies.remove_filter('Search').click()
    expect(studies.search).to_have_value('')
    expect(studies.active_filters).to_have_count(0)
    studies.expect_total(HOSPITAL)


@pytest.mark.one_system
def test_filters_are_removed_by_the_keyboard(studies: StudyList) -> None:
    studies.search.fill('abdomen')
    studies.filter('Sex').fill('f')
    studies.remove_filter('Search').focus()
    studies.page.keyboard.press('Enter')
    expect(studies.remove_filter('Sex')).to_be_focused()
    studies.page.keyboard.press('Enter')
    expect(studies.search).to_be_focused()
    studies.expect_total(HOSPITAL)


@pytest.mark.one_system
@pytest.mark.parametrize('width', [1440, 390])
def test_the_list_stays_where_it_is_whatever_is_filtered(open_list: Open, hospital: Orthanc, width: int) -> None:
    studies = open_list(hospital, viewport={'width': width, 'height': 800})

    def top() -> float:
        box = studies.grid.bounding_box()
        assert box is not None
        return box['y']

    tops = {top()}
    expect(studies.chip('CT')).to_be_attached()
    tops.add(top())
    studies.chip('CT').click()
    studies.search.fill('abdomen')
    expect(studies.active_filters).to_have_count(2)
    tops.add(top())
    studies.filter('Patient').fill('nobody is called so')
    expect(studies.notice).to_contain_text('No study matches.')
    tops.add(top())
    studies.filter('Patient').fill('')
    studies.filter('Patient ID').fill('P')
    expect(studies.notice).to_be_hidden()
    tops.add(top())
    assert len(tops) == 1


def test_no_match_says_what_to_do(studies: StudyList) -> None:
    studies.search.fill('nobody is called so')
    expect(studies.notice).to_contain_text('No study matches.')
    expect(studies.notice).to_contain_text('Remove a filter')
    expect(studies.position).to_have_text('0 studies')
    expect(studies.rows).to_have_count(0)
    studies.button('Clear all').click()
    studies.expect_total(HOSPITAL)
    expect(studies.search).to_have_value('')
    expect(studies.notice).to_be_hidden()


def test_modalities_are_offered_with_their_counts_and_several_are_chosen(
    studies: StudyList, hospital: Orthanc
) -> None:
    offered = hospital.get_json('/paging/facets?field=ModalitiesInStudy')['Values']
    for value in offered[:3]:
        expect(studies.chip(value['Value']).locator('.number')).to_have_text(str(value['Count']))
    studies.chip('CT').click()
    studies.expect_total(count(hospital, 'ModalitiesInStudy=CT'))
    studies.chip('MR').click()
    studies.expect_total(count(hospital, 'ModalitiesInStudy=CT\\MR'))
    expect(studies.chip('CT')).to_have_attribute('aria-pressed', 'true')
    expect(studies.chip('US')).to_be_visible()
    studies.chip('CT').click()
    studies.expect_total(count(hospital, 'ModalitiesInStudy=MR'))
    studies.search.fill('knie')
    expect(studies.chip('MR').locator('.number')).to_have_text(str(count(hospital, 'q=knie')))
    studies.button('Clear all').click()
    studies.expect_total(HOSPITAL)
    expect(studies.chip('MR')).to_have_attribute('aria-pressed', 'false')


@pytest.mark.one_system
def test_words_typed_just_before_all_is_cleared_do_not_come_back(studies: StudyList) -> None:
    studies.chip('CT').click()
    expect(studies.chip('CT')).to_have_attribute('aria-pressed', 'true')
    studies.page.evaluate(
        """() => {
            const search = document.querySelector('input[type=search]');
            search.value = 'abdomen';
            search.dispatchEvent(new Event('input'));
            [...document.querySelectorAll('button')].find((one) => one.textContent === 'Clear all').click();
        }"""
    )
    studies.wait_for_poll()
    studies.expect_total(HOSPITAL)
    expect(studies.search).to_have_value('')


def test_days_of_the_near_past_are_one_click_away(open_list: Open, orthanc: Orthanc) -> None:
    ages = {'TODAY': 0, 'YESTERDAY': 1, 'WEEK': 6, 'MONTH': 29, 'YEAR': 364, 'OLD': 400}
    for patient, days in ages.items():
        upload(orthanc, patient, StudyDate=f'{date.today() - timedelta(days):%Y%m%d}')
    studies = open_list(orthanc)
    for name, patients in {
        'Today': ['TODAY'],
        'Yesterday': ['YESTERDAY'],
        '7 days': ['TODAY', 'YESTERDAY', 'WEEK'],
        '30 days': ['TODAY', 'YESTERDAY', 'WEEK', 'MONTH'],
        'Year': ['TODAY', 'YESTERDAY', 'WEEK', 'MONTH', 'YEAR'],
    }.items():
        studies.button(name).click()
        expect(studies.button(name)).to_have_attribute('aria-pressed', 'true')
        studies.expect_total(len(patients))
        studies.expect_values('PatientID', patients)
    studies.button('Year').click()
    studies.expect_total(len(ages))


def test_labels_are_shown_offered_and_chosen(open_list: Open, orthanc: Orthanc) -> None:
    upload(orthanc, 'A', 'B', 'C', 'D')
    wait_until_computed(orthanc, 4)
    if orthanc.version < (1, 12, 0):
        studies = open_list(orthanc)
        studies.expect_total(4)
        expect(studies.page.get_by_role('group', name='Labels')).to_be_hidden()
        return
    for patient, label in [('A', 'urgent'), ('B', 'urgent'), ('B', 'teaching'), ('C', 'teaching')]:
        orthanc.put(f'/studies/{study_id(patient, patient)}/labels/{label}', content=b'')
    studies = open_list(orthanc)
    expect(studies.row_of('B').locator('[col-id=Labels] .chip')).to_have_text(['teaching', 'urgent'])
    expect(studies.chip('urgent').locator('.number')).to_have_text('2')
    studies.chip('urgent').click()
    studies.expect_total(2)
    studies.chip('teaching').click()
    studies.expect_total(3)
    studies.button('Clear all').click()
    studies.expect_total(4)
