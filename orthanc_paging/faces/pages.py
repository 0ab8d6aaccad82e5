"""`GET /sort-studies`: a page of the studies that match, in any order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote, urlencode

from .. import __version__
from ..errors import InvalidParameter
from ..http.answer import JSON, NO_CACHE, Answer, Headers, not_modified
from ..http.etags import ETags, conditional, form_digest, is_known
from ..http.face import Face
from ..http.kept_answers import KeptAnswers
from ..http.negotiation import acceptable
from ..http.representation import (
    DICOM_JSON,
    EXPANDED,
    Representation,
    comma_separated,
    dicom_json,
    flat,
    with_byte_order_mark,
)
from ..http.request import Items, Request
from ..index.page import Page
from ..index.study_index import StudyIndex
from ..queries.cursor import Cursor, encode
from ..queries.order import OrderKey
from ..queries.parsers.parameters import PLACES, ParameterParser, parse_place
from ..queries.query import Place, Query
from ..queries.selection import ALL
from ..studies.attributes import Attribute
from ..studies.study import Body, Study
from .readiness import Readiness

PATH = '/sort-studies'

KEPT_STUDIES = 500
"""Pages within so many studies from the first are kept until a study changes, because clients repeat them. Others
are made at each request: clients seldom repeat an offset deep in the list."""

MOST_KEPT = 64
"""The parsed requests that are kept, and the parts of them."""

STUDIES_A_CHUNK = 500
"""About 400 kB. A page of more studies is sent in chunks, so that memory never contains it whole."""


class Question(NamedTuple):
    """A page: what it has in common with others, and where it begins."""

    paging: Paging
    place: Place
    is_by_offset: bool

    @property
    def needs_computed(self) -> bool:
        """Whether computed tags decide which studies are on the page."""
        return self.paging.needs_computed

    @property
    def contains_computed(self) -> bool:
        """Whether the page depends on computed tags, or contains them."""
        return self.paging.contains_computed


class Pages(Face):
    """Serves pages of the index's views."""

    path = PATH
    varies_by = ('Accept',)

    def __init__(self, index: StudyIndex, readiness: Readiness) -> None:
        self._index = index
        self._readiness = readiness
        self._etags = ETags()
        self._kept = KeptAnswers()
        self._media_type = lru_cache(MOST_KEPT)(acceptable)
        self._paging = lru_cache(MOST_KEPT)(_paging)
        self._question = lru_cache(MOST_KEPT)(self._new_question)

    def serve(self, request: Request) -> Answer:
        """Return the page that is requested. Raises `RequestError`."""
        question = self._readiness.question(request, self._parse)
        answer = self._kept.get(question, self._index.version)
        return conditional(answer, request) if answer else self._make(question, request)

    def _parse(self, request: Request, parser: ParameterParser) -> Question:
        return self._question(parser, self._media_type(request.header('accept')), request.items())

    def _new_question(self, parser: ParameterParser, media_type: str, items: Items) -> Question:
        parameters = dict(items)
        places = {name: parameters.pop(name) for name in PLACES if name in parameters}
        paging = self._paging(parser, media_type, tuple(parameters.items()))
        return Question(paging, _place(places, paging.query), is_by_offset=not places or 'offset' in places)

    def _make(self, question: Question, request: Request) -> Answer:
        """Make the answer. If the client has the page already, its body is not made."""
        paging = question.paging
        query, form = paging.query, paging.form
        page = self._index.page(question.place, query.limit, query.selection)
        studies = [] if form is EXPANDED else list(map(self._index.study_of, page.bodies))
        etag = self._etag(question, page, studies)
        headers = _headers(question, page, etag)
        if is_known(etag, request):
            return not_modified(headers)
        body = _body(page.bodies) if form is EXPANDED else _formed(form, studies)
        answer = Answer(HTTPStatus.OK, headers, body, form.media_type)
        is_first = paging.is_plain and page.start + len(page.bodies) <= KEPT_STUDIES
        if is_first and form is EXPANDED and isinstance(body, bytes):
            self._kept.keep(question, page.version, answer)
        return answer

    def _etag(self, question: Question, page: Page, studies: Sequence[Study]) -> str:
        paging = question.paging
        self._etags.forget_some(self._index.changes)
        if paging.is_plain and paging.form is EXPANDED:
            return self._etags.of_place(page.start, page.bodies)
        computed = [study.computed for study in studies] if paging.form_has_computed else ()
        return self._etags.of(paging.digest, page.bodies, computed)


class Paging:
    """What pages that differ only in their place have in common. Equal only to itself."""

    def __init__(
        self, query: Query, form: Representation, attributes: Sequence[Attribute], repeated: Items
    ) -> None:
        """`attributes` are those of a form that is not expanded. Each link has the parameters `repeated`."""
        self.query = query
        self.form = form
        self.form_has_computed = form is not EXPANDED and any(attribute.is_computed for attribute in attributes)
        self.needs_computed = query.selection.is_computed
        self.contains_computed = self.needs_computed or self.form_has_computed
        self.digest = b'' if form is EXPANDED else _digest_of(form, attributes)
        self.is_plain = query.selection is ALL
        parameters = urlencode(repeated, quote_via=quote) + '&' if repeated else ''
        self._to = f'?{parameters}limit={query.limit}&'

    def link(self, offset: int, total: int) -> Headers:
        """Return the header Link (RFC 8288), if there is a limit. From past the end, `prev` is the last page.

        A link is the query alone, which RFC 3986 5.2.2 resolves against the path of the request, whatever that is:
        behind a proxy's prefix, and with a slash at the end, which Orthanc ignores and does not pass on.
        """
        limit, to = self.query.limit, self._to
        if limit is None:
            return ()
        last = _last_offset(total, limit)
        following = f'<{to}offset={offset + limit}>; rel="next", ' if offset + limit < total else ''
        if offset == 0:
            previous = ''
        elif offset > last + limit:
            previous = f'<{to}offset={last}>; rel="prev", '
        else:
            previous = f'<{to}offset={offset - limit if offset > limit else 0}>; rel="prev", '
        return (('Link', f'<{to}offset=0>; rel="first", {previous}{following}<{to}offset={last}>; rel="last"'),)

    def link_by_cursor(self, page: Page) -> Headers:
        """Return the same with cursors in `prev` and `next`. No change makes them skip or repeat a study."""
        if self.query.limit is None:
            return ()
        last = f'offset={_last_offset(page.total, self.query.limit)}'
        links = [('first', 'offset=0')]
        if page.start:
            links.append(('prev', self._cursor(page.ends[0], is_back=True) if page.ends else last))
        if page.ends and page.start + len(page.bodies) < page.total:
            links.append(('next', self._cursor(page.ends[-1], is_back=False)))
        links.append(('last', last))
        return (('Link', ', '.join([f'<{self._to}{place}>; rel="{relation}"' for relation, place in links])),)

    def _cursor(self, key: OrderKey, is_back: bool) -> str:
        return f'cursor={encode(Cursor(key, is_back), self.query.selection)}'


def _paging(parser: ParameterParser, media_type: str, items: Items) -> Paging:
    query = parser.parse(dict(items))
    attributes = parser.schema.attributes if query.fields is None else query.fields
    repeated = tuple(item for item in items if item[0] != 'limit')
    return Paging(query, _form(media_type, query, attributes), attributes, repeated)


def _place(places: Mapping[str, str], query: Query) -> Place:
    """Return where the page begins. Raises `InvalidParameter`."""
    if not places:
        return 0
    (name, value), *others = places.items()
    if others:
        raise InvalidParameter(*others[0], expected=f'only one of {", ".join(PLACES)}')
    return parse_place(name, value, query.selection)


def _headers(question: Question, page: Page, etag: str) -> Headers:
    paging = question.paging
    offset = () if question.is_by_offset else (('X-Offset', str(page.start)),)
    is_linked_by_offset = question.is_by_offset and paging.is_plain
    link = paging.link(page.start, page.total) if is_linked_by_offset else paging.link_by_cursor(page)
    return (('X-Total-Count', str(page.total)), *offset, ('ETag', etag), NO_CACHE, *link)


def _last_offset(total: int, limit: int) -> int:
    """Return the offset of the last page."""
    return (total - 1) // limit * limit if total else 0


def _form(media_type: str, query: Query, attributes: Sequence[Attribute]) -> Representation:
    if media_type == JSON:
        return EXPANDED if query.fields is None else flat(query.fields)
    if media_type == DICOM_JSON:
        return dicom_json(attributes)
    return with_byte_order_mark(comma_separated(attributes)) if query.is_marked else comma_separated(attributes)


def _digest_of(form: Representation, attributes: Sequence[Attribute]) -> bytes:
    """Return a digest of the form. It contains the version of the package, which may change a form's bytes."""
    parts = [(attribute.keyword, attribute.tag, attribute.vr, attribute.source.value) for attribute in attributes]
    return form_digest(__version__, form.media_type, form.begin, parts)


def _formed(form: Representation, studies: Sequence[Study]) -> bytes | Iterator[bytes]:
    """Return the studies in a form, in chunks if they are many."""
    parts = form.parts(studies, STUDIES_A_CHUNK)
    return b''.join(parts) if len(studies) <= STUDIES_A_CHUNK else parts


def _body(bodies: list[Body]) -> bytes | Iterator[bytes]:
    """Return the JSON array of the studies, in chunks if they are many. Changes `bodies`."""
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
