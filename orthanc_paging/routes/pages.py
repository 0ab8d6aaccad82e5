"""`GET /sort-studies`: a page of the studies, by StudyDate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode

from ..errors import NotReady
from ..index import StudyIndex
from ..query import PARAMETERS, Query, parse
from ..reflector import Reflector
from ..study import Body
from .http import NO_CACHE, Answer, Headers, Parameters, matches

PATH = '/sort-studies'
RELATIVE_PATH = 'sort-studies'
"""What links name: relative to the request's own address, so that they hold behind a proxy's prefix too."""

KEPT_PAGES = 64
KEPT_STUDIES = 500
"""Pages within the first studies, which are asked for over and over, are kept until a study changes. Others are
made at each request: an offset deep in the list is seldom asked for twice."""

STUDIES_A_CHUNK = 500
"""About 400 kB; a page of more studies is sent in chunks, and so never stands in memory whole."""

HASH_MASK = 2**64 - 1

CHOOSING = frozenset(PARAMETERS)

Asked = tuple[tuple[str, str], ...]


class _Made(NamedTuple):
    """A page as it is sent, and the view's version of which it is."""

    version: int
    etag: str
    answer: Answer


class Pages:
    """Serves pages of the index's default view."""

    def __init__(
        self,
        index: StudyIndex,
        reflector: Reflector,
        decode: Callable[[Parameters], Parameters],
        max_limit: int,
    ) -> None:
        self._index = index
        self._reflector = reflector
        self._decode = decode
        self._max_limit = max_limit
        self._kept: dict[Asked, _Made | None] = {}

    def serve(self, parameters: Parameters, headers: Mapping[str, str]) -> Answer:
        """The page that is asked for. Raises `RequestError`; `NotReady` until the studies are listed."""
        if not self._reflector.ready:
            listing = self._reflector.listing
            raise NotReady(self._reflector.state, len(self._index), listing.total)
        asked = tuple(parameters.items())
        made = self._kept.get(asked)
        if made is None or made.version != self._index.version:
            made = self._make(asked, self._decode(parameters))
        if 'if-none-match' in headers and matches(headers['if-none-match'], made.etag):
            return Answer(made.answer.headers, None)
        return made.answer

    def _make(self, asked: Asked, parameters: Parameters) -> _Made:
        query = parse(parameters, self._max_limit)
        bodies, total, version = self._index.page(query.offset, query.limit)
        etag = _etag(bodies)
        headers = (
            ('X-Total-Count', str(total)),
            ('ETag', etag),
            NO_CACHE,
            *_link(query, total, parameters),
        )
        is_kept = query.offset + len(bodies) <= KEPT_STUDIES
        made = _Made(version, etag, Answer(headers, _body(bodies)))
        if is_kept:
            self._keep(asked, made)
        return made

    def _keep(self, asked: Asked, made: _Made) -> None:
        if len(self._kept) >= KEPT_PAGES:
            self._kept.clear()
        self._kept[asked] = made


def _body(bodies: list[Body]) -> bytes | Iterator[bytes]:
    """The JSON array of the studies; as chunks where it is long. Takes `bodies` for itself."""
    if not bodies:
        return b'[]'
    bodies[0] = b'[' + bodies[0]
    bodies[-1] += b']'
    if len(bodies) <= STUDIES_A_CHUNK:
        return b','.join(bodies)
    return _chunks(bodies)


def _chunks(bodies: list[Body]) -> Iterator[bytes]:
    for at in range(0, len(bodies), STUDIES_A_CHUNK):
        yield (b',' if at else b'') + b','.join(bodies[at : at + STUDIES_A_CHUNK])


def _etag(bodies: list[Body]) -> str:
    """A tag of the page's content, the same as long as this process runs.

    Made of hashes that the bodies keep, as hashing a page anew takes longer than making it. Weak, since Orthanc
    and proxies may compress the body.
    """
    return f'W/"{hash(tuple(bodies)) & HASH_MASK:x}"'


def _link(query: Query, total: int, parameters: Parameters) -> Headers:
    """The header Link (RFC 8288) of a page that has a limit; each link keeps the request's other parameters."""
    offset, limit = query
    if limit is None:
        return ()
    to = f'<{RELATIVE_PATH}?{_others(parameters)}limit={limit}&offset='
    last = max(total - 1, 0) // limit * limit
    previous = f'{to}{max(min(offset - limit, last), 0)}>; rel="prev", ' if offset else ''
    following = f'{to}{offset + limit}>; rel="next", ' if offset + limit < total else ''
    return (('Link', f'{to}0>; rel="first", {previous}{following}{to}{last}>; rel="last"'),)


def _others(parameters: Parameters) -> str:
    """The parameters that do not choose the part of the studies, as a link repeats them."""
    if parameters.keys() <= CHOOSING:
        return ''
    others = [(name, value) for name, value in parameters.items() if name not in CHOOSING]
    return urlencode(others, quote_via=quote) + '&'
