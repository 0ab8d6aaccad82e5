"""A study that is opened: its details beside the list, what opens it elsewhere, and its download."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import OrthancStarter
from tests.support.dicom import instance, study_id, uid
from tests.support.orthanc import Orthanc
from tests.ui.conftest import Open
from tests.ui.studies import upload
from tests.ui.study_list import StudyList

OPEN = re.compile(r'\bopen\b')


@pytest.fixture
def two(orthanc: Orthanc) -> Orthanc:
    """An Orthanc with a study of two series, and one of one."""
    for series, modality, number in [('B', 'SR', 10), ('A', 'CT', 2)]:
        values = {'SeriesNumber': number, 'Modality': modality, 'SeriesDescription': f'Series {series}'}
        orthanc.upload(instance('ONE', 'ONE', series, '1', PatientName='Müller^Jürgen^^Dr.', **values))
    orthanc.upload(instance('ONE', 'ONE', 'A', '2', PatientName='Müller^Jürgen^^Dr.', SeriesNumber=2))
    upload(orthanc, 'TWO', StudyDate='20230101')
    return orthanc


def open_one(open_list: Open, orthanc: Orthanc) -> StudyList:
    studies = open_list(orthanc)
    studies.row_of('ONE').click()
    expect(studies.details).to_be_visible()
    return studies


def test_a_click_on_a_row_opens_the_study_with_its_series(open_list: Open, two: Orthanc) -> None:
    studies = open_one(open_list, two)
    expect(studies.details.get_by_role('heading', level=2)).to_have_text('Müller, Jürgen (Dr.)')
    expect(studies.details).to_contain_text(uid('ONE'))
    series = studies.details.locator('.series li')
    expect(series).to_have_count(2)
    expect(series.nth(0)).to_have_text(re.compile('2 · CT · Series A *2 instances'))
    expect(series.nth(1)).to_have_text(re.compile('10 · SR · Series B *1 instance$'))
    expect(studies.row_of('ONE')).to_have_class(OPEN)
    studies.row_of('TWO').click()
    expect(studies.details.get_by_role('heading', level=2)).to_have_text('TWO, New')
    expect(studies.row_of('TWO')).to_have_class(OPEN)
    expect(studies.row_of('ONE')).not_to_have_class(OPEN)
    studies.button('Close').click()
    expect(studies.details).to_be_hidden()
    expect(studies.row_of('TWO')).not_to_have_class(OPEN)


def test_the_details_show_additions_to_the_study_and_its_deletion(open_list: Open, two: Orthanc) -> None:
    studies = open_one(open_list, two)
    two.upload(instance('ONE', 'ONE', 'C', '1', Modality='PR', SeriesNumber=3))
    expect(studies.details.locator('.series li')).to_have_count(3)
    studies.expect_trouble('400')  # there is no page around it any more
    assert two.delete(f'/studies/{study_id("ONE", "ONE")}').status_code == 200
    expect(studies.details).to_contain_text('This study does not exist any more.')
    expect(studies.row_of('ONE')).to_have_count(0)
    studies.button('Close').click()
    expect(studies.details).to_be_hidden()
    studies.let_rows_rest()
    studies.row_of('TWO').click()
    expect(studies.details.get_by_role('heading', level=2)).to_have_text('TWO, New')


def test_the_archive_is_downloaded(open_list: Open, two: Orthanc, tmp_path: Path) -> None:
    studies = open_one(open_list, two)
    with zipfile.ZipFile(studies.download(studies.link('Download (DICOM)'), tmp_path)) as archive:
        assert len(archive.namelist()) == 3


def test_orthanc_explorer_opens_the_study(open_list: Open, two: Orthanc) -> None:
    studies = open_one(open_list, two)
    with studies.page.expect_popup() as popup:
        studies.link('Orthanc Explorer').click()
    expect(popup.value.locator('#study-info')).to_contain_text('Müller')


def test_only_installed_viewers_are_offered(open_list: Open, two: Orthanc) -> None:
    studies = open_one(open_list, two)
    assert studies.details.get_by_role('link').all_text_contents() == ['Orthanc Explorer', 'Download (DICOM)']


@pytest.mark.one_system
def test_viewers_that_are_installed_are_offered_with_their_addresses(open_list: Open, two: Orthanc) -> None:
    studies = open_list(two)
    names = ['dicom-web', 'stone-webviewer', 'ohif', 'volview', 'orthanc-explorer-2']
    studies.page.route('**/plugins', lambda route: route.fulfill(json=names))
    studies.row_of('ONE').click()
    identifier, study = study_id('ONE', 'ONE'), uid('ONE')
    for viewer, address in {
        'Stone viewer': f'/stone-webviewer/index.html?study={study}',
        'OHIF': f'/ohif/viewer?url=../studies/{identifier}/ohif-dicom-json',
        'VolView': f'/volview/index.html?names=[archive.zip]&urls=[../studies/{identifier}/archive]',
        'Orthanc Explorer 2': f'/ui/app/#/filtered-studies?StudyInstanceUID={study}&expand=study',
        'Orthanc Explorer': f'/app/explorer.html#study?uuid={identifier}',
        'Download (DICOM)': f'/studies/{identifier}/archive',
    }.items():
        expect(studies.link(viewer)).to_have_attribute('href', two.url + address)


@pytest.mark.one_system
def test_ohif_finds_a_study_at_the_configured_address(open_list: Open, start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({'OHIF': {'DataSource': 'dicom-web'}})
    upload(orthanc, 'ONE')
    studies = open_list(orthanc)
    studies.page.route('**/plugins', lambda route: route.fulfill(json=['dicom-web', 'ohif']))
    studies.row_of('ONE').click()
    address = f'{orthanc.url}/ohif/viewer?StudyInstanceUIDs={uid("ONE")}'
    expect(studies.link('OHIF')).to_have_attribute('href', address)


def test_the_button_in_orthanc_explorer_leads_to_the_list(open_list: Open, two: Orthanc) -> None:
    studies = open_list(two)
    studies.expect_trouble('')  # what Orthanc Explorer does is its own
    studies.page.goto(f'{two.url}/app/explorer.html')
    studies.page.get_by_role('link', name='Study list').click()
    expect(studies.row_of('ONE')).to_be_visible()
