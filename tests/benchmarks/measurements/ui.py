"""How fast the web page is, in Debian's Chromium, by the clock of the page itself: from act to animation frame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from orthanc_paging.faces.web_page import BUILT
from tests.benchmarks.figures import Effort, Figure, Target, at_most, of_rounds
from tests.benchmarks.measurements.ui_scrolling import VIEWPORT, scrolling
from tests.benchmarks.servers import Servers
from tests.support.browser import launch

SIZE_OF_TYPING = 100_000  # studies
TYPING_PAUSE = 0.15  # seconds: the page sends its request when no key came for so long
MOST_COMPRESSED = 250_000  # bytes

FIRST = '.ag-row[row-index="0"] .ag-cell[col-id="PatientName"]'
"""The first cell of the first row, which is empty until its study is there."""

_RECORD = (
    f"const first = '{FIRST}';"
    """
    // What the first row shows, when that was there, and when somebody acted last; in ms since the navigation.
    window.seen = { text: '', at: 0 };
    window.actedAt = 0;
    for (const act of ['click', 'input']) {
        addEventListener(act, () => { window.actedAt = performance.now(); }, { capture: true });
    }
    const record = () => {
        const text = document.querySelector(first)?.textContent ?? '';
        if (text !== '' && text !== window.seen.text) {
            window.seen = { text, at: performance.now() };
        }
        requestAnimationFrame(record);
    };
    record();
"""
)


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """The times of what a person does, and the size of what is sent."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            return [*_figures(servers, effort, browser), _size(servers)]
        finally:
            browser.close()


def _figures(servers: Servers, effort: Effort, browser: Browser) -> Iterator[Figure]:
    studies, address = servers.studies, f'{servers.paging.url}/paging/ui/'
    with _page(browser) as page:  # whose first question builds the view
        _open(page, address)
    cold, warm, sorting, typing = [], [], [], []
    for number in range(effort.rounds):
        with _page(browser) as page:
            cold.append(_open(page, address))
            page.goto('about:blank')
            warm.append(_open(page, address))
            _sort(page)  # which builds that view
            page.reload()
            _wait_for_other(page, '')
            sorting.append(_sort(page))
            typing.append(_type(page, f'{number % 9 + 1}'))
    yield _time('ui.cold', 'from navigation to rows, nothing cached', studies, cold, at_most(0.8))
    yield _time('ui.warm', 'from navigation to rows, files cached', studies, warm, at_most(0.3))
    yield _time('ui.sort', 'from a click on a header to rows, order in memory', studies, sorting, at_most(0.1))
    target = at_most(0.15) if studies == SIZE_OF_TYPING else None
    yield _time('ui.type', 'from a pause in typing to rows', studies, typing, target)
    yield from scrolling(studies, address, browser, effort)


@contextmanager
def _page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=VIEWPORT)  # type: ignore[arg-type]
    context.add_init_script(_RECORD)
    try:
        yield context.new_page()
    finally:
        context.close()


def _open(page: Page, address: str) -> float:
    page.goto(address, wait_until='commit')
    return _wait_for_other(page, '')


def _sort(page: Page) -> float:
    before = _first(page)
    page.locator('.ag-header-cell[col-id="PatientName"] .ag-header-cell-label').click()
    return _wait_for_other(page, before)


def _type(page: Page, text: str) -> float:
    before = _first(page)
    box = page.locator('.ag-floating-filter input').first
    box.press_sequentially('baker-', delay=20)
    box.press_sequentially(text)
    return max(0.0, _wait_for_other(page, before) - TYPING_PAUSE)


def _first(page: Page) -> str:
    text: str = page.evaluate('() => window.seen.text')
    return text


def _wait_for_other(page: Page, before: str) -> float:
    """Wait until the first row shows something else, and return the seconds from the last act until it did."""
    page.wait_for_function('before => window.seen.text !== before', arg=before)
    milliseconds: float = page.evaluate('() => window.seen.at - window.actedAt')
    return milliseconds / 1000


def _time(name: str, what: str, studies: int, rounds: list[float], target: Target | None) -> Figure:
    return of_rounds(name, what, studies, rounds, unit='s', target=target)


def _size(servers: Servers) -> Figure:
    compressed = sum(path.stat().st_size for path in BUILT.glob('*.gz') if path.name != 'licences.txt.gz')
    return Figure(
        'ui.size', 'all files, compressed', servers.studies, compressed, 'B', target=at_most(MOST_COMPRESSED)
    )
