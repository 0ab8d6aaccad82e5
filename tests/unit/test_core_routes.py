"""The core's routes that change studies without an event: handed over to the core, and the studies recorded."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from orthanc_paging.changes.queue import Queue
from orthanc_paging.errors import UNKNOWN_RESOURCE, Refused
from orthanc_paging.faces.labels import Labels
from orthanc_paging.faces.reconstruction import Reconstruction, ReconstructionOfAll
from orthanc_paging.http.answer import Answer
from orthanc_paging.http.face import Face
from orthanc_paging.http.request import Request
from tests.support.fake_orthanc import FakeOrthanc
from tests.unit.serving import sent_by
from tests.unit.studies import expanded, identifier

if TYPE_CHECKING:
    from orthanc_paging.snapshot.journal import SnapshotJournal

A, B, OTHER = identifier('a'), identifier('b'), identifier('other')
PATIENT, OTHER_PATIENT = identifier('patient'), identifier('other patient')


class Journal:
    """A journal that records what is written to it, and what is around it."""

    def __init__(self, events: list[str]) -> None:
        self._events = events

    @contextmanager
    def around(self, studies: Sequence[str]) -> Iterator[None]:
        self._events.append(f'journal {len(studies)}')
        yield
        self._events.append('done')


class Room:
    """An Orthanc with two studies of one patient and one of another, and the routes that are handed over.

    `events` are what happens, in order.
    """

    def __init__(self, is_shared: bool = False) -> None:
        self.api = FakeOrthanc()
        self.api.able = replace(self.api.able, is_shared=is_shared)
        self.api.contain(expanded('a'), expanded('b'), {**expanded('other'), 'ParentPatient': OTHER_PATIENT})
        self.api.core = self._answer
        self.answers: dict[str, bytes | Refused] = {}
        self.events: list[str] = []
        self.queue = Queue()
        core = self.api, self.queue, cast('SnapshotJournal', Journal(self.events))
        self.labels, self.reconstruction, self.all = (
            Labels(*core),
            Reconstruction(*core),
            ReconstructionOfAll(*core),
        )

    def serve(self, face: Face, method: str, path: str, groups: tuple[str, ...] = (), body: bytes = b'') -> Answer:
        return face.serve(Request(method, path, groups, body=body))

    def changed(self) -> int:
        """Return the number of studies that were recorded."""
        return len(self.queue)

    def _answer(self, method: str, path: str, body: bytes) -> bytes:
        self.events.append(f'{method} {path} {body.decode()}'.strip())
        answer = self.answers.get(path, b'')
        if isinstance(answer, Refused):
            raise answer
        return answer


LABEL = f'/studies/{A}/labels/b%20d'


@pytest.mark.parametrize('method', ['PUT', 'DELETE'])
def test_a_label_is_set_or_removed_by_the_core_and_the_study_is_recorded(method: str) -> None:
    room = Room()
    answer = room.serve(room.labels, method, LABEL, (A, 'b d'), b'body')
    assert answer == Answer(answer.status, (), b'', 'text/plain')
    assert answer.status == 200
    assert room.events == ['journal 1', f'{method} {LABEL} body', 'done']
    assert room.changed() == 1
    assert 'write_to_log' not in room.api.calls


def test_a_label_is_announced_to_replicas() -> None:
    room = Room(is_shared=True)
    room.serve(room.labels, 'PUT', LABEL, (A, 'b d'))
    assert ('write_to_log', A) in room.api.requests


@pytest.mark.parametrize(('label', 'status'), [('b d', 200), ('b%20d', 404), ('', 404)])
def test_a_label_is_looked_up(label: str, status: int) -> None:
    room = Room()
    room.answers[f'/studies/{A}/labels'] = b'["b d"]'
    answer = room.serve(room.labels, 'GET', LABEL, (A, label))
    assert (answer.status, answer.body) == (status, b'')
    assert room.changed() == 0


@pytest.mark.parametrize(('code', 'status'), [(3, 400), (8, 400), (15, 400), (UNKNOWN_RESOURCE, 404), (9, 500)])
def test_a_refusal_is_answered_as_the_core_does_and_nothing_is_recorded(code: int, status: int) -> None:
    room = Room()
    refusal = Refused(code, 'A reason of the core')
    room.answers = {LABEL: refusal, f'/studies/{A}/labels': refusal}
    for method in ('GET', 'PUT', 'DELETE'):
        answer = room.serve(room.labels, method, LABEL, (A, 'b d'))
        assert (answer.status, answer.headers, answer.media_type) == (status, (), '')
        assert isinstance(answer.body, bytes)
        assert json.loads(answer.body) == {
            'HttpError': answer.status.phrase,
            'HttpStatus': status,
            'Message': 'A reason of the core',
            'Method': method,
            'OrthancError': 'A reason of the core',
            'OrthancStatus': code,
            'Uri': LABEL,
        }
    assert room.changed() == 0


def test_a_reconstruction_records_all_studies_of_the_patient() -> None:
    room = Room()
    path = f'/studies/{A}/reconstruct'
    answer = room.serve(room.reconstruction, 'POST', path, ('studies', A), b'{}')
    assert (answer.status, answer.media_type) == (200, 'text/plain')
    assert room.events == ['journal 2', f'POST {path} {{}}', 'done']
    assert room.changed() == 2


def test_a_reconstruction_of_all_goes_from_patient_to_patient_without_those_that_are_gone() -> None:
    room = Room()
    gone = identifier('gone')
    room.answers['/patients'] = json.dumps([PATIENT, gone, OTHER_PATIENT]).encode()
    room.answers[f'/patients/{gone}/reconstruct'] = Refused(UNKNOWN_RESOURCE, 'Unknown resource')
    answer = room.serve(room.all, 'POST', '/tools/reconstruct', body=b'{}')
    assert (answer.status, answer.body) == (200, b'')
    assert [event for event in room.events if event.startswith('POST')] == [
        f'POST /patients/{patient}/reconstruct {{}}' for patient in (PATIENT, gone, OTHER_PATIENT)
    ]
    assert room.changed() == 3


def test_a_reconstruction_of_all_ends_with_another_refusal() -> None:
    room = Room()
    room.answers['/patients'] = json.dumps([PATIENT, OTHER_PATIENT]).encode()
    room.answers[f'/patients/{PATIENT}/reconstruct'] = Refused(15, 'Bad file format')
    assert room.serve(room.all, 'POST', '/tools/reconstruct').status == 400
    assert f'POST /patients/{OTHER_PATIENT}/reconstruct' not in room.events


def test_a_reconstruction_of_nothing_lets_the_core_judge_the_body() -> None:
    room = Room()
    room.answers = {'/patients': b'[]', '/tools/reconstruct': Refused(15, 'Bad file format')}
    assert room.serve(room.all, 'POST', '/tools/reconstruct', body=b'nonsense').status == 400
    assert 'POST /tools/reconstruct nonsense' in room.events


@pytest.mark.parametrize(
    ('face', 'allowed', 'method'),
    [('labels', 'GET,PUT,DELETE', 'POST'), ('reconstruction', 'POST', 'GET'), ('all', 'POST', 'PUT')],
)
def test_another_method_is_answered_by_405(face: str, allowed: str, method: str) -> None:
    sent = sent_by(getattr(Room(), face), method=method)
    assert (sent.status, sent.values_of('Allow')) == (405, [allowed])
