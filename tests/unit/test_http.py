"""What a callback sends to Orthanc, whatever a route returns or raises."""

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from orthanc_paging.errors import InvalidParameter, NotReady, UnknownParameter
from orthanc_paging.http.callbacks import Answer, Http, is_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from orthanc_paging.orthanc_api.protocol import Dialect, Output

JSON_ANSWER = Answer((('ETag', 'W/"1"'),), b'[]')
DIALECT = {'types_errors': True, 'decodes': True, 'streams': True, 'splits_encoded_ampersands': False}


class Sent:
    """An output of Orthanc's that records the calls of its methods."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[object, ...]]] = []

    def __getattr__(self, method: str) -> 'Callable[..., None]':
        return lambda *arguments: self.calls.append((method, arguments))

    @property
    def status(self) -> object:
        """The status of the answer, which the last call sends."""
        method, arguments = self.calls[-1]
        return {'AnswerBuffer': 200, 'SendMethodNotAllowed': 405}.get(method) or arguments[0]

    def values_of(self, header: str) -> list[object]:
        """The values of a header, all of which were set before the answer was sent."""
        set_headers = [arguments for method, arguments in self.calls[:-1] if method == 'SetHttpHeader']
        return [value for name, value in set_headers if name == header]


def sent_by(
    serve: 'Callable[..., Answer]', method: str = 'GET', varies_by: tuple[str, ...] = (), **differs: bool
) -> Sent:
    """What is sent for a request to a route, by an Orthanc that `differs` from others so."""
    dialect = cast('Dialect', SimpleNamespace(**{**DIALECT, 'compresses': False, **differs}))
    sent = Sent()
    Http(dialect, lambda _: None).callback(serve, varies_by=varies_by)(cast('Output', sent), '/x', method)
    return sent


def returns(answer: Answer) -> 'Callable[..., Answer]':
    return lambda *_: answer


def raises(error: Exception) -> 'Callable[..., Answer]':
    def serve(*_: object) -> Answer:
        raise error

    return serve


EVERY_ANSWER = [
    (returns(JSON_ANSWER), 'GET', 200),
    (returns(Answer(JSON_ANSWER.headers, None)), 'GET', 304),
    (raises(InvalidParameter('limit', 'x', 'a number')), 'GET', 400),
    (raises(NotReady('listing', 1, 2)), 'GET', 503),
    (raises(KeyError('x')), 'GET', 500),
    (returns(JSON_ANSWER), 'PUT', 405),
]


@pytest.mark.parametrize(('serve', 'method', 'status'), EVERY_ANSWER)
def test_every_answer_of_a_route_names_the_headers_that_decide_it(
    serve: 'Callable[..., Answer]', method: str, status: int
) -> None:
    sent = sent_by(serve, method, varies_by=('Accept',))
    assert sent.status == status
    assert sent.values_of('Vary') == ['Accept']


@pytest.mark.parametrize(
    ('compresses', 'varies_by', 'expected'),
    [
        (False, (), []),
        (True, (), ['Accept-Encoding']),
        (True, ('Accept',), ['Accept, Accept-Encoding']),
        (True, ('Accept-Encoding',), ['Accept-Encoding']),
    ],
)
def test_where_orthanc_compresses_answers_their_encoding_decides_too(
    compresses: bool, varies_by: tuple[str, ...], expected: list[str]
) -> None:
    sent = sent_by(returns(JSON_ANSWER), compresses=compresses, varies_by=varies_by)
    assert sent.values_of('Vary') == expected


@pytest.mark.parametrize(
    ('if_none_match', 'expected'),
    [
        ('W/"1"', True),
        ('"1"', True),
        ('"0", W/"1"', True),
        ('*', True),
        ('"11"', False),
        ('', False),
        (None, False),
    ],
)
def test_a_client_has_the_content_if_it_names_the_tag(if_none_match: str | None, expected: bool) -> None:
    headers = {} if if_none_match is None else {'if-none-match': if_none_match}
    assert is_known('W/"1"', headers) == expected


@pytest.mark.parametrize('splits', [False, True])
def test_where_orthanc_splits_a_value_the_problem_says_how_to_write_an_ampersand(splits: bool) -> None:
    unknown = raises(UnknownParameter('Neck*', '', '', ['StudyDescription']))
    for serve, expected in ((unknown, splits), (raises(InvalidParameter('limit', 'x', 'a number')), False)):
        (_, (_, problem)) = sent_by(serve, splits_encoded_ampersands=splits).calls[-1]
        assert ('%EF%BC%86' in json.loads(str(problem))['detail']) == expected
