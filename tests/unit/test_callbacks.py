"""The answer of a callback to Orthanc, for each result and each error of a face."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus

import pytest

from orthanc_paging.errors import InvalidParameter, NotReady, UnknownParameter
from orthanc_paging.http.answer import JSON, Answer, not_modified
from orthanc_paging.http.callbacks import Callbacks
from orthanc_paging.http.face import Face
from orthanc_paging.http.problem import PROBLEM_JSON
from orthanc_paging.http.request import Request
from orthanc_paging.orthanc_api.protocol import Dialect
from tests.support.fake_output import FakeOutput
from tests.unit.serving import NEWEST, OLDEST, sent_by

OK = Answer(HTTPStatus.OK, (('ETag', 'W/"1"'),), b'[]', JSON)


class Stub(Face):
    """A face that returns an answer, or raises an error, and records the requests."""

    path = '/stub'

    def __init__(
        self, answer: Answer | Exception, methods: Sequence[str] = ('GET',), varies_by: Sequence[str] = ()
    ) -> None:
        self.methods = methods
        self.varies_by = varies_by
        self.requests: list[Request] = []
        self._answer = answer

    def serve(self, request: Request) -> Answer:
        self.requests.append(request)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def test_a_face_receives_the_request() -> None:
    face = Stub(OK, methods=('PUT',))
    Callbacks(NEWEST, lambda _: None).of(face)(
        FakeOutput(),
        '/stub/a%20b',
        method='PUT',
        groups=['a b'],
        get={'limit': '5', '': ''},
        headers={'accept': 'text/csv'},
        body=b'content',
        authType='of Orthanc',
    )
    [request] = face.requests
    assert request == Request('PUT', '/stub/a%20b', ('a b',), {'limit': '5'}, {'accept': 'text/csv'}, b'content')


@pytest.mark.parametrize(
    ('dialect', 'expected'), [(NEWEST, {'a%20+': '%2B'}), (OLDEST, {'a  ': '+'})], ids=['1.13.0', '1.10.1']
)
def test_parameters_are_decoded_once(dialect: Dialect, expected: dict[str, str]) -> None:
    face = Stub(OK)
    sent_by(face, {'a%20+': '%2B'}, dialect=dialect)
    assert face.requests[0].parameters == expected


EVERY_ANSWER = [
    (OK, 'GET', 200),
    (not_modified(OK.headers), 'GET', 304),
    (InvalidParameter('limit', 'x', 'a number'), 'GET', 400),
    (NotReady('listing', 1, 2), 'GET', 503),
    (KeyError('x'), 'GET', 500),
    (OK, 'PUT', 405),
]


@pytest.mark.parametrize(('answer', 'method', 'status'), EVERY_ANSWER)
def test_each_answer_names_the_headers_that_decide_it(
    answer: Answer | Exception, method: str, status: int
) -> None:
    sent = sent_by(Stub(answer, varies_by=('Accept',)), method=method)
    assert (sent.status, sent.values_of('Vary')) == (status, ['Accept'])


@pytest.mark.parametrize(
    ('compresses', 'varies_by', 'expected'),
    [
        (False, (), []),
        (True, (), ['Accept-Encoding']),
        (True, ('Accept',), ['Accept, Accept-Encoding']),
        (True, ('Accept-Encoding',), ['Accept-Encoding']),
    ],
)
def test_if_orthanc_compresses_answers_their_encoding_decides_too(
    compresses: bool, varies_by: tuple[str, ...], expected: list[str]
) -> None:
    sent = sent_by(Stub(OK, varies_by=varies_by), dialect=replace(NEWEST, compresses=compresses))
    assert sent.values_of('Vary') == expected


def test_another_method_is_answered_by_a_405_that_names_those_that_are_allowed() -> None:
    face = Stub(OK, methods=('GET', 'PUT', 'DELETE'))
    sent = sent_by(face, method='POST')
    assert (sent.status, sent.values_of('Allow')) == (405, ['GET,PUT,DELETE'])
    assert not face.requests


def test_a_200_has_its_headers_its_media_type_and_its_body() -> None:
    sent = sent_by(Stub(OK))
    assert (sent.status, sent.body) == (200, b'[]')
    assert sent.headers == [('ETag', 'W/"1"'), ('Content-Type', JSON)]


def test_a_304_has_the_headers_and_no_body() -> None:
    sent = sent_by(Stub(not_modified(OK.headers)))
    assert (sent.status, sent.body, sent.headers) == (304, b'', [('ETag', 'W/"1"')])


def test_chunks_are_streamed_if_the_python_plugin_can_do_that_and_joined_if_not() -> None:
    for dialect in (NEWEST, OLDEST):
        sent = sent_by(Stub(Answer(HTTPStatus.OK, (), iter([b'[', b']']), JSON)), dialect=dialect)
        assert (sent.status, sent.body, sent.is_streamed) == (200, b'[]', dialect.streams)


def test_an_error_is_problem_details_whose_type_is_named_unless_orthanc_names_one() -> None:
    for dialect, types in ((NEWEST, []), (OLDEST, [PROBLEM_JSON])):
        sent = sent_by(Stub(NotReady('listing', 1, 2)), dialect=dialect)
        assert sent.status == 503
        assert sent.values_of('Retry-After') == ['1']
        assert sent.values_of('Content-Type') == types
        assert json.loads(sent.body)['progress'] == {'Listed': 1, 'Total': 2}


def test_an_error_without_a_media_type_gets_none() -> None:
    sent = sent_by(Stub(Answer(HTTPStatus.NOT_FOUND, (), b'{}')), dialect=OLDEST)
    assert (sent.status, sent.body, sent.values_of('Content-Type')) == (404, b'{}', [])


@pytest.mark.parametrize('splits', [False, True])
def test_if_orthanc_splits_a_value_the_problem_says_how_to_write_an_ampersand(splits: bool) -> None:
    dialect = replace(NEWEST, splits_encoded_ampersands=splits)
    unknown = UnknownParameter('Neck*', '', '', ['StudyDescription'])
    for error, expected in ((unknown, splits), (InvalidParameter('limit', 'x', 'a number'), False)):
        problem = json.loads(sent_by(Stub(error), dialect=dialect).body)
        assert ('%EF%BC%86' in problem['detail']) == expected


def failing_chunks() -> Iterator[bytes]:
    yield b'['
    raise ValueError('DOE^JANE')


@pytest.mark.parametrize('answer', [KeyError('DOE^JANE'), Answer(HTTPStatus.OK, (), failing_chunks(), JSON)])
def test_an_unexpected_error_is_a_500_and_neither_log_nor_answer_has_a_value_of_a_study(
    answer: Answer | Exception,
) -> None:
    lines: list[str] = []
    output = FakeOutput(needs_length=True)
    Callbacks(OLDEST, lines.append).of(Stub(answer))(output, '/stub/DOE^JANE', method='GET')
    assert (output.status, json.loads(output.body)['status']) == (500, 500)
    [line] = lines
    assert line in ('/stub failed: KeyError', '/stub failed: ValueError')
    assert 'DOE' not in line + output.body.decode()
