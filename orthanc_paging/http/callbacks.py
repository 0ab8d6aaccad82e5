"""Request in, answer out: what all routes share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote_plus

from ..errors import Json, RequestError, UnknownParameter

if TYPE_CHECKING:
    from ..orthanc_api.protocol import Dialect, Output

Headers = tuple[tuple[str, str], ...]

NO_CACHE = ('Cache-Control', 'private, no-cache')
JSON = 'application/json'
PROBLEM_JSON = 'application/problem+json'

AMPERSAND_HINT = (
    'This version of Orthanc ends a value at %26: write %EF%BC%86, the fullwidth ampersand, which matches &.'
)


class Answer(NamedTuple):
    """A 200 with a body: bytes, or chunks of it that are sent one after the other.

    None instead of a body is a 304: the client has the body already.
    """

    headers: Headers
    body: bytes | Iterator[bytes] | None
    media_type: str = JSON


Parameters = Mapping[str, str]
"""The parameters of a request, as they came: `Http.decode` decodes a name or a value."""

Items = tuple[tuple[str, str], ...]
"""The same, by which an answer can be kept."""

Serve = Callable[[Parameters, Mapping[str, str]], Answer]
"""What answers a request, from its parameters and its headers, whose names are in lower case."""

_NONE: Mapping[str, str] = {}


class Http:
    """Turns what Orthanc hands to a callback into what a route takes, and what it answers into Orthanc's calls."""

    def __init__(self, dialect: Dialect, log_error: Callable[[str], None]) -> None:
        self._dialect = dialect
        self._log_error = log_error

    def callback(self, serve: Serve, allowed: str = 'GET', varies_by: Sequence[str] = ()) -> Callable[..., None]:
        """Return a callback for Orthanc that answers requests of the `allowed` method by `serve`.

        `varies_by` names the request headers that decide what `serve` returns or raises. Every answer of the
        route names them in the header Vary (RFC 9110, 12.5.5), errors and 304 too. No exception leaves the
        callback.
        """
        vary = self._vary(varies_by)

        def answer(
            output: Output,
            uri: str,
            method: str,
            get: Parameters = _NONE,
            headers: Mapping[str, str] = _NONE,
            **_: object,
        ) -> None:
            try:
                if vary:
                    output.SetHttpHeader('Vary', vary)
                if method == allowed:
                    self._send(output, serve(get, headers))
                else:
                    output.SendMethodNotAllowed(allowed)
            except RequestError as error:
                self._send_problem(output, error.status, error.headers, self._problem(error))
            except Exception as error:
                self._fail(output, uri, error)

        return answer

    def guarded(self, answer: Callable[..., None]) -> Callable[..., None]:
        """A callback for Orthanc that answers by itself, of which no exception leaves."""

        def guard(output: Output, uri: str, **request: object) -> None:
            try:
                answer(output, uri, **request)
            except Exception as error:
                self._fail(output, uri, error)

        return guard

    def decode(self, text: str) -> str:
        """A name or a value of a parameter, percent-decoded where Orthanc has not done that itself."""
        return text if self._dialect.decodes else unquote_plus(text)

    def _vary(self, names: Sequence[str]) -> str:
        """The value of the header Vary; '' for no such header. Orthanc compresses without naming the header."""
        return ', '.join(dict.fromkeys([*names, 'Accept-Encoding'] if self._dialect.compresses else names))

    def _send(self, output: Output, answer: Answer) -> None:
        headers, body, media_type = answer
        set_header = output.SetHttpHeader
        for name, value in headers:
            set_header(name, value)
        if isinstance(body, bytes):
            output.AnswerBuffer(body, media_type)
        elif body is None:
            output.SendHttpStatusCode(HTTPStatus.NOT_MODIFIED)
        elif self._dialect.streams:
            output.StartStreamAnswer(media_type)
            for chunk in body:
                output.SendStreamChunk(chunk)
        else:
            output.AnswerBuffer(b''.join(body), media_type)

    def _fail(self, output: Output, uri: str, error: Exception) -> None:
        """Log the name alone: a message may hold what a client or a study said."""
        self._log_error(f'{uri} failed: {type(error).__name__}')
        self._send_problem(output, HTTPStatus.INTERNAL_SERVER_ERROR, {}, _INTERNAL_ERROR)

    def _problem(self, error: RequestError) -> dict[str, Json]:
        """Return the problem details. If Orthanc split a value, an unknown name is what came after the `&`."""
        problem = error.problem()
        if isinstance(error, UnknownParameter) and self._dialect.splits_encoded_ampersands:
            problem['detail'] = f'{error.detail} {AMPERSAND_HINT}'
        return problem

    def _send_problem(
        self, output: Output, status: HTTPStatus, headers: Mapping[str, str], problem: Mapping[str, Json]
    ) -> None:
        body = json.dumps(problem)
        for name, value in headers.items():
            output.SetHttpHeader(name, value)
        if not self._dialect.types_errors:
            output.SetHttpHeader('Content-Type', PROBLEM_JSON)
        send_status(output, status, body)


def send_status(output: Output, status: HTTPStatus, body: str) -> None:
    """Answer by a status that is no 200, with a body."""
    try:
        output.SendHttpStatus(status, body)
    except TypeError:  # the form of Python plugin 4.0
        output.SendHttpStatus(status, body, len(body))


_INTERNAL_ERROR: Mapping[str, Json] = {
    'type': 'about:blank',
    'title': HTTPStatus.INTERNAL_SERVER_ERROR.phrase,
    'status': HTTPStatus.INTERNAL_SERVER_ERROR.value,
    'detail': 'An error of the plugin; the log of Orthanc tells its kind.',
}


def conditional(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """Return the answer, which has an ETag, or a 304 if the request's headers name that tag."""
    return Answer(answer.headers, None) if is_known(dict(answer.headers)['ETag'], headers) else answer


def is_known(etag: str, headers: Mapping[str, str]) -> bool:
    """Whether the request's headers say that the client has the content with this tag."""
    tags = headers.get('if-none-match')
    return tags is not None and matches(tags, etag)


def matches(if_none_match: str, etag: str) -> bool:
    """Whether the header If-None-Match names `etag`, by weak comparison (RFC 9110, 13.1.2)."""
    if if_none_match.strip() == '*':
        return True
    opaque = etag.removeprefix('W/')
    return any(tag.strip().removeprefix('W/') == opaque for tag in if_none_match.split(','))
