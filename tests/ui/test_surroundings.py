"""Behind a reverse proxy, with a login, and with parts that an administrator switched off."""

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import OrthancStarter
from tests.support.orthanc import Orthanc
from tests.support.waiting import wait_until
from tests.ui.conftest import Open
from tests.ui.proxy import proxied
from tests.ui.studies import HOSPITAL, upload
from tests.ui.study_list import StudyList

USERS = {'AuthenticationEnabled': True, 'RegisteredUsers': {'radiologist': 'secret'}}
LOGIN = {'username': 'radiologist', 'password': 'secret'}


@pytest.mark.parametrize('prefix', ['/orthanc', '/a/paging/ui'])
def test_the_page_works_under_a_prefix_behind_a_proxy(open_list: Open, hospital: Orthanc, prefix: str) -> None:
    with proxied(hospital.url, prefix) as proxy:
        studies = open_list(proxy.url)
        studies.expect_total(HOSPITAL)
        expect(studies.chip('CT')).to_be_visible()
        studies.row(0).click()
        expect(studies.link('Orthanc Explorer')).to_have_attribute('href', re.compile(f'^{proxy.url}/app/'))
        studies.page.goto('about:blank')
        studies.page.goto(f'{proxy.url}/paging/ui')  # without the slash
        studies.wait()
        studies.expect_total(HOSPITAL)
        assert [path for path, status in proxy.passed if status >= 400] == []
        studies.page.close()


def test_the_page_works_with_the_login_of_orthanc(open_list: Open, start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({'StableAge': 60})
    upload(orthanc, 'ONE')
    orthanc.restart(USERS)
    studies = open_list(orthanc, http_credentials=LOGIN)
    studies.row_of('ONE').click()
    expect(studies.link('Orthanc Explorer')).to_be_visible()


@pytest.mark.one_system
def test_columns_that_are_switched_off_are_left_out(open_list: Open, start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({'Paging': {'ComputedTags': False}})
    upload(orthanc, 'ONE')
    wait_until(lambda: orthanc.get_json('/sort-studies'), 'the study')
    studies = open_list(orthanc)
    studies.expect_trouble('400')
    expect(studies.row_of('ONE')).to_be_visible()
    assert not {'Modalities', 'Instances'} & set(studies.titles())
    studies.row(0).click()
    expect(studies.details).to_contain_text('ONE, New')


def test_the_page_fits_a_phone(open_list: Open, hospital: Orthanc) -> None:
    studies: StudyList = open_list(hospital, viewport={'width': 390, 'height': 844}, has_touch=True)
    studies.expect_total(HOSPITAL)
    assert studies.evaluate('document.documentElement.scrollWidth') <= 390
    studies.row(0).tap()
    expect(studies.details).to_be_visible()
    assert studies.details.bounding_box() == {'x': 0, 'y': 0, 'width': 390, 'height': 844}
    studies.button('Close').tap()
    expect(studies.details).to_be_hidden()
