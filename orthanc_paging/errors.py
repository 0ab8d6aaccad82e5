"""The exceptions, as a tree, each with the HTTP status that a client gets for it.

PagingError
├── ConfigurationError      stops the start of Orthanc, is never an answer
├── NotAStudy               one study is left out and counted, is never an answer
├── NothingToMatch          becomes an InvalidParameter that names the parameter, is never an answer
├── SnapshotError           the snapshot is not used, is never an answer
├── OrthancFailure          is tried again, is never an answer
│   ├── Refused             by the core, of which a client is told as the core does
│   └── NotFetched          some studies alone
└── RequestError            400 Bad Request
├── InvalidParameter
│   └── NotInView
├── UnknownParameter
├── LeftOut
├── NotFound            404 Not Found
├── NotReady            503 Service Unavailable
├── NotFresh
└── Ended
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus

Json = str | int | float | bool | None | list['Json'] | dict[str, 'Json']

UNKNOWN_RESOURCE = 17
"""`OrthancPluginErrorCode_UnknownResource`: the `code` of a `Refused`."""

LONGEST_ECHO = 100
"""Characters of a client's value that an answer repeats."""


class PagingError(Exception):
    """Whatever this package raises by itself."""


class ConfigurationError(PagingError):
    """A key of the section `Paging` that cannot be used; Orthanc does not start with it."""

    def __init__(self, key: str, value: Json, expected: str) -> None:
        super().__init__(f'{key} is {shorten(json.dumps(value))} in the configuration; expected {expected}')


class RequestError(PagingError):
    """A request that is answered by its status and by problem details (RFC 9457)."""

    status = HTTPStatus.BAD_REQUEST
    headers: Mapping[str, str] = {}

    def __init__(self, detail: str, **members: Json) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = members

    def problem(self) -> dict[str, Json]:
        """The members of the problem details, those of RFC 9457 first, then our own."""
        return {
            'type': 'about:blank',
            'title': self.status.phrase,
            'status': self.status.value,
            'detail': self.detail,
            **self.members,
        }


class InvalidParameter(RequestError):
    """A parameter whose value is not of the form that is expected."""

    def __init__(self, parameter: str, value: str | None, expected: str) -> None:
        told = 'missing' if value is None else repr(shorten(value))
        super().__init__(
            f'The parameter {parameter!r} is {told}; expected {expected}.',
            parameter=parameter,
            value=value if value is None else shorten(value),
            expected=expected,
        )


class UnknownParameter(RequestError):
    """A parameter that the route does not have: refused, since ignoring a filter widens the answer.

    `near` is the known one that is most like it, '' where none is.
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
    """A tag that Orthanc keeps, and whose values are not known."""

    def __init__(self, tag: str, why: str) -> None:
        super().__init__(
            f'The tag {tag} cannot be a filter, a sort key or a field: {why}.',
            parameter=tag,
            expected='another tag',
        )


class NotInView(InvalidParameter):
    """A study that is not among those that match, and around which there is no page."""

    def __init__(self, study_id: str) -> None:
        super().__init__('around', study_id, 'the ID of a study among those that match')


class NotAcceptable(RequestError):
    """A client that takes none of the media types that there are."""

    status = HTTPStatus.NOT_ACCEPTABLE

    def __init__(self, accept: str, offered: Iterable[str]) -> None:
        names = ', '.join(offered)
        super().__init__(
            f'There is nothing of {shorten(accept)!r}; the header Accept may ask for: {names}.',
            value=shorten(accept),
            expected=names,
        )


class NotFound(RequestError):
    """An address where nothing is."""

    status = HTTPStatus.NOT_FOUND


class NotReady(RequestError):
    """The index is not complete: no page is better than a page that lacks studies."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    headers: Mapping[str, str] = {'Retry-After': '1'}

    def __init__(self, state: str, listed: int, total: int) -> None:
        super().__init__(
            f'The studies are being listed: {listed} of {total}.',
            state=state,
            progress={'Listed': listed, 'Total': total},
        )


class NotComputed(RequestError):
    """Modalities and numbers of instances are not known of all studies yet: some would be missing."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    headers: Mapping[str, str] = {'Retry-After': '1'}

    def __init__(self, computed: int, total: int) -> None:
        super().__init__(
            'Modalities and numbers of instances, which Orthanc computes, are known of '
            f'{computed} of {total} studies so far; what does not ask for them is answered.',
            progress={'Computed': computed, 'Total': total},
        )


class NotFresh(RequestError):
    """What was committed before the request is not in the index yet, and the client asked for no less."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    headers: Mapping[str, str] = {'Retry-After': '1'}

    def __init__(self) -> None:
        super().__init__(
            'Changes that were made before this request are not on the page yet; without '
            '"Cache-Control: no-cache" the page is served as it is.'
        )


class Ended(RequestError):
    """What was asked for will not be done: the index is no longer kept."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self) -> None:
        super().__init__('Orthanc is stopping, or the index has failed: see /paging/status and the log.')


class NotAStudy(PagingError):
    """What Orthanc told as an expanded study is not one that can be kept."""


class NothingToMatch(PagingError):
    """A text that no value could match, or that has no meaning: `expected` tells what would have one."""

    def __init__(self, value: str, expected: str) -> None:
        super().__init__(f'{shorten(value)!r} cannot be matched; expected {expected}')
        self.value = value
        self.expected = expected


class SnapshotError(PagingError):
    """A snapshot that cannot be used. The text says why, and holds no patient data."""


class CannotStart(PagingError):
    """A way to fill the index that cannot be used; the next one is tried."""


class OrthancFailure(PagingError):
    """A call that Orthanc could not answer. The text is Orthanc's own, and holds no patient data."""


class Refused(OrthancFailure):
    """A call that Orthanc refused: the `code` and the `reason` are its own."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f'{reason} (code {code})')
        self.code = code
        self.reason = reason


class NotFetched(OrthancFailure):
    """Orthanc refused to tell of some studies, and told of all others: the refusals by the studies' IDs."""

    def __init__(self, refused: Mapping[str, Refused]) -> None:
        super().__init__('some studies could not be fetched')
        self.refused = refused


def shorten(text: str) -> str:
    """`text` as an answer repeats it: at most `LONGEST_ECHO` characters, and '…' where it was longer."""
    return text if len(text) <= LONGEST_ECHO else text[:LONGEST_ECHO] + '…'
