"""axe-core finds nothing against WCAG 2.2, levels A and AA."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.conftest import require
from tests.support.orthanc import Orthanc
from tests.support.page import UI
from tests.ui.conftest import Open
from tests.ui.study_list import StudyList

AXE = UI / 'node_modules' / 'axe-core' / 'axe.min.js'
LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

pytestmark = pytest.mark.one_system


def open_details(studies: StudyList) -> Locator:
    studies.row(0).click()
    return studies.details.locator('.series li').first


def open_keys(studies: StudyList) -> Locator:
    studies.page.keyboard.press('?')  # on a phone there is no button for them
    return studies.page.get_by_role('dialog')


def open_columns(studies: StudyList) -> Locator:
    studies.button('Columns').click()
    return studies.page.get_by_role('dialog')


def find_nothing(studies: StudyList) -> Locator:
    studies.search.fill('nobody is called so')
    return studies.notice


def have_it_listing(studies: StudyList) -> Locator:
    studies.expect_trouble('503')
    problem = {'progress': {'Listed': 1200, 'Total': 4000}}
    studies.page.route('**/sort-studies?*', lambda route: route.fulfill(status=503, json=problem))
    listing = {'State': 'listing', 'Progress': problem['progress']}
    studies.page.route('**/paging/status', lambda route: route.fulfill(json=listing))
    return studies.notice.get_by_role('progressbar')


def choose(studies: StudyList) -> Locator:
    studies.button('Year').click()
    studies.button('Year').click()
    studies.chip('CT').click()
    studies.filter('Date').fill('nonsense')
    return studies.notice


@pytest.fixture(scope='session')
def axe(request: pytest.FixtureRequest) -> str:
    require(request, 'axe-core', None if AXE.exists() else f'npm ci in {UI} installs it')
    return AXE.read_text(encoding='utf-8')


@pytest.mark.parametrize(('width', 'colours'), [(1900, 'light'), (1900, 'dark'), (390, 'dark')])
@pytest.mark.parametrize(
    'come_to', [None, open_details, open_keys, open_columns, find_nothing, have_it_listing, choose]
)
def test_nothing_keeps_anybody_out(
    open_list: Open,
    hospital: Orthanc,
    axe: str,
    width: int,
    colours: str,
    come_to: Callable[[StudyList], Locator] | None,
) -> None:
    studies = open_list(hospital, color_scheme=colours, viewport={'width': width, 'height': 900})
    expect(studies.chip('CT')).to_be_attached()
    if come_to is not None:
        expect(come_to(studies)).to_be_visible()
    studies.evaluate(axe)
    found = studies.evaluate(f'axe.run({{runOnly: {LEVELS}}})')
    assert len(found['passes']) > 10
    nodes = [(violation['id'], node) for violation in found['violations'] for node in violation['nodes']]
    assert [(rule, node['target'], node['failureSummary']) for rule, node in nodes] == []
