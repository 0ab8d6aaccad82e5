"""The web page as a test uses it: what a person sees and does, in the test's own words."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Dialog, Error, Locator, Page, Request, expect

from tests.support.waiting import wait_until

PATH = '/paging/ui/'
PATIENCE = 15.0  # seconds, on a machine however busy

expect.set_options(timeout=PATIENCE * 1000)

_ABORTED = 'net::ERR_ABORTED'  # the page itself aborted the request

_NETWORK_CHANGED = 'net::ERR_NETWORK_CHANGED'
"""Chromium ends its requests if the machine gets or loses an interface, as it does in the tests with Docker."""


class StudyList:
    """The page of studies at an address, and all that is wrong with it, which fails the test at its end."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self._complaints: list[str] = []
        self._expected: list[str] = [_NETWORK_CHANGED]
        page.set_default_timeout(PATIENCE * 1000)
        page.on('console', self._on_console)
        page.on('pageerror', lambda error: self._complaints.append(f'an error of the page: {error}'))
        page.on('request', self._on_request)
        page.on('requestfailed', self._on_failed)
        page.on('dialog', self._on_dialog)
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', (event) => console.error("
            '`against the policy: ${event.violatedDirective} ${event.blockedURI}`))'
        )

    def expect_trouble(self, pattern: str) -> None:
        """From now on, complaints that match a regular expression are what the test is about."""
        self._expected.append(pattern)

    @property
    def complaints(self) -> list[str]:
        """The unexpected errors in the page."""
        return [text for text in self._complaints if not any(re.search(one, text) for one in self._expected)]

    # What is seen

    @property
    def position(self) -> Locator:
        """The position in the list, and the number of studies."""
        return self.page.locator('.position')

    @property
    def search(self) -> Locator:
        return self.page.get_by_role('searchbox')

    @property
    def grid(self) -> Locator:
        return self.page.locator('.list')

    @property
    def active_filters(self) -> Locator:
        """The filters in the line above the list."""
        return self.page.locator('.filters .filter')

    def remove_filter(self, title: str) -> Locator:
        """The button that removes the active filter of a title."""
        return self.page.get_by_role('button', name=re.compile(f'^Remove filter: {title}: '))

    @property
    def details(self) -> Locator:
        return self.page.get_by_role('complementary')

    @property
    def notice(self) -> Locator:
        return self.page.locator('.notice')

    @property
    def news(self) -> Locator:
        """The button that leads to new studies further up."""
        return self.page.locator('.news')

    @property
    def rows(self) -> Locator:
        return self.page.locator('.ag-row')

    def button(self, name: str) -> Locator:
        return self.page.get_by_role('button', name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.details.get_by_role('link', name=name, exact=True)

    def chip(self, value: str) -> Locator:
        """The button of a modality or a label."""
        return self.page.locator(f'.finder .chip[data-value="{value}"]')

    def header(self, title: str) -> Locator:
        return self.page.get_by_role('columnheader', name=title, exact=True)

    def filter(self, title: str) -> Locator:
        """The box under a header."""
        return self.page.get_by_role('textbox', name=f'{title} Filter', exact=True)

    def box(self, keyword: str) -> Locator:
        """The same, in any language of the page."""
        return self.page.locator(f'.ag-floating-filter[col-id="{keyword}"] input')

    def row(self, number: int) -> Locator:
        """A row, from 0 on."""
        return self.page.locator(f'.ag-row[row-index="{number}"]')

    def row_of(self, patient: str) -> Locator:
        """The row of the patient with an ID."""
        cell = self.page.locator('[col-id="PatientID"]').get_by_text(patient, exact=True)
        return self.rows.filter(has=cell)

    def cell(self, number: int, keyword: str) -> Locator:
        return self.row(number).locator(f'[col-id="{keyword}"]')

    def titles(self) -> list[str]:
        """The headers from left to right."""
        return self.page.locator('.ag-header-cell-text').all_text_contents()

    def values(self, keyword: str, count: int) -> list[str | None]:
        """The texts of the first rows in a column; None for a row that is not there."""
        found: dict[str, str] = self.page.evaluate(
            "keyword => Object.fromEntries([...document.querySelectorAll('.ag-row')].map(row =>"
            " [row.getAttribute('row-index'), row.querySelector(`[col-id=\"${keyword}\"]`)?.textContent ?? '']))",
            keyword,
        )
        return [found.get(str(number)) for number in range(count)]

    # What is done

    def open(self, link: str = '') -> None:
        """Go to the page, at a place of it, and wait for its first rows or for what it says instead."""
        try:
            self._go_to(link)
        except (Error, AssertionError):
            if not any(_NETWORK_CHANGED in complaint for complaint in self._complaints):
                raise
            self._go_to(link)

    def _go_to(self, link: str) -> None:
        self.page.goto(f'{self.url}{PATH}{link}')
        self.wait()

    def wait(self) -> None:
        """Wait until studies or a notice are there."""
        expect(
            self.page.locator('.ag-row [col-id="PatientID"]:not(:empty), .notice:visible').first
        ).to_be_visible()

    def let_rows_rest(self) -> None:
        """Let the time pass within which a click is meant for the row that was there before rows moved."""
        self.page.wait_for_function(
            'start => performance.now() > start + 300', arg=self.evaluate('performance.now()')
        )

    def wait_for_poll(self) -> None:
        """Wait until the page has requested its rows once more: by then it shows all earlier responses."""
        with self.page.expect_response(lambda response: '/sort-studies?' in response.url):
            pass

    def wait_until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until something is true that the handlers of Playwright's events and routes bring about."""
        # Playwright calls them only while it waits for the page.
        wait_until(lambda: [self.evaluate('0')] and condition(), what, PATIENCE)

    def scroll_to(self, row: int) -> None:
        """Scroll as by a drag of the bar."""
        self.page.evaluate("row => { document.querySelector('.ag-grid-viewport').scrollTop = row * 30 }", row)

    def expect_values(self, keyword: str, values: Sequence[str]) -> None:
        """The first rows in a column are these, sooner or later."""
        wait_until(
            lambda: self.values(keyword, len(values)) == list(values),
            f'{keyword} to be {list(values)}, not {self.values(keyword, len(values))}',
            PATIENCE,
        )

    def expect_total(self, total: int) -> None:
        """Expect that the position shows so many matching studies."""
        noun = 'study' if total == 1 else 'studies'
        expect(self.position).to_have_text(re.compile(rf'(^|of ){total:,} {noun}$'))

    def download(self, button: Locator, path: Path) -> Path:
        """Click a button, and save the file that this brings."""
        with self.page.expect_download() as download:
            button.click()
        download.value.save_as(path / download.value.suggested_filename)
        return path / download.value.suggested_filename

    def evaluate(self, script: str) -> Any:  # noqa: ANN401 (whatever the script returns)
        return self.page.evaluate(script)

    # What goes wrong

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ('error', 'warning'):
            self._complaints.append(f'the console: {message.text}')

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((f'{self.url}/', 'data:', f'blob:{self.url}/')):
            self._complaints.append(f'a request elsewhere: {request.url}')

    def _on_failed(self, request: Request) -> None:
        if request.failure != _ABORTED:
            self._complaints.append(f'failed: {request.failure} {request.url}')

    def _on_dialog(self, dialog: Dialog) -> None:
        self._complaints.append(f'a script opened a dialog: {dialog.message}')
        dialog.dismiss()
