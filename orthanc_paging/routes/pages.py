"""`GET /sort-studies`: a page of the studies, by StudyDate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote, urlencode

from ..errors import NotReady
from ..index import StudyIndex
from ..query import PARAMETERS, parse, parse_offset
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

KEPT_PAGINGS = 64

STUDIES_A_CHUNK = 500
"""About 400 kB; a page of more studies is sent in chunks, and so never stands in memory whole."""

HASH_MASK = 2**64 - 1


Asked = tuple[tuple[str, str], ...]
"""The parameters of a request, as they came."""


class Pages:
    """Serves pages of the index's default view."""

    def __init__(
        self,
        index: StudyIndex,
        reflector: Reflector,
        be_fresh: Callable[[], None],
        decode: Callable[[str], str],
        max_limit: int,
    ) -> None:
        self._index = index
        self._reflector = reflector
        self._be_fresh = be_fresh
        self._decode = decode
        self._max_limit = max_limit
        self._kept: dict[Asked, tuple[int, Answer]] = {}  # with the version of the view
        self._paging = lru_cache(KEPT_PAGINGS)(self._new_paging)

    def serve(self, parameters: Parameters, headers: Mapping[str, str]) -> Answer:
        """The page that is asked for. Raises `RequestError`; `NotReady` until the studies are listed."""
        if not self._reflector.ready:
            listing = self._reflector.listing
            raise NotReady(self._reflector.state, len(self._index), listing.total)
        if 'no-cache' in headers.get('cache-control', ''):
            self._be_fresh()
        asked = tuple(parameters.items())
        kept = self._kept.get(asked)
        if kept is not None and kept[0] == self._index.version:
            answer = kept[1]
        else:
            answer = self._make(asked, dict(parameters))
        if 'if-none-match' in headers and matches(headers['if-none-match'], dict(answer.headers)['ETag']):
            return Answer(answer.headers, None)
        return answer

    def _make(self, asked: Asked, rest: dict[str, str]) -> Answer:
        offset = rest.pop('offset', None)
        paging = self._paging(tuple(rest.items()))
        at = paging.start if offset is None else parse_offset(offset if offset.isalnum() else self._decode(offset))
        bodies, total, version = self._index.page(at, paging.limit)
        is_first = at + len(bodies) <= KEPT_STUDIES
        count = ('X-Total-Count', str(total))
        answer = Answer((count, _etag(bodies), NO_CACHE, *paging.link(at, total)), _body(bodies))
        if is_first:
            self._keep(asked, version, answer)
        return answer

    def _new_paging(self, rest: Asked) -> Paging:
        decode = self._decode
        parameters = {decode(name): decode(value) for name, value in rest if name or value}  # a stray & makes ''
        offset, limit = parse(parameters, self._max_limit)
        others = [item for item in parameters.items() if item[0] not in PARAMETERS]
        return Paging(offset, limit, others)

    def _keep(self, asked: Asked, version: int, answer: Answer) -> None:
        if len(self._kept) >= KEPT_PAGES:
            self._kept.clear()
        self._kept[asked] = version, answer


class Paging:
    """What all pages have in common that differ in their offset alone."""

    __slots__ = ('_to', 'limit', 'start')

    def __init__(self, start: int, limit: int | None, others: Sequence[tuple[str, str]]) -> None:
        self.start = start
        self.limit = limit
        repeated = urlencode(others, quote_via=quote) + '&' if others else ''
        self._to = f'{RELATIVE_PATH}?{repeated}limit={limit}&offset='

    def link(self, offset: int, total: int) -> Headers:
        """The header Link (RFC 8288), where there is a limit. From past the end, `prev` is the last page."""
        limit, to = self.limit, self._to
        if limit is None:
            return ()
        last = (total - 1) // limit * limit if total else 0
        following = f'<{to}{offset + limit}>; rel="next", ' if offset + limit < total else ''
        if offset == 0:
            previous = ''
        elif offset > last + limit:
            previous = f'<{to}{last}>; rel="prev", '
        else:
            previous = f'<{to}{offset - limit if offset > limit else 0}>; rel="prev", '
        return (('Link', f'<{to}0>; rel="first", {previous}{following}<{to}{last}>; rel="last"'),)


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


def _etag(bodies: list[Body]) -> tuple[str, str]:
    """A tag of the page's content, the same as long as this process runs.

    Made of hashes that the bodies keep, as hashing a page anew takes longer than making it. Weak, since Orthanc
    and proxies may compress the body.
    """
    return 'ETag', f'W/"{hash(tuple(bodies)) & HASH_MASK:x}"'
