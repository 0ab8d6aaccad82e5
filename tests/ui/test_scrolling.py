"""Scrolling through a million studies, which no server has: the answers about them are made up here."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Error, Route, expect

from tests.support.orthanc import Orthanc
from tests.support.waiting import wait_until
from tests.ui.conftest import Open
from tests.ui.study_list import PATIENCE, StudyList

MILLION = 1_000_000
ROW_HEIGHT = 30
STUDIES_A_DAY = 50

pytestmark = pytest.mark.one_system


def made_up(row: int) -> dict[str, str]:
    """The study in a row: the newest is the first."""
    day = date(2100, 1, 1) - timedelta(days=row // STUDIES_A_DAY)
    values = {'PatientID': f'P{row}', 'PatientName': f'NAME{row}', 'StudyDate': f'{day:%Y%m%d}'}
    return {'ID': f'study-{row}', **values}


class Million:
    """Answers the page's requests for studies, but those that are kept waiting."""

    def __init__(self, studies: StudyList) -> None:
        self.keep_waiting: Callable[[int, int], bool] = lambda _offset, _limit: False
        self.waiting: list[Route] = []
        studies.page.route('**/sort-studies?*', self._on_request)

    def is_waiting(self, row: int) -> bool:
        """Return whether a request for the study in a row is kept waiting."""
        places = [place_of(route) for route in self.waiting]
        return any(offset <= row < offset + limit for offset, limit in places)

    def end(self) -> None:
        """Give up what is kept waiting, but for what the page gave up itself."""
        for route in self.waiting:
            with suppress(Error):
                route.abort('aborted')

    def _on_request(self, route: Route) -> None:
        offset, limit = place_of(route)
        if self.keep_waiting(offset, limit):
            self.waiting.append(route)
        else:
            found = [made_up(row) for row in range(offset, min(offset + limit, MILLION))]
            route.fulfill(body=json.dumps(found), headers={'X-Total-Count': str(MILLION)})


def place_of(route: Route) -> tuple[int, int]:
    """Return the offset and the limit of a request."""
    parameters = parse_qs(urlsplit(route.request.url).query)
    return int(parameters['offset'][0]), int(parameters['limit'][0])


@pytest.fixture
def million(open_list: Open, hospital: Orthanc) -> Iterator[tuple[StudyList, Million]]:
    studies = open_list(hospital)
    answers = Million(studies)
    studies.page.reload()
    studies.expect_total(MILLION)
    expect(studies.cell(0, 'PatientID')).to_have_text('P0')
    yield studies, answers
    answers.end()


def scroll_to_share(studies: StudyList, share: float) -> None:
    studies.page.evaluate(
        """share => {
            const viewport = document.querySelector('.ag-grid-viewport');
            viewport.scrollTop = (viewport.scrollHeight - viewport.clientHeight) * share;
        }""",
        share,
    )


def first_row(studies: StudyList) -> float:
    """The number of the row at the upper edge, with the part that is hidden, once the list rests."""
    place: float = studies.evaluate(
        """async () => {
            const place = () => {
                const top = document.querySelector('.ag-header').getBoundingClientRect().bottom;
                const places = [...document.querySelectorAll('.ag-row')]
                    .map((row) => [Number(row.getAttribute('row-index')), row.getBoundingClientRect()])
                    .filter(([, box]) => box.bottom > top)
                    .map(([number, box]) => number + (top - box.top) / box.height);
                return Math.min(...places, 1e9);
            };
            let last = place();
            for (let still = 0; still < 12; still += 1) {
                await new Promise(requestAnimationFrame);
                if (place() !== last) {
                    last = place();
                    still = 0;
                }
            }
            return last;
        }"""
    )
    return place


def test_a_pixel_is_a_pixel_among_a_million_studies(million: tuple[StudyList, Million]) -> None:
    studies, _ = million
    height = studies.evaluate("() => document.querySelector('.ag-grid-viewport').scrollHeight")
    assert height >= MILLION * ROW_HEIGHT
    studies.page.mouse.move(700, 500)
    for share, pixels in [(0, 100), (0.5, 100), (1, -100)]:
        scroll_to_share(studies, share)
        before = first_row(studies)
        studies.page.mouse.wheel(0, pixels)
        wait_until(lambda: first_row(studies) != before, 'the wheel to scroll', PATIENCE)  # noqa: B023
        assert first_row(studies) - before == pytest.approx(pixels / ROW_HEIGHT, abs=0.1)


def test_both_ends_of_a_million_studies_are_reached(million: tuple[StudyList, Million]) -> None:
    studies, _ = million
    for share, row in [(1, MILLION - 1), (0.5, MILLION // 2), (0, 0)]:
        scroll_to_share(studies, share)
        expect(studies.cell(row, 'PatientID')).to_have_text(f'P{row}')
        expect(studies.row(row)).to_be_in_viewport()
    scroll_to_share(studies, 1)
    expect(studies.position).to_have_text(re.compile('–1,000,000 of 1,000,000 studies$'))


FRAMES = 120  # of a drag

DRAG = """async () => {
    const viewport = document.querySelector('.ag-grid-viewport');
    const far = viewport.scrollHeight - viewport.clientHeight;
    const shown = [];
    for (let step = 1; step <= 120; step += 1) {
        viewport.scrollTop = far * step / 120;
        await new Promise(requestAnimationFrame);
        const hint = document.querySelector('.scroll-hint');
        shown.push(hint.checkVisibility() ? [...hint.children].map((part) => part.textContent) : null);
    }
    return shown;
}"""


def test_a_hint_shows_the_date_of_the_place_while_one_drags(million: tuple[StudyList, Million]) -> None:
    studies, _ = million
    hint = studies.page.locator('.scroll-hint')
    expect(hint).to_be_hidden()
    frames = studies.evaluate(DRAG)
    shown = [parts for parts in frames if parts is not None]
    assert len(shown) > len(frames) / 2
    rows = [int(number.replace(',', '')) for _, number in shown]
    assert rows == sorted(rows)
    assert rows[-1] > MILLION - 100
    dates = {text for text, _ in shown} - {'…'}
    assert all(re.fullmatch(r'\d\d/\d\d/\d{4}', text) for text in dates)
    assert len(dates) > 1
    expect(hint).to_be_hidden()
    expect(studies.cell(MILLION - 1, 'PatientID')).to_have_text(f'P{MILLION - 1}')


def test_the_hint_shows_what_the_list_is_sorted_by(million: tuple[StudyList, Million]) -> None:
    studies, _ = million
    studies.header('Patient').click()
    expect(studies.header('Patient')).to_have_attribute('aria-sort', 'ascending')
    shown = [text for text, _ in filter(None, studies.evaluate(DRAG))]
    assert {text for text in shown if text != '…'}
    assert all(re.fullmatch(r'NAME\d+|…', text) for text in shown)


def test_a_jump_shows_no_hint(million: tuple[StudyList, Million]) -> None:
    studies, _ = million
    studies.evaluate(
        """() => {
            window.hints = 0;
            const hint = document.querySelector('.scroll-hint');
            const count = () => { window.hints += hint.hidden ? 0 : 1; };
            new MutationObserver(count).observe(hint, { attributes: true, attributeFilter: ['hidden'] });
        }"""
    )
    scroll_to_share(studies, 0.7)
    expect(studies.row(700_000)).to_be_attached()
    first_row(studies)
    studies.page.mouse.move(700, 500)
    studies.page.mouse.wheel(0, 100)
    first_row(studies)
    assert studies.evaluate('() => window.hints') == 0


def test_the_last_place_does_not_wait_for_places_that_were_left(
    million: tuple[StudyList, Million],
) -> None:
    studies, answers = million
    answers.keep_waiting = lambda offset, limit: 1000 <= offset < 900_000 and limit > 1
    for share in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6):
        scroll_to_share(studies, share)
        studies.wait_until(lambda: answers.is_waiting(round(share * MILLION)), 'the place to be requested')  # noqa: B023
    scroll_to_share(studies, 0.95)
    expect(studies.cell(950_000, 'PatientID')).to_have_text('P950000')
    answers.keep_waiting = lambda _offset, _limit: False
    scroll_to_share(studies, 0.6)
    expect(studies.cell(600_000, 'PatientID')).to_have_text('P600000')


def test_rows_that_are_only_dragged_past_are_not_requested(million: tuple[StudyList, Million]) -> None:
    studies, _ = million
    requests: list[str] = []
    studies.page.on('request', lambda request: requests.append(request.url))
    studies.evaluate(DRAG)
    expect(studies.cell(MILLION - 1, 'PatientID')).to_have_text(f'P{MILLION - 1}')
    blocks = [url for url in requests if 'limit=100' in url]
    assert 0 < len(blocks) < FRAMES / 2


def test_a_place_is_drawn_although_the_grid_missed_the_movement(million: tuple[StudyList, Million]) -> None:
    """The grid ignores the list's own movement for a while after one of its scroll bar, as in a busy page."""
    studies, _ = million
    scroll_to_share(studies, 0.5)
    first = round(first_row(studies))
    expect(studies.cell(first, 'PatientID')).to_have_text(f'P{first}')
    studies.evaluate(
        """() => {
            document.querySelector('.ag-body-vertical-scroll-viewport').dispatchEvent(new Event('scroll'));
            document.querySelector('.ag-grid-viewport').scrollTop += 300;
        }"""
    )
    last = first_row(studies) + 20
    assert last > first + 25
    expect(studies.cell(round(last), 'PatientID')).to_have_text(f'P{round(last)}')
