"""The page speaks four languages; dates, times and numbers are those of the browser's own locale."""

import json
import re
from itertools import cycle
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.support.orthanc import Orthanc
from tests.ui.conftest import Open
from tests.ui.studies import HOSPITAL
from tests.ui.study_list import StudyList

pytestmark = pytest.mark.one_system

LOCALES = ['de-DE', 'en-US', 'en-GB', 'fr-FR', 'es-ES', 'it-IT', 'ja-JP', 'pt-BR', 'nl-NL', 'ar-EG']
ZONES = ['UTC', 'Pacific/Kiritimati', 'Etc/GMT+12', 'America/New_York', 'Asia/Kolkata']
PATIENT = 'P001000046'
"""Born on 19 September 1960."""


@pytest.mark.parametrize(
    ('locale', 'title', 'total', 'born', 'language'),
    [
        ('en-US', 'Studies', f'of {HOSPITAL} studies', '09/19/1960', 'en-US'),
        ('en-GB', 'Studies', f'of {HOSPITAL} studies', '19/09/1960', 'en-GB'),
        ('de-AT', 'Studien', f'von {HOSPITAL} Studien', '19.09.1960', 'de-AT'),
        ('fr-CA', 'Études', f'sur {HOSPITAL} études', '1960-09-19', 'fr-CA'),
        ('es-ES', 'Estudios', f'de {HOSPITAL} estudios', '19/09/1960', 'es-ES'),
        ('pt-BR', 'Studies', f'of {HOSPITAL} studies', '19/09/1960', 'en'),
        ('it-IT', 'Studies', f'of {HOSPITAL} studies', '19/09/1960', 'en'),
        ('ja-JP', 'Studies', f'of {HOSPITAL} studies', '1960/09/19', 'en'),
        ('nl-NL', 'Studies', f'of {HOSPITAL} studies', '19-09-1960', 'en'),
    ],
)
def test_words_dates_and_numbers(
    open_list: Open, hospital: Orthanc, locale: str, title: str, total: str, born: str, language: str
) -> None:
    studies = open_list(hospital, locale=locale)
    expect(studies.page).to_have_title(title)
    expect(studies.page.get_by_role('heading', level=1)).to_have_text(title)
    expect(studies.position).to_contain_text(total)
    expect(studies.page.locator('html')).to_have_attribute('lang', language)
    studies.search.fill(PATIENT)
    expect(studies.cell(0, 'PatientBirthDate')).to_have_text(born)


@pytest.mark.parametrize(
    ('locale', 'typed'),
    [
        ('en-US', '9/19/1960'),
        ('en-GB', '19/9/1960'),
        ('de-DE', '19.9.60'),
        ('fr-CA', '1960-9-19'),
        ('it-IT', '19/9/1960'),
        ('ja-JP', '1960年9月19日'),
        ('pt-BR', '19 set 1960'),
        ('ar-EG', '١٩/٩/١٩٦٠'),
        ('nl-NL', '1960-09-19'),
    ],
)
def test_a_date_is_typed_as_people_write_it(open_list: Open, hospital: Orthanc, locale: str, typed: str) -> None:
    studies = open_list(hospital, locale=locale)
    studies.box('PatientBirthDate').fill(typed)
    expect(studies.rows).to_have_count(hospital.get_json('/paging/count?PatientBirthDate=19600919')['Count'])
    expect(studies.cell(0, 'PatientID')).to_have_text(PATIENT)


SHOWN = ('PatientName', 'PatientID', 'PatientBirthDate', 'StudyDate', 'StudyTime', 'LastUpdate')


@pytest.mark.parametrize(('locale', 'zone'), list(zip(LOCALES, cycle(ZONES), strict=False)))
def test_the_text_of_a_row_finds_it_and_the_details_show_the_same(
    open_list: Open, hospital: Orthanc, locale: str, zone: str
) -> None:
    studies = open_list(hospital, locale=locale, timezone_id=zone, storage_state=_showing(hospital, 'LastUpdate'))
    expect(studies.cell(7, 'PatientID')).not_to_be_empty()
    patient = studies.cell(7, 'PatientID').inner_text()
    texts = {keyword: studies.cell(7, keyword).inner_text() for keyword in SHOWN}
    for keyword, shown in texts.items():
        studies.box(keyword).fill(shown)
        expect(studies.page).to_have_url(re.compile(f'{keyword}='))
        if keyword != 'PatientName':  # which longer names contain, too
            _expect_only(studies, keyword, shown)
        expect(studies.row_of(patient).first).to_be_visible()
        expect(studies.notice).to_be_hidden()
        studies.box(keyword).fill('')
        expect(studies.page).not_to_have_url(re.compile(f'{keyword}='))
        expect(studies.cell(7, 'PatientID')).to_have_text(patient)
    studies.cell(7, 'PatientID').click()
    expect(studies.details.get_by_role('link').last).to_be_visible()
    for text in texts.values():
        expect(studies.details).to_contain_text(text)


def test_a_link_means_the_same_in_all_locales_and_time_zones(open_list: Open, hospital: Orthanc) -> None:
    requested = [('StudyDate', '20240101-20250601'), ('StudyTime', '09-15')]
    total = hospital.get_json('/paging/count?' + '&'.join('='.join(one) for one in requested))['Count']
    assert 0 < total < HOSPITAL
    sender = open_list(hospital, locale='en-GB', timezone_id='Pacific/Kiritimati')
    sender.box('StudyDate').fill('1/1/2024 to 1/6/2025')
    sender.box('StudyTime').fill('9 - 3 pm')
    sender.expect_total(total)
    expect(sender.page).to_have_url(re.compile('StudyTime='))
    link = urlsplit(sender.page.url).fragment
    for locale, dates in [
        ('en-US', '01/01/2024 – 06/01/2025'),
        ('de-DE', '01.01.2024 – 01.06.2025'),
        ('ja-JP', '2024/01/01 – 2025/06/01'),
    ]:
        reader = open_list(hospital, f'#{link}', locale=locale, timezone_id='Etc/GMT+12')
        expect(reader.box('StudyDate')).to_have_value(dates)
        expect(reader.position).to_have_text(re.compile(rf'\b{total}\b'))


def test_a_date_in_a_link_that_may_be_two_dates_is_not_guessed(open_list: Open, hospital: Orthanc) -> None:
    studies = open_list(hospital, '#StudyDate=01/12/2025-')
    expect(studies.notice).to_contain_text('Not understood: Date')
    expect(studies.box('StudyDate')).to_have_value('01/12/2025-')


def _showing(orthanc: Orthanc, keyword: str) -> dict[str, object]:
    """A profile of the browser in which a column is shown that is hidden at first."""
    columns = json.dumps([{'colId': keyword, 'width': 165, 'hide': False}])
    storage = [{'name': 'orthanc-paging.columns', 'value': columns}]
    return {'cookies': [], 'origins': [{'origin': orthanc.url, 'localStorage': storage}]}


def _expect_only(studies: StudyList, keyword: str, text: str) -> None:
    """Expect that all visible rows show the same text in a column."""
    cells = studies.page.locator(f'.ag-row [col-id="{keyword}"]')
    expect(cells.first).to_have_text(text)
    expect(cells.filter(has_not_text=text)).to_have_count(0)
