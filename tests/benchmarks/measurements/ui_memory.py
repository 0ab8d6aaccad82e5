"""The memory of the web page while it is scrolled and studies come all the time."""

from __future__ import annotations

import random
import time
from itertools import count

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.benchmarks.figures import Effort, Figure, at_most
from tests.benchmarks.measurements.ui import FIRST
from tests.benchmarks.measurements.ui_scrolling import VIEWPORT
from tests.benchmarks.servers import Servers
from tests.support.browser import launch
from tests.support.dicom import instance

MINUTES = 10
ROUNDS_A_MINUTE = 4
"""So that a minute is one, of 5 rounds of 3 seconds, and less if less is requested."""

TARGET = at_most(1.1)
LOOKS = 5
"""At the memory, a second apart: the least counts, as what was shown a moment ago may not be given up yet."""


def measure(servers: Servers, effort: Effort) -> list[Figure]:
    """The memory at the end over that after the first minute."""
    minute = ROUNDS_A_MINUTE * effort.rounds * effort.seconds
    uploads = count()
    heaps = []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport=VIEWPORT)  # type: ignore[arg-type]
        session = page.context.new_cdp_session(page)
        _upload(servers, next(uploads))
        page.goto(f'{servers.paging.url}/paging/ui/')
        page.wait_for_selector(f'{FIRST}:not(:empty)')
        for _ in range(MINUTES):
            end = time.monotonic() + minute
            while time.monotonic() < end:
                _upload(servers, next(uploads))
                _scroll(page)
            heaps.append(_least_heap(page, session))
        browser.close()
    what = f'memory of the web page after {MINUTES * minute:.0f} s, over that after {minute:.0f} s'
    target = TARGET if servers.studies else None  # the memory grows anyhow if there are no studies at first
    return [
        Figure('ui-memory.growth', what, servers.studies, heaps[-1] / heaps[0], target=target),
        Figure('ui-memory.heap', 'memory of the web page in the end', servers.studies, heaps[-1], 'B'),
    ]


def _upload(servers: Servers, number: int) -> None:
    servers.paging.upload(instance('live', f'live {number}', 'A', '1'))


def _scroll(page: Page) -> None:
    """Somewhere else, now and then to the top, where studies slide in."""
    place = random.choice([0.0, random.random()])
    page.evaluate(
        """place => {
            const viewport = document.querySelector('.ag-grid-viewport');
            viewport.scrollTop = (viewport.scrollHeight - viewport.clientHeight) * place;
        }""",
        place,
    )
    page.wait_for_timeout(500)


def _least_heap(page: Page, session: CDPSession) -> float:
    heaps = []
    for _ in range(LOOKS):
        page.wait_for_timeout(1000)
        heaps.append(_heap(session))
    return min(heaps)


def _heap(session: CDPSession) -> float:
    session.send('HeapProfiler.collectGarbage')
    session.send('Performance.enable')
    metrics = session.send('Performance.getMetrics')['metrics']
    return float(next(metric['value'] for metric in metrics if metric['name'] == 'JSHeapUsedSize'))
