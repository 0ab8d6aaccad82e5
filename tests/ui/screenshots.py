"""Makes the pictures of the web page that are in the README, from made-up studies.

    python -m tests.ui.screenshots

Needs what the tests of this folder need, and Orthanc 1.12.7; see `tests/README.md`.
"""

import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, expect, sync_playwright

from tests.support.browser import launch
from tests.support.dicom import SyntheticStudy, instance, study_id, synthetic_studies
from tests.support.orthanc import Orthanc
from tests.support.page import UI
from tests.ui.palette import paletted
from tests.ui.studies import wait_until_computed
from tests.ui.study_list import StudyList

SYSTEM = 'trixie'
FOLDER = UI / 'screenshots'

OPENED = 'P002000001'
SERIES = ('Topogram', 'Thorax 1.0 lung', 'Thorax 3.0 soft tissue', 'MPR coronal', 'Dose report')


def main() -> None:
    """Make both pictures, and say how large they are."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        orthanc = Orthanc.start(SYSTEM, Path(folder) / 'orthanc')
        orthanc.wait_ready()
        _fill(orthanc)
        browser = launch(playwright)
        list_ = _open(browser, orthanc, 1400, 'light')
        list_.row_of(OPENED).click()
        list_.details.locator('.series li').first.wait_for()
        _shoot(list_, 'list')
        _shoot(_open(browser, orthanc, 390, 'dark'), 'phone')
        browser.close()
        orthanc.terminate()


def _open(browser: Browser, orthanc: Orthanc, width: int, colours: Literal['light', 'dark']) -> StudyList:
    size = {'width': width, 'height': 800}
    context = browser.new_context(locale='en-GB', viewport=size, color_scheme=colours)  # type: ignore[arg-type]
    studies = StudyList(context.new_page(), orthanc.url)
    studies.open()
    studies.chip('CT').wait_for()
    expect(studies.position).not_to_be_empty()
    return studies


def _shoot(studies: StudyList, name: str) -> None:
    path = FOLDER / f'{name}.png'
    picture = studies.page.screenshot()
    studies.page.goto('about:blank')
    path.write_bytes(paletted(studies.page, picture))
    print(f'{path}: {path.stat().st_size} bytes')


def _fill(orthanc: Orthanc) -> None:
    """Upload about eight hundred studies, one of more series, and labels for some."""
    shown = [study for study in synthetic_studies(2000) if _has_glyphs(study)]
    for study in shown:
        for file in study.instances:
            orthanc.upload(file)
    values = {**shown[0].attributes, 'PatientName': 'Novák^Eliška', 'StudyDate': '20251230', 'Modality': 'CT'}
    values['StudyDescription'] = 'CT Thorax mit KM'
    for number, series in enumerate(SERIES, 1):
        for image in range(number * 7 % 11 + 1):
            described = {**values, 'SeriesNumber': number, 'SeriesDescription': series}
            orthanc.upload(instance(OPENED, OPENED, series, str(image), **described))
    orthanc.put(f'/studies/{study_id(OPENED, OPENED)}/labels/teaching', content=b'')
    wait_until_computed(orthanc, len(shown) + 1)


def _has_glyphs(study: SyntheticStudy) -> bool:
    """Return whether the fonts of any Debian have its letters: those up to the Arabic, and Vietnamese."""
    text = ''.join(str(value) for value in study.attributes.values())
    return all(letter < '\u0700' or '\u1e00' <= letter <= '\u1eff' for letter in text)


if __name__ == '__main__':
    main()
