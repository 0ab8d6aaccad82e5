"""Values that somebody or something made to break a page are shown as text, and the page stays as it is."""

import pytest
from playwright.sync_api import Route, expect

from tests.ui.studies import HOSTILE, MARKUP, MARKUP_OF_NAME
from tests.ui.study_list import StudyList

VALUES = dict(HOSTILE)


def assert_unharmed(studies: StudyList) -> None:
    """Raise AssertionError if a script ran, an element came from a value, or the page has another form."""
    expect(studies.page).to_have_title('Studies')
    assert studies.page.locator('.list img, .list script, .details img, .details script, .finder img').count() == 0
    assert studies.evaluate('document.documentElement.scrollWidth <= innerWidth')
    assert studies.evaluate('document.documentElement.scrollHeight <= innerHeight')
    heights = studies.evaluate("[...document.querySelectorAll('.ag-row')].map(row => row.offsetHeight)")
    assert set(heights) <= {30}


@pytest.mark.parametrize('patient', VALUES)
def test_hostile_values_are_text_in_the_list_and_in_the_details(studies: StudyList, patient: str) -> None:
    studies.filter('Patient ID').fill(patient)
    studies.expect_total(1)
    expect(studies.row_of(patient)).to_be_visible()
    assert_unharmed(studies)
    studies.row_of(patient).click()
    expect(studies.details.get_by_role('heading', level=2)).to_be_visible()
    expect(studies.details.locator('.series li')).to_have_count(1)
    assert_unharmed(studies)
    box = studies.details.bounding_box()
    assert box is not None
    assert box['width'] == 380
    assert studies.details.evaluate('details => details.scrollWidth <= details.clientWidth')
    if not str(VALUES[patient].get('PatientName', 'Doe')).strip():
        expect(studies.details.get_by_role('heading', level=2)).to_have_text('Study')


def test_markup_is_shown_as_it_was_written(studies: StudyList) -> None:
    studies.filter('Patient ID').fill('MARKUP')
    expect(studies.cell(0, 'StudyDescription')).to_have_text(MARKUP)
    expect(studies.cell(0, 'PatientName')).to_have_text(f'{MARKUP_OF_NAME}, &amp;')
    studies.row(0).click()
    expect(studies.details).to_contain_text(MARKUP)


def test_a_missing_or_blank_value_is_empty(studies: StudyList) -> None:
    for patient in ('EMPTY', 'SPACES'):
        studies.filter('Patient ID').fill(patient)
        expect(studies.cell(0, 'PatientID')).to_have_text(patient)
        expect(studies.cell(0, 'PatientName')).to_have_text('')


@pytest.mark.one_system
def test_a_value_of_64_kib_is_cut(studies: StudyList) -> None:
    # Orthanc itself sends no value of more than 256 characters.
    def with_long_values(route: Route) -> None:
        response = route.fetch()
        longer = [{**study, 'StudyDescription': 'L' * 65_536} for study in response.json()]
        route.fulfill(response=response, json=longer)

    studies.page.route('**/sort-studies?*', with_long_values)
    studies.filter('Patient ID').fill('LONG')
    expect(studies.cell(0, 'StudyDescription')).to_have_text('L' * 300 + '…')
    assert_unharmed(studies)
    studies.page.unroute_all(behavior='ignoreErrors')


def test_a_date_or_time_that_is_none_is_shown_as_it_is(studies: StudyList) -> None:
    studies.filter('Patient ID').fill('WRONG')
    expect(studies.cell(0, 'StudyTime')).to_have_text('noon')
    expect(studies.cell(0, 'StudyDate')).to_have_text('20269999')
    expect(studies.cell(0, 'PatientBirthDate')).to_have_text('once')


@pytest.mark.one_system
@pytest.mark.parametrize('typed', [MARKUP, '\\', '*', '"', "'", '%00', '😀', 'א\u202e', '^=', 'x' * 5000])
def test_any_search_leads_to_a_list_or_to_a_message(studies: StudyList, typed: str) -> None:
    studies.expect_trouble('400')
    studies.search.fill(typed)
    studies.filter('Description').fill(typed)
    studies.wait()
    assert_unharmed(studies)
