"""The fixtures that open the web page of a real Orthanc in a real browser."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import require, starting
from tests.support.browser import launch, why_no_browser
from tests.support.orthanc import Orthanc
from tests.support.page import why_no_page
from tests.ui.studies import fill
from tests.ui.study_list import StudyList

Open = Callable[..., StudyList]
"""Opens the list of an Orthanc in a fresh profile of the browser; more arguments are its context's."""

# All columns are seen at this width, and 25 rows.
_CONTEXT: dict[str, Any] = {'locale': 'en-GB', 'viewport': {'width': 1900, 'height': 900}}


@pytest.fixture(scope='session')
def equipment(request: pytest.FixtureRequest) -> None:
    """Require what the tests here need, or skip them."""
    require(request, 'Chromium', why_no_browser())
    require(request, 'the web page', why_no_page())


@pytest.fixture(scope='package')
def browser(equipment: None) -> Iterator[Browser]:  # noqa: ARG001
    """The browser, once for as many tests as come one after the other."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope='session')
def hospital(
    system: str,
    equipment: None,  # noqa: ARG001
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Orthanc]:
    """An Orthanc with 300 studies, which all tests share that change none."""
    with starting(system, tmp_path_factory.mktemp('hospital')) as starter:
        orthanc = starter()
        fill(orthanc)
        yield orthanc


@pytest.fixture
def open_list(browser: Browser) -> Iterator[Open]:
    """Opens lists. The test fails if one of them has a complaint at its end."""
    opened: list[StudyList] = []

    def open_one(orthanc_or_url: Orthanc | str, link: str = '', **context: object) -> StudyList:
        url = orthanc_or_url.url if isinstance(orthanc_or_url, Orthanc) else orthanc_or_url
        studies = StudyList(browser.new_context(**{**_CONTEXT, **context}).new_page(), url)
        opened.append(studies)
        studies.open(link)
        return studies

    yield open_one
    complaints = [complaint for studies in opened for complaint in studies.complaints]
    for studies in opened:
        studies.page.context.close()
    assert complaints == []


@pytest.fixture
def studies(open_list: Open, hospital: Orthanc) -> StudyList:
    """The list of the shared set, just opened."""
    return open_list(hospital)
