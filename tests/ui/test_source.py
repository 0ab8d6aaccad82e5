"""The page offers its source code and names its licence (AGPL, section 13)."""

import tarfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from orthanc_paging import __version__
from tests.support.orthanc import Orthanc
from tests.support.systems import CHECKOUT
from tests.ui.conftest import Open
from tests.ui.study_list import StudyList

pytestmark = pytest.mark.one_system

LICENCE = f'orthanc-paging {__version__}, AGPL-3.0-or-later'
PAGE_SOURCE = 'orthanc_paging/ui/src/page.ts'


def test_the_source_is_one_click_away(studies: StudyList, tmp_path: Path) -> None:
    link = studies.page.get_by_role('link', name=f'Source code ({LICENCE})')
    expect(link).to_have_text('Source code')
    with tarfile.open(studies.download(link, tmp_path)) as archive:
        [name] = [name for name in archive.getnames() if name.endswith(PAGE_SOURCE)]
        member = archive.extractfile(name)
        assert member is not None
        assert member.read() == (CHECKOUT / PAGE_SOURCE).read_bytes()


def test_the_keyboard_reaches_the_source(studies: StudyList) -> None:
    link = studies.page.locator('.line .source')
    studies.chip('CT').focus()
    for _ in range(40):
        studies.page.keyboard.press('Tab')
        if link.evaluate('link => link === document.activeElement'):
            return
    raise AssertionError('Tab does not lead to the source')


def test_the_keys_name_version_and_licences(studies: StudyList) -> None:
    studies.button('Keys').click()
    dialog = studies.page.get_by_role('dialog', name='Keys')
    expect(dialog).to_contain_text(LICENCE)
    link = dialog.get_by_role('link', name='Licences of the packages')
    licences = studies.page.request.get(f'{studies.url}/paging/ui/{link.get_attribute("href")}')
    assert 'ag-grid-community' in licences.text()


@pytest.mark.parametrize(
    ('locale', 'text'),
    [('de-DE', 'Quelltext'), ('fr-FR', 'Code source'), ('es-ES', 'Código fuente'), ('it-IT', 'Source code')],
)
def test_the_source_is_offered_in_each_language_and_on_a_phone(
    open_list: Open, hospital: Orthanc, locale: str, text: str
) -> None:
    studies = open_list(hospital, locale=locale, viewport={'width': 360, 'height': 640})
    link = studies.page.locator('.line .source')
    expect(link).to_have_text(text)
    expect(link).to_be_in_viewport(ratio=1)
