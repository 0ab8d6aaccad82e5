"""The view while somebody scrolls the list of the web page: by the bar, by the wheel, and by a finger.

Each animation frame is judged by the elements that are on the screen in it: the rows that lie between the
header and the lower edge and have text, and the hint that shows the place. The number of a row plays no part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TypedDict

from playwright.sync_api import Browser, CDPSession, Page

from tests.benchmarks.figures import Effort, Figure, at_least, at_most, of_rounds

Act = Callable[[int], None]
"""Scrolls by one step: down if it gets 1, up if it gets -1."""

DRAG = 10.0  # seconds from top to bottom
REST = 1.0  # seconds that are watched after a drag
NOTCH = 100  # pixels that Chromium scrolls by for one notch of a mouse's wheel
SWIPE = 200  # pixels
STEPS_A_SWIPE = 20
ROWS_A_NOTCH = 4.0  # three of 30 pixels, and what the place adds
ROWS_A_SWIPE = 8.0

RESTS = (0.1, 0.37, 0.5, 0.73, 1.0)
"""The ends of short drags, as shares of the way from top to bottom."""

VIEWPORT = {'width': 1400, 'height': 800}

WATCH = """() => {
    const viewport = document.querySelector('.ag-grid-viewport');
    const header = document.querySelector('.ag-header');
    const look = () => {
        const top = header.getBoundingClientRect().bottom;
        const bottom = viewport.getBoundingClientRect().bottom;
        const boxes = [...document.querySelectorAll('.ag-row')].map((row) => [row, row.getBoundingClientRect()]);
        const onScreen = boxes.filter(([, box]) => box.bottom > top + 1 && box.top < bottom - 1);
        const hint = document.querySelector('.scroll-hint');
        return {
            at: performance.now(),
            rows: onScreen.filter(([row]) => row.textContent.trim() !== '').length,
            hint: hint !== null && hint.checkVisibility() && hint.textContent.trim() !== '',
        };
    };
    window.frames = [];
    const record = () => {
        window.frames.push(look());
        requestAnimationFrame(record);
    };
    requestAnimationFrame(record);
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((entry) => entry.duration)))
        .observe({ type: 'longtask' });
}"""
"""Have `window.frames` filled, one entry for each animation frame: see `Frame`."""

DRAG_TO = """async ({ share, seconds }) => {
    const viewport = document.querySelector('.ag-grid-viewport');
    const from = viewport.scrollTop;
    const to = (viewport.scrollHeight - viewport.clientHeight) * share;
    const begun = performance.now();
    window.frames = [];
    for (let done = 0; done < 1; ) {
        await new Promise(requestAnimationFrame);
        done = Math.min(1, (performance.now() - begun) / seconds / 1000);
        viewport.scrollTop = from + (to - from) * done;
    }
    return performance.now();
}"""
"""Move the list steadily, as by its bar, to a share of its length; return when it came to rest."""

PLACE = """() => {
    const top = document.querySelector('.ag-header').getBoundingClientRect().bottom;
    const rows = [...document.querySelectorAll('.ag-row')].map((row) => [row, row.getBoundingClientRect()]);
    const [first, box] = rows.filter(([, box]) => box.bottom > top).sort((a, b) => a[1].top - b[1].top)[0];
    return Number(first.getAttribute('row-index')) + (top - box.top) / box.height;
}"""
"""The position of the list: the number of the row at its upper edge, and the hidden part of that row."""


class Frame(TypedDict):
    """The content of one animation frame, and its time in milliseconds since the navigation."""

    at: float
    rows: int
    hint: bool


def scrolling(studies: int, address: str, browser: Browser, effort: Effort) -> list[Figure]:
    """Return what is seen while the bar is dragged, and how far a notch of the wheel and a swipe lead."""
    context = browser.new_context(viewport=VIEWPORT, has_touch=True)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector('.ag-row[row-index="0"] .ag-cell:not(:empty)')
        return [
            *_steady_drag(studies, page, effort),
            *_rest(studies, page, effort),
            _figure('wheel', 'rows that a notch of the wheel leads on', studies, _wheel(page), ROWS_A_NOTCH),
            _figure('swipe', f'rows that a swipe of {SWIPE} px leads on', studies, _swipe(page), ROWS_A_SWIPE),
        ]
    finally:
        context.close()


def _steady_drag(studies: int, page: Page, effort: Effort) -> list[Figure]:
    page.evaluate(WATCH)
    shares = []
    for _ in range(effort.rounds):
        _go_to(page, 0)
        frames, rested = _drag(page, 1.0, DRAG)
        shares.append(share_with_data([frame for frame in frames if frame['at'] <= rested]))
    page.wait_for_selector(f'.ag-row[row-index="{studies - 1}"] .ag-cell:not(:empty)')
    long_tasks: list[float] = page.evaluate('() => window.longTasks')
    what = f'while dragging from top to bottom in {DRAG:.0f} s'
    return [
        of_rounds('ui.drag', f'frames with rows or the hint {what}', studies, shares, target=at_least(0.5)),
        Figure('ui.long-tasks', f'tasks over 50 ms {what}', studies, len(long_tasks) / effort.rounds),
    ]


def _rest(studies: int, page: Page, effort: Effort) -> list[Figure]:
    """The longest that the screen has no row with data after the bar came to rest, of several places."""
    longest = []
    for _ in range(effort.rounds):
        _go_to(page, 0)
        longest.append(max(without_rows(*_drag(page, share, 1.0)) for share in RESTS))
    what = f'longest that no row was there after a drag came to rest, of {len(RESTS)}'
    return [of_rounds('ui.rest', what, studies, longest, unit='s', target=at_most(0.15))]


def _drag(page: Page, share: float, seconds: float) -> tuple[list[Frame], float]:
    """The frames of a drag and of what follows, and when it came to rest."""
    rested: float = page.evaluate(DRAG_TO, {'share': share, 'seconds': seconds})
    page.wait_for_timeout(REST * 1000)
    frames: list[Frame] = page.evaluate('() => window.frames')
    return frames, rested


def share_with_data(frames: Sequence[Frame]) -> float:
    """The share of the frames that show rows, or at least the hint."""
    return sum(frame['rows'] > 0 or frame['hint'] for frame in frames) / len(frames)


def without_rows(frames: Sequence[Frame], rested: float) -> float:
    """The longest time, in seconds, in which no frame showed a row, from when the list came to rest."""
    seen = [frame['at'] for frame in frames if frame['at'] >= rested and frame['rows'] > 0]
    times = [rested, *seen, max(frame['at'] for frame in frames)]
    return max(later - earlier for earlier, later in pairwise(times)) / 1000


def _wheel(page: Page) -> list[float]:
    page.mouse.move(VIEWPORT['width'] / 2, VIEWPORT['height'] / 2)
    return [_led(page, share, lambda down: page.mouse.wheel(0, down * NOTCH)) for share in (0, 0.5, 1)]


def _swipe(page: Page) -> list[float]:
    session = page.context.new_cdp_session(page)
    x, middle, step = VIEWPORT['width'] / 2, VIEWPORT['height'] / 2, SWIPE / STEPS_A_SWIPE

    def swipe(down: int) -> None:
        begin = middle + down * SWIPE / 2
        _touch(session, 'touchStart', [{'x': x, 'y': begin}])
        for number in range(1, STEPS_A_SWIPE + 1):
            _touch(session, 'touchMove', [{'x': x, 'y': begin - down * step * number}])
            page.wait_for_timeout(20)
        page.wait_for_timeout(300)  # a finger that rests before it is lifted does not throw the list on
        _touch(session, 'touchEnd', [])

    return [_led(page, share, swipe) for share in (0, 0.5, 1)]


def _touch(session: CDPSession, kind: str, points: Sequence[Mapping[str, float]]) -> None:
    session.send('Input.dispatchTouchEvent', {'type': kind, 'touchPoints': points})


def _led(page: Page, share: float, act: Act) -> float:
    """Return how many rows an act leads on from a place: down, or up from the end."""
    before = _go_to(page, share)
    act(-1 if share == 1 else 1)
    return abs(_resting_place(page) - before)


def _go_to(page: Page, share: float) -> float:
    page.evaluate(DRAG_TO, {'share': share, 'seconds': 0.05})
    return _resting_place(page)


def _resting_place(page: Page) -> float:
    """Return the position of the list after it has stopped."""
    last, place = -1.0, -2.0
    while last != place:
        page.wait_for_timeout(300)
        last, place = place, float(page.evaluate(PLACE))
    return place


def _figure(name: str, what: str, studies: int, rows: Sequence[float], most: float) -> Figure:
    """The most rows of those at the top, in the middle and at the end."""
    return Figure(f'ui.{name}', what, studies, max(rows), rounds=tuple(rows), target=at_most(most))
