"""One storm after the other, with pages read all the while, and the truth in each calm between them."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import httpx

from tests.storm.actions import Done, act, do, reconstruct
from tests.support.orthanc import Orthanc
from tests.support.truth import assert_pages_are_the_truth, order_key

CONNECTIONS = 4
CALM_DEADLINE = 30.0  # seconds; the pages are the truth much earlier, where nothing is wrong
HISTORY = 40  # actions

Say = Callable[[str], None]


def storms(orthanc: Orthanc, seconds: float, seed: int, say: Say) -> None:
    """Let storms rage for so many seconds in all; AssertionError at the first page that is not the truth.

    After each, the Orthanc goes on as it is, or is started again, reset, killed in the midst of it, told to relist
    or to reconstruct, all by chance.
    """
    draw = random.Random(seed)
    end = time.monotonic() + seconds
    history: list[Done] = []
    while time.monotonic() < end:
        after = draw.choice(_AFTER)
        told = _rage(orthanc, draw, min(draw.uniform(2, 6), max(1.0, end - time.monotonic())), after)
        history += told
        started = time.monotonic()
        try:
            assert_pages_are_the_truth(orthanc, CALM_DEADLINE)
        except AssertionError as error:
            raise AssertionError(
                f'{error}\nseed {seed}, after {after.__name__}; {_history(error, history)}'
            ) from None
        studies = orthanc.get('/sort-studies?limit=1').headers['X-Total-Count']
        calm = time.monotonic() - started
        say(f'{len(told)} changes, {after.__name__}: {studies} studies, the truth after {calm:.1f} s')


def _rage(orthanc: Orthanc, draw: random.Random, seconds: float, after: Callable[[Orthanc], None]) -> list[Done]:
    """A storm of so many seconds; what was done in it."""
    over, killed = Event(), Event()

    def change(seed: int) -> list[Done]:
        own = random.Random(seed)
        done: list[Done] = []
        try:
            while not over.is_set():
                done.append(act(orthanc, own))
        except httpx.TransportError:
            if not killed.is_set():
                raise
        return done

    def read() -> list[Done]:
        try:
            while not over.is_set():
                check_page(orthanc.get('/sort-studies'))
                check_page(orthanc.get(f'/sort-studies?offset={random.randrange(30)}&limit=7'))
        except httpx.TransportError:
            if not killed.is_set():
                raise
        return []

    with ThreadPoolExecutor(CONNECTIONS + 1) as pool:
        running: list[Future[list[Done]]] = [pool.submit(change, draw.getrandbits(32)) for _ in range(CONNECTIONS)]
        running.append(pool.submit(read))
        over.wait(seconds)
        if after is kill:
            killed.set()
            orthanc.kill()
        over.set()
    done = [one for future in running for one in future.result()]
    after(orthanc)
    orthanc.wait_ready()
    return done


def check_page(answer: httpx.Response) -> None:
    """AssertionError unless a page is sorted, has no study twice, and tells how many there are."""
    assert answer.status_code == 200, f'a page answers {answer.status_code}: {answer.text}'
    page: list[dict[str, Any]] = answer.json()
    keys = [order_key(study) for study in page]
    assert keys == sorted(set(keys)), 'a page is not sorted, or has a study twice'
    if 'limit' not in str(answer.request.url):
        assert answer.headers['X-Total-Count'] == str(len(page)), 'X-Total-Count is not the number of all studies'


def go_on(_: Orthanc) -> None:
    """Leave it as it is."""


def restart(orthanc: Orthanc) -> None:
    """End it and start it again."""
    if orthanc.system == 'sid':
        orthanc.wait_until_stable()
    orthanc.restart()


def reset(orthanc: Orthanc) -> None:
    """Start its core again inside the same process."""
    if orthanc.system == 'sid':
        orthanc.wait_until_stable()
    orthanc.reset()


def kill(orthanc: Orthanc) -> None:
    """Start it again after it was killed in the midst of the storm."""
    orthanc.restart()


def reconstruct_some(orthanc: Orthanc) -> None:
    """Have the tags of some resources read from their files again."""
    draw = random.Random(0)
    for _ in range(20):
        do(reconstruct, orthanc, draw)


def relist(orthanc: Orthanc) -> None:
    """Have it relist at once."""
    assert orthanc.post('/paging/relist', content=b'').status_code == 200


_AFTER = [go_on, go_on, go_on, reconstruct_some, relist, restart, reset, kill]


def _history(error: AssertionError, history: Sequence[Done]) -> str:
    """What was done last to the study that the error names, else to all."""
    named = set(re.findall('[0-9a-f]{8}(?:-[0-9a-f]{8}){4}', str(error)))
    own = [one for one in history if one.study in named] or history
    return 'what was done last:\n' + '\n'.join(map(str, own[-HISTORY:]))
