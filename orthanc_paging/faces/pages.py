"""`GET /sort-studies`: a page of the studies that match, in any order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote, urlencode

from .. import __version__
from ..errors import InvalidParameter
from ..http.callbacks import NO_CACHE, Answer, Headers, Items, Parameters, conditional, is_known
from ..http.etags import ETags, form_digest
from ..http.negotiation import acceptable
from ..http.representation import (
    DICOM_JSON,
    EXPANDED,
    JSON,
    Representation,
    comma_separated,
    dicom_json,
    flat,
    with_byte_order_mark,
)
from ..index.study_index import Page, StudyIndex
from ..queries.cursor import Cursor, encode
from ..queries.order import OrderKey
from ..queries.parsers.parameters import PLACES, parse_offset, parse_place
from ..queries.query import Place, Query
from ..queries.selection import ALL
from ..studies.attributes import Attribute
from ..studies.study import Body, Study
from .asking import Questions

PATH = '/sort-studies'
VARIES_BY = ('Accept',)
"""The request headers that decide the form of a page."""

KEPT_PAGES = 64
KEPT_STUDIES = 500
"""Pages within the first studies, which are asked for over and over, are kept until a study changes. Others are
made at each request: an offset deep in the list is seldom asked for twice."""

KEPT_PAGINGS = 64

STUDIES_A_CHUNK = 500
"""About 400 kB; a page of more studies is sent in chunks, and so never stands in memory whole."""

Asked = tuple[str, Items]
"""What a client takes, and the parameters."""


class Pages:
    """Serves pages of the index's views."""

    def __init__(self, index: StudyIndex, questions: Questions) -> None:
        self._index = index
        self._questions = questions
        self._etags = ETags(index)
        self._kept: dict[Asked, tuple[int, Answer]] = {}  # with the version of the default view
        self._paging = lru_cache(KEPT_PAGINGS)(self._new_paging)
        self._media_type = lru_cache(KEPT_PAGINGS)(acceptable)

    def serve(self, parameters: Parameters, headers: Mapping[str, str]) -> Answer:
        """The page that is asked for. Raises `RequestError`; `NotReady` until the studies are listed."""
        self._questions.await_answer(headers)
        asked = self._media_type(headers.get('accept', '')), tuple(parameters.items())
        kept = self._kept.get(asked)
        if kept is not None and kept[0] == self._index.version:
            return conditional(kept[1], headers)
        return self._make(asked, headers)

    def _make(self, asked: Asked, headers: Mapping[str, str]) -> Answer:
        """Make the answer. If the client has the page already, its body is not made."""
        media_type, items = asked
        decode = self._questions.decode
        rest = {
            decode(name) if '%' in name or '+' in name else name: value for name, value in items if name or value
        }
        places = {name: rest.pop(name) for name in PLACES if name in rest}
        paging = self._paging(media_type, tuple(rest.items()))
        self._await_computed(paging, headers)
        place = self._place(places, paging.query)
        page = self._index.page(place, paging.query.limit, paging.query.selection)
        is_kept = paging.is_plain and page.start + len(page.bodies) <= KEPT_STUDIES
        by_place = 'cursor' in places or 'around' in places
        by_cursor = by_place or not paging.is_plain
        link = paging.link_by_cursor(page) if by_cursor else paging.link(page.start, page.total)
        counts = (('X-Total-Count', str(page.total)), *((('X-Offset', str(page.start)),) if by_place else ()))
        studies = [] if paging.form is EXPANDED else list(map(self._index.study_of, page.bodies))
        if paging.is_plain and paging.form is EXPANDED:
            etag = self._etags.of_place(page.start, page.bodies)
        else:
            computed = [study.computed for study in studies] if paging.tells_computed else ()
            etag = self._etags.of(paging.digest, page.bodies, computed)
        head = (*counts, ('ETag', etag), NO_CACHE, *link)
        if 'if-none-match' in headers and is_known(etag, headers):
            return Answer(head, None)
        content = _body(page.bodies) if paging.form is EXPANDED else _formed(paging.form, studies)
        answer = Answer(head, content, paging.form.media_type)
        if is_kept and paging.form is EXPANDED:
            self._keep(asked, page.version, answer)
        return answer

    def _await_computed(self, paging: Paging, headers: Mapping[str, str]) -> None:
        if paging.query.selection.is_computed:
            self._questions.need_computed()
        if paging.query.is_computed or paging.tells_computed:
            self._questions.freshen_computed(headers)

    def _place(self, places: Mapping[str, str], query: Query) -> Place:
        if not places:
            return 0
        (name, value), *others = places.items()
        if name == 'offset' and value.isalnum() and not others:
            return parse_offset(value)
        if others:
            raise InvalidParameter(*others[0], expected=f'only one of {", ".join(PLACES)}')
        return parse_place(name, self._questions.decode(value), query.selection)

    def _new_paging(self, media_type: str, rest: Items) -> Paging:
        parameters = {name: self._questions.decode(value) for name, value in rest}
        others = [item for item in parameters.items() if item[0] != 'limit']
        query = self._questions.parser.parse(parameters)
        attributes = self._questions.parser.attributes if query.fields is None else query.fields
        return Paging(query, _form(media_type, query, attributes), attributes, others)

    def _keep(self, asked: Asked, version: int, answer: Answer) -> None:
        if len(self._kept) >= KEPT_PAGES:
            self._kept.clear()
        self._kept[asked] = version, answer


class Paging:
    """What all pages have in common that differ in their place alone."""

    __slots__ = ('_to', 'digest', 'form', 'is_plain', 'query', 'tells_computed')

    def __init__(
        self,
        query: Query,
        form: Representation,
        attributes: Sequence[Attribute],
        others: Sequence[tuple[str, str]],
    ) -> None:
        """`attributes` are those that the form has, if it is not the expanded one."""
        self.query = query
        self.form = form
        self.tells_computed = form is not EXPANDED and any(attribute.is_computed for attribute in attributes)
        self.digest = b'' if form is EXPANDED else _digest_of(form, attributes)
        self.is_plain = query.selection is ALL
        repeated = urlencode(others, quote_via=quote) + '&' if others else ''
        self._to = f'?{repeated}limit={query.limit}&'

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
        """The same, with `prev` and `next` after which no study is repeated or left out, whatever changes."""
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


def _last_offset(total: int, limit: int) -> int:
    """Where the last page begins."""
    return (total - 1) // limit * limit if total else 0


def _form(media_type: str, query: Query, attributes: Sequence[Attribute]) -> Representation:
    if media_type == JSON:
        return EXPANDED if query.fields is None else flat(query.fields)
    if media_type == DICOM_JSON:
        return dicom_json(attributes)
    return with_byte_order_mark(comma_separated(attributes)) if query.is_marked else comma_separated(attributes)


def _digest_of(form: Representation, attributes: Sequence[Attribute]) -> bytes:
    """The version of the package is part of it, as another one may make other bytes of the same studies."""
    parts = [(attribute.keyword, attribute.tag, attribute.vr, attribute.source.value) for attribute in attributes]
    return form_digest(__version__, form.media_type, form.begin, parts)


def _formed(form: Representation, studies: Sequence[Study]) -> bytes | Iterator[bytes]:
    """What is sent for the studies; in chunks where they are many."""
    parts = form.parts(studies, STUDIES_A_CHUNK)
    return b''.join(parts) if len(studies) <= STUDIES_A_CHUNK else parts


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
