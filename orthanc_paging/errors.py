"""The exceptions, as a tree, and what each of them causes. A `RequestError` has the HTTP status of the response.

PagingError
├── ConfigurationError      Orthanc does not start
├── NotAStudy               the study is left out and counted
├── NothingToMatch          becomes an InvalidParameter, which names the parameter
├── SnapshotError           the snapshot is not used
├── CannotStart             the next way to fill the index is tried
├── OrthancFailure          the call is tried again
│   ├── Refused             Orthanc refused the call; the core's own routes respond as the core does
│   └── NotFetched          Orthanc refused some of the studies
└── RequestError            400
    ├── InvalidParameter    400
    │   └── NotInView       400
    ├── UnknownParameter    400
    ├── LeftOut             400
    ├── NotFound            404
    ├── NotAcceptable       406
    ├── InternalError       500
    ├── Ended               503, and will not change
    └── NotYet              503, with Retry-After
        ├── NotReady        503
        ├── NotComputed     503
        └── NotFresh        503
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus

Json = str | int | float | bool | None | list['Json'] | dict[str, 'Json']

UNKNOWN_RESOURCE = 17
"""`OrthancPluginErrorCode_UnknownResource`: the `code` of a `Refused`."""

LONGEST_ECHO = 100
"""Characters of a client's value that a response repeats."""


class PagingError(Exception):
    """Any exception of this package."""


class ConfigurationError(PagingError):
    """A key of the section `Paging` that cannot be used. Orthanc does not start with it."""

    def __init__(self, key: str, value: Json, expected: str) -> None:
        super().__init__(f'{key} is {shorten(json.dumps(value))} in the configuration; expected {expected}')


class RequestError(PagingError):
    """A request that cannot be served. The response has `status`, `headers` and problem details (RFC 9457)."""

    status = HTTPStatus.BAD_REQUEST
    headers: Mapping[str, str] = {}

    def __init__(self, detail: str, **members: Json) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = members

    def problem(self) -> dict[str, Json]:
        """Return the members of the problem details: those of RFC 9457 first, then our own."""
        return {
            'type': 'about:blank',
            'title': self.status.phrase,
            'status': self.status.value,
            'detail': self.detail,
            **self.members,
        }


class InvalidParameter(RequestError):
    """A parameter whose value does not have the expected form. The value is None if it is missing."""

    def __init__(self, parameter: str, value: str | None, expected: str) -> None:
        found = 'missing' if value is None else repr(shorten(value))
        super().__init__(
            f'The parameter {parameter!r} is {found}; expected {expected}.',
            parameter=parameter,
            value=value if value is None else shorten(value),
            expected=expected,
        )


class UnknownParameter(RequestError):
    """A parameter that the route does not have. It is refused, because ignoring a filter would add studies.

    `near` is the most similar known name, '' if none is similar.
    """

    def __init__(self, parameter: str, value: str, near: str, known: Iterable[str]) -> None:
        parameter, names = shorten(parameter), ', '.join(known)
        meant = f' Perhaps {near!r} is meant.' if near else ''
        super().__init__(
            f'There is no parameter {parameter!r}.{meant} '
            f'Expected one of: {names} (or a name that begins with "_").',
            parameter=parameter,
            value=shorten(value),
            expected=names,
        )


class LeftOut(RequestError):
    """A tag that Orthanc keeps, but whose values the index cannot distinguish."""

    def __init__(self, tag: str, why: str) -> None:
        super().__init__(
            f'The tag {tag} cannot be a filter, a sort key or a field: {why}.',
            parameter=tag,
            expected='another tag',
        )


class NotInView(InvalidParameter):
    """A study that does not match, so that no page is around it."""

    def __init__(self, study_id: str) -> None:
        super().__init__('around', study_id, 'the ID of a study among those that match')


class NotAcceptable(RequestError):
    """A client that accepts none of the media types of the route."""

    status = HTTPStatus.NOT_ACCEPTABLE

    def __init__(self, accept: str, offered: Iterable[str]) -> None:
        names = ', '.join(offered)
        super().__init__(
            f'No form of the page is {shorten(accept)!r}; the header Accept may name {names}.',
            value=shorten(accept),
            expected=names,
        )


class NotFound(RequestError):
    """A path at which nothing exists."""

    status = HTTPStatus.NOT_FOUND


class InternalError(RequestError):
    """An unexpected exception of the plugin. The log has its type; no response contains its message."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self) -> None:
        super().__init__('An error of the plugin. The log of Orthanc has its type.')


class Ended(RequestError):
    """The index is no longer updated: Orthanc stops, or the index has failed."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self) -> None:
        super().__init__('Orthanc is stopping, or the index has failed: see /paging/status and the log.')


class NotYet(RequestError):
    """A request that can be served later."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    headers: Mapping[str, str] = {'Retry-After': '1'}


class NotReady(NotYet):
    """The index is not complete. A page would lack studies."""

    def __init__(self, state: str, listed: int, total: int) -> None:
        super().__init__(
            f'The studies are being listed: {listed} of {total}.',
            state=state,
            progress={'Listed': listed, 'Total': total},
        )


class NotComputed(NotYet):
    """The computed tags are not known for all studies. A page by them would lack studies."""

    def __init__(self, computed: int, total: int) -> None:
        super().__init__(
            'Modalities and numbers of instances, which Orthanc computes, are known for '
            f'{computed} of {total} studies so far. Requests that do not use them are served.',
            progress={'Computed': computed, 'Total': total},
        )


class NotFresh(NotYet):
    """The client requires a fresh page, and the index does not contain all earlier changes in time."""

    def __init__(self) -> None:
        super().__init__(
            'The page does not contain all earlier changes yet. '
            'Without "Cache-Control: no-cache" it is served as it is.'
        )


class NotAStudy(PagingError):
    """An expanded study of Orthanc's that the index cannot keep."""


class NothingToMatch(PagingError):
    """A text that no value can match, or that has no meaning. `expected` says what would have one."""

    def __init__(self, value: str, expected: str) -> None:
        super().__init__(f'{shorten(value)!r} cannot be matched; expected {expected}')
        self.value = value
        self.expected = expected


class SnapshotError(PagingError):
    """A snapshot that cannot be used. The text says why, and contains no patient data."""


class CannotStart(PagingError):
    """A way to fill the index that cannot be used."""


class OrthancFailure(PagingError):
    """A call that Orthanc could not answer. The text is Orthanc's own, and contains no patient data."""


class Refused(OrthancFailure):
    """A call that Orthanc refused. The `code` and the `reason` are Orthanc's own."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f'{reason} (code {code})')
        self.code = code
        self.reason = reason


class NotFetched(OrthancFailure):
    """Orthanc refused some studies, and returned all others. `refused` are the refusals, by the studies' IDs."""

    def __init__(self, refused: Mapping[str, Refused]) -> None:
        super().__init__('some studies could not be fetched')
        self.refused = refused


def shorten(text: str) -> str:
    """Return at most `LONGEST_ECHO` characters of a text, and '…' if it is longer."""
    return text if len(text) <= LONGEST_ECHO else text[:LONGEST_ECHO] + '…'
