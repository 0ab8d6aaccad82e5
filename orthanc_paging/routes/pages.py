"""`GET /sort-studies`: a page of the studies that match, in any order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote, urlencode

from ..errors import InvalidParameter
from ..index.study_index import Page, StudyIndex
from ..queries.cursor import Cursor, encode
from ..queries.order import OrderKey
from ..queries.query import PLACES, Place, Query, parse_offset, parse_place
from ..queries.selection import ALL
from ..studies.representation import (
    DICOM_JSON,
    EXPANDED,
    JSON,
    Representation,
    comma_separated,
    dicom_json,
    flat,
    with_byte_order_mark,
)
from ..studies.study import Body, Study
from .accept import acceptable
from .http import NO_CACHE, Answer, Headers, Items, Parameters, unless_held
from .questions import Questions

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

Asked = tuple[str, Items]
"""What a client takes, and the parameters."""


class Pages:
    """Serves pages of the index's views."""

    def __init__(self, index: StudyIndex, questions: Questions) -> None:
        self._index = index
        self._questions = questions
        self._kept: dict[Asked, tuple[int, Answer]] = {}  # with the version of the default view
        self._paging = lru_cache(KEPT_PAGINGS)(self._new_paging)
        self._media_type = lru_cache(KEPT_PAGINGS)(acceptable)

    def serve(self, parameters: Parameters, headers: Mapping[str, str]) -> Answer:
        """The page that is asked for. Raises `RequestError`; `NotReady` until the studies are listed."""
        self._questions.await_answer(headers)
        asked = self._media_type(headers.get('accept', '')), tuple(parameters.items())
        kept = self._kept.get(asked)
        answer = kept[1] if kept is not None and kept[0] == self._index.version else self._make(asked, headers)
        return unless_held(answer, headers)

    def _make(self, asked: Asked, headers: Mapping[str, str]) -> Answer:
        media_type, items = asked
        rest = {self._questions.decode(name) if '%' in name else name: value for name, value in items}
        told = {name: rest.pop(name) for name in PLACES if name in rest}
        paging = self._paging(media_type, tuple(rest.items()))
        self._await_computed(paging.query, headers)
        place = self._place(told, paging.query)
        page = self._index.page(place, paging.query.limit, paging.query.selection)
        is_kept = paging.is_plain and page.start + len(page.bodies) <= KEPT_STUDIES
        by_place = 'cursor' in told or 'around' in told
        by_cursor = by_place or not paging.is_plain
        link = paging.link_by_cursor(page) if by_cursor else paging.link(page.start, page.total)
        tag, content = self._content(paging, page.bodies)
        counts = (('X-Total-Count', str(page.total)), *((('X-Offset', str(page.start)),) if by_place else ()))
        answer = Answer((*counts, ('ETag', f'W/"{tag:x}"'), NO_CACHE, *link), content, paging.form.media_type)
        if is_kept and paging.form is EXPANDED:
            self._keep(asked, page.version, answer)
        return answer

    def _await_computed(self, query: Query, headers: Mapping[str, str]) -> None:
        if query.selection.is_computed:
            self._questions.need_computed()
        if query.is_computed:
            self._questions.freshen_computed(headers)

    def _content(self, paging: Paging, bodies: list[Body]) -> tuple[int, bytes | Iterator[bytes]]:
        """A tag of what is sent for the studies, and that. Takes `bodies` for itself."""
        tag = paging.tag(bodies)
        if paging.form is EXPANDED:
            return tag, _body(bodies)
        studies = list(map(self._index.study_of, bodies))
        computed = hash(tuple(study.computed for study in studies))
        return tag ^ (computed & HASH_MASK), _formed(paging.form, studies)

    def _place(self, told: Mapping[str, str], query: Query) -> Place:
        if not told:
            return 0
        (name, value), *others = told.items()
        if name == 'offset' and value.isalnum() and not others:
            return parse_offset(value)
        if others:
            raise InvalidParameter(*others[0], expected=f'only one of {", ".join(PLACES)}')
        return parse_place(name, self._questions.decode(value), query.selection)

    def _new_paging(self, media_type: str, rest: Items) -> Paging:
        parameters = self._questions.decoded(rest)
        others = [item for item in parameters.items() if item[0] != 'limit']
        query = self._questions.parser.parse(parameters)
        return Paging(query, self._form(media_type, query), others)

    def _form(self, media_type: str, query: Query) -> Representation:
        if media_type == JSON:
            return EXPANDED if query.fields is None else flat(query.fields)
        told = self._questions.parser.attributes if query.fields is None else query.fields
        if media_type == DICOM_JSON:
            return dicom_json(told)
        return with_byte_order_mark(comma_separated(told)) if query.is_marked else comma_separated(told)

    def _keep(self, asked: Asked, version: int, answer: Answer) -> None:
        if len(self._kept) >= KEPT_PAGES:
            self._kept.clear()
        self._kept[asked] = version, answer


class Paging:
    """What all pages have in common that differ in their place alone."""

    __slots__ = ('_named', '_to', 'form', 'is_plain', 'query')

    def __init__(self, query: Query, form: Representation, others: Sequence[tuple[str, str]]) -> None:
        self.query = query
        self.form = form
        self._named = 0 if form is EXPANDED else hash((form.media_type, form.begin, query.fields))
        self.is_plain = query.selection is ALL
        repeated = urlencode(others, quote_via=quote) + '&' if others else ''
        self._to = f'{RELATIVE_PATH}?{repeated}limit={query.limit}&'

    def link(self, offset: int, total: int) -> Headers:
        """The header Link (RFC 8288), where there is a limit. From past the end, `prev` is the last page."""
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

    def tag(self, bodies: list[Body]) -> int:
        """A tag of a page's content, the same as long as this process runs.

        Made of hashes that the bodies keep, as hashing a page anew takes longer than making it. Weak, since
        Orthanc and proxies may compress the body.
        """
        return (hash(tuple(bodies)) ^ self._named) & HASH_MASK

    def _cursor(self, key: OrderKey, is_back: bool) -> str:
        return f'cursor={encode(Cursor(key, is_back), self.query.selection)}'


def _last_offset(total: int, limit: int) -> int:
    """Where the last page begins."""
    return (total - 1) // limit * limit if total else 0


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
