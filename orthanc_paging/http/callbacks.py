"""From Orthanc's callback to a face, and back: the one path of every request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

from ..errors import InternalError, RequestError
from ..orthanc_api.protocol import Dialect, Output
from .answer import Answer, Body
from .face import Face
from .problem import problem
from .request import NOTHING, Request, decoded


class Callbacks:
    """Makes the callbacks of faces, in the dialect of the running Orthanc.

    Only this module touches the output that Orthanc hands to a callback.
    """

    def __init__(self, dialect: Dialect, log_error: Callable[[str], None]) -> None:
        self._dialect = dialect
        self._log_error = log_error

    def of(self, face: Face) -> Callable[..., None]:
        """Return the callback of a face.

        Each answer, errors and 304 too, names in the header `Vary` (RFC 9110, 12.5.5) the request headers that
        decide it. An exception of the face does not leave the callback.
        """
        vary = self._vary(face.varies_by)
        decode = dict[str, str] if self._dialect.decodes else decoded

        def callback(
            output: Output,
            uri: str,
            method: str,
            groups: Sequence[str] = (),
            get: Mapping[str, str] = NOTHING,
            headers: Mapping[str, str] = NOTHING,
            body: bytes = b'',
            **_: object,
        ) -> None:
            if vary:
                output.SetHttpHeader('Vary', vary)
            if method not in face.methods:
                output.SendMethodNotAllowed(','.join(face.methods))
                return
            parameters = decode(get)
            if '' in parameters and not parameters['']:  # a stray &
                del parameters['']
            self._send(output, self._answer(face, Request(method, uri, tuple(groups), parameters, headers, body)))

        return callback

    def _answer(self, face: Face, request: Request) -> Answer:
        try:
            answer = face.serve(request)
            if self._dialect.streams or isinstance(answer.body, bytes):
                return answer
            return answer._replace(body=b''.join(answer.body))
        except RequestError as error:
            return problem(error, self._dialect.splits_encoded_ampersands)
        except Exception as error:  # its message may contain what a client sent, or values of a study
            self._log_error(f'{face.path} failed: {type(error).__name__}')
            return problem(InternalError(), self._dialect.splits_encoded_ampersands)

    def _vary(self, names: Sequence[str]) -> str:
        """Return the value of `Vary`, '' for no such header. Orthanc compresses without naming the header."""
        return ', '.join(dict.fromkeys([*names, 'Accept-Encoding'] if self._dialect.compresses else names))

    def _send(self, output: Output, answer: Answer) -> None:
        status, headers, body, media_type = answer
        for name, value in headers:
            output.SetHttpHeader(name, value)
        if status is HTTPStatus.OK:
            _send_content(output, body, media_type)
        elif isinstance(body, bytes) and body:
            if media_type and not self._dialect.types_errors:
                output.SetHttpHeader('Content-Type', media_type)
            _send_status(output, status, body.decode())
        else:
            output.SendHttpStatusCode(status)


def _send_content(output: Output, body: Body, media_type: str) -> None:
    if isinstance(body, bytes):
        output.AnswerBuffer(body, media_type)
    else:
        output.StartStreamAnswer(media_type)
        for chunk in body:
            output.SendStreamChunk(chunk)


def _send_status(output: Output, status: HTTPStatus, body: str) -> None:
    try:
        output.SendHttpStatus(status, body)
    except TypeError:  # Python plugin 4.0 requires the length
        output.SendHttpStatus(status, body, len(body))
