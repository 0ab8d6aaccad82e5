"""One storm after the other, with pages read all the while, and the truth in each calm between them."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx

from tests.storm.actions import PAIR_WEIGHTS, WEIGHTS, Done, act, do, reconstruct
from tests.storm.part import Part
from tests.support.orthanc import Orthanc
from tests.support.truth import (
    assert_computed_tags_are_the_truth,
    assert_pages_are_the_truth,
    order_key,
    true_studies,
)

CONNECTIONS = 4
CALM_DEADLINE = 30.0  # seconds; the pages are the truth much earlier, if nothing is wrong
COMPUTED_DEADLINE = 120.0  # seconds; if one instance of many is gone, 1.10.1 needs a request for each study
HISTORY = 40  # actions

Say = Callable[[str], None]
Event = Callable[[Orthanc], None]


def storms(orthancs: Sequence[Orthanc], seconds: float, seed: int, say: Say) -> None:
    """Let storms rage for so many seconds in all; AssertionError at the first page that is not the truth.

    They rage through one Orthanc, or through several that share a database. During a storm, one of them may be
    restarted, reset or killed, while the others go on. After it, one may relist or reconstruct. The seed decides.
    The error contains the command that repeats the storms.
    """
    repetition = f'the same storms: {command_line(orthancs, seconds, seed)}'
    draw = random.Random(seed)
    end = time.monotonic() + seconds
    history: list[Done] = []
    while time.monotonic() < end:
        event = draw.choice(_EVENTS)
        done = _rage(orthancs, draw, min(draw.uniform(2, 6), max(1.0, end - time.monotonic())), event)
        history += done
        if event in _AFTER:
            event(draw.choice(orthancs))
        started = time.monotonic()
        for orthanc in orthancs:
            _assert_the_truth(orthanc, f'{repetition}\nevent: {event.__name__}', history)
        studies = orthancs[0].get('/sort-studies?limit=1').headers['X-Total-Count']
        calm = time.monotonic() - started
        say(f'{len(done)} changes, {event.__name__}: {studies} studies, the truth after {calm:.1f} s')


def command_line(orthancs: Sequence[Orthanc], seconds: float, seed: int) -> str:
    """Return the command that repeats the storms: the same changes and events, though their timing varies."""
    pair = ' --pair' if len(orthancs) > 1 else ''
    return f'python -m tests.storm --system {orthancs[0].system}{pair} --seconds {seconds:g} --seed {seed}'


def _assert_the_truth(orthanc: Orthanc, what: str, history: Sequence[Done]) -> None:
    try:
        assert_pages_are_the_truth(orthanc, CALM_DEADLINE)
        _assert_views_are_the_truth(orthanc)
        if not _knows_studies_of_deleted_instances(orthanc):
            relist(orthanc)
        assert_computed_tags_are_the_truth(orthanc, COMPUTED_DEADLINE)
    except AssertionError as error:
        raise AssertionError(f'{orthanc.folder.name}: {error}\n{what}; {_history(error, history)}') from None


def _knows_studies_of_deleted_instances(orthanc: Orthanc) -> bool:
    """Return whether Orthanc reports the study of a deleted instance."""
    return bool(orthanc.get_json('/system').get('Capabilities', {}).get('HasExtendedFind', False))


def _assert_views_are_the_truth(orthanc: Orthanc) -> None:
    """Raise `AssertionError` unless a sorted and a filtered page contain the right studies in their order."""
    truth = true_studies(orthanc)
    newest_first = sorted(truth, key=lambda study: (_reversed_date(study), study['ID']))
    assert _ids(orthanc, 'sort=-StudyDate') == [study['ID'] for study in newest_first], 'sorted pages are wrong'
    named = [study['ID'] for study in truth if study['PatientMainDicomTags'].get('PatientName') == 'Müller^Zoë']
    assert _ids(orthanc, 'PatientName=MULLER*') == named, 'filtered pages are wrong'
    found = [study['ID'] for study in truth if _description(study).startswith('described 1')]
    assert _ids(orthanc, 'StudyDescription=described%201*') == found, 'searched pages are wrong'


def _ids(orthanc: Orthanc, query: str) -> list[str]:
    return [study['ID'] for study in orthanc.get_json(f'/sort-studies?{query}')]


def _description(study: dict[str, Any]) -> str:
    return str(study['MainDicomTags'].get('StudyDescription', ''))


def _reversed_date(study: dict[str, Any]) -> int:
    return -int(study['MainDicomTags'].get('StudyDate', '').replace('.', '') or 0)


def _rage(orthancs: Sequence[Orthanc], draw: random.Random, seconds: float, event: Event) -> list[Done]:
    """Run a storm of so many seconds, with an event during it; return the changes that were made."""
    over = threading.Event()
    parts = [Part(orthanc) for orthanc in orthancs]
    weights = PAIR_WEIGHTS if len(parts) > 1 else WEIGHTS

    def change(seed: int) -> list[Done]:
        own = random.Random(seed)
        done: list[Done] = []
        while not over.is_set():
            own.choice(parts).use(lambda orthanc: done.append(act(orthanc, own, weights)))
        return done

    def read(part: Part) -> list[Done]:
        while not over.is_set():
            part.use(_check_pages)
        return []

    with ThreadPoolExecutor(CONNECTIONS + len(parts)) as pool:
        running: list[Future[list[Done]]] = [pool.submit(change, draw.getrandbits(32)) for _ in range(CONNECTIONS)]
        running += [pool.submit(read, part) for part in parts]
        try:
            before = draw.uniform(0.5, 1.0) * seconds
            over.wait(before)
            if event in _MIDST:
                _undergo(event, draw.choice(parts))
            over.wait(seconds - before)
        finally:
            over.set()
    return [one for future in running for one in future.result()]


def _undergo(event: Event, part: Part) -> None:
    """Have one Orthanc undergo an event while the others go on."""
    with part.resting(struck=event is kill) as orthanc:
        event(orthanc)
        orthanc.wait_ready()


def _check_pages(orthanc: Orthanc) -> None:
    check_page(orthanc.get('/sort-studies'))
    check_page(orthanc.get(f'/sort-studies?offset={random.randrange(30)}&limit=7'))
    for query in ('sort=-StudyDate', 'PatientName=MULLER*', 'StudyDescription=described%201*'):
        page = orthanc.get(f'/sort-studies?{query}')
        assert page.headers['X-Total-Count'] == str(len(page.json())), 'X-Total-Count is not the number of matches'


def check_page(answer: httpx.Response) -> None:
    """Raise `AssertionError` unless a page is sorted, has no study twice, and has the right total."""
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
    """Kill it and start it again."""
    orthanc.kill()
    orthanc.restart()


def reconstruct_some(orthanc: Orthanc) -> None:
    """Have the tags of some resources read from their files again."""
    draw = random.Random(0)
    for _ in range(20):
        do(reconstruct, orthanc, draw)


def relist(orthanc: Orthanc) -> None:
    """Have it relist at once."""
    assert orthanc.post('/paging/relist', content=b'').status_code == 200


_MIDST: list[Event] = [restart, reset, kill]
_AFTER: list[Event] = [go_on, go_on, go_on, reconstruct_some, relist]
_EVENTS = [*_AFTER, *_MIDST]


def _history(error: AssertionError, history: Sequence[Done]) -> str:
    """Return what was done last to the study that the error names, else to all."""
    named = set(re.findall('[0-9a-f]{8}(?:-[0-9a-f]{8}){4}', str(error)))
    own = [one for one in history if one.study in named] or history
    return 'what was done last:\n' + '\n'.join(map(str, own[-HISTORY:]))
