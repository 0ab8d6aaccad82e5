"""The page speaks four languages, and writes dates and numbers as the browser's country does."""

import pytest
from playwright.sync_api import expect

from tests.support.orthanc import Orthanc
from tests.ui.conftest import Open
from tests.ui.studies import HOSPITAL

pytestmark = pytest.mark.one_system


@pytest.mark.parametrize(
    ('locale', 'title', 'total', 'born', 'language'),
    [
        ('en-US', 'Studies', f'of {HOSPITAL} studies', '09/19/1960', 'en-US'),
        ('en-GB', 'Studies', f'of {HOSPITAL} studies', '19/09/1960', 'en-GB'),
        ('de-AT', 'Studien', f'von {HOSPITAL} Studien', '19.09.1960', 'de-AT'),
        ('fr-CA', 'Études', f'sur {HOSPITAL} études', '1960-09-19', 'fr-CA'),
        ('es-ES', 'Estudios', f'de {HOSPITAL} estudios', '19/09/1960', 'es-ES'),
        ('pt-BR', 'Studies', f'of {HOSPITAL} studies', None, 'en'),
    ],
)
def test_words_dates_and_numbers(
    open_list: Open, hospital: Orthanc, locale: str, title: str, total: str, born: str | None, language: str
) -> None:
    studies = open_list(hospital, locale=locale)
    expect(studies.page).to_have_title(title)
    expect(studies.page.get_by_role('heading', level=1)).to_have_text(title)
    expect(studies.position).to_contain_text(total)
    expect(studies.page.locator('html')).to_have_attribute('lang', language)
    studies.search.fill('P001000046')
    if born:
        expect(studies.cell(0, 'PatientBirthDate')).to_have_text(born)


@pytest.mark.parametrize(
    ('locale', 'typed'),
    [('en-US', '9/19/1960'), ('en-GB', '19/9/1960'), ('de-DE', '19.9.1960'), ('fr-CA', '1960-9-19')],
)
def test_a_date_is_typed_as_it_is_shown(open_list: Open, hospital: Orthanc, locale: str, typed: str) -> None:
    studies = open_list(hospital, locale=locale)
    studies.page.locator('.ag-floating-filter input').nth(2).fill(typed)
    expect(studies.rows).to_have_count(hospital.get_json('/paging/count?PatientBirthDate=19600919')['Count'])
    expect(studies.cell(0, 'PatientID')).to_have_text('P001000046')
