"""Pictures of the page at three widths, to be looked at: pytest keeps them in its folder."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.orthanc import Orthanc
from tests.ui.conftest import Open


@pytest.mark.one_system
@pytest.mark.parametrize('colours', ['light', 'dark'])
@pytest.mark.parametrize('width', [1400, 800, 390])
def test_pictures(open_list: Open, hospital: Orthanc, tmp_path: Path, width: int, colours: str) -> None:
    studies = open_list(hospital, viewport={'width': width, 'height': 800}, color_scheme=colours)
    expect(studies.chip('CT')).to_be_attached()
    studies.page.screenshot(path=tmp_path / f'list-{width}-{colours}.png')
    studies.row(2).click()
    expect(studies.details.locator('.series li').first).to_be_visible()
    studies.page.screenshot(path=tmp_path / f'details-{width}-{colours}.png')
    studies.button('Close').click()
    studies.button('Columns').click()
    expect(studies.page.get_by_role('dialog')).to_be_visible()
    studies.page.screenshot(path=tmp_path / f'columns-{width}-{colours}.png')
    studies.page.keyboard.press('Escape')
    studies.search.fill('nobody is called so')
    expect(studies.notice).to_be_visible()
    studies.page.screenshot(path=tmp_path / f'notice-{width}-{colours}.png')
    assert len(list(tmp_path.glob('*.png'))) == 4
