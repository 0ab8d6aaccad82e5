"""`GET /paging/ui/`: the files of the web page, which were built into `ui/built/`.

For a plugin, `/paging/ui` and `/paging/ui/` are the same address, so neither can be redirected to the other. The
page is at both. Its addresses are relative, so its files are beside both: `/paging/ui/NAME` and `/paging/NAME`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from pathlib import Path
from secrets import token_urlsafe
from typing import NoReturn

from .. import __version__
from ..errors import NotFound
from ..http.answer import Answer, Headers
from ..http.etags import conditional, etag_of
from ..http.face import Face
from ..http.negotiation import takes_gzip
from ..http.request import Request
from ..orthanc_api.protocol import Dialect

PATH = '/paging/ui/'
"""The address for people. Orthanc removes the slash at the end."""

FOLDER = Path(__file__).resolve().parent.parent / 'ui'
BUILT = FOLDER / 'built'
INDEX = 'index.html'

MEDIA_TYPES = {
    '.css': 'text/css; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.js': 'application/javascript; charset=utf-8',  # Orthanc 1.12.2 does not compress text/javascript
    '.tgz': 'application/gzip',
    '.txt': 'text/plain; charset=utf-8',
}
"""The media types of the files that are served, by the suffixes of their names."""

POLICY = '; '.join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'nonce-{nonce}'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ]
)
"""The page may request its own Orthanc, and no other server. The grid adds styles, which have the nonce."""

NONCE = b'NONCE'
"""The placeholder of the nonce in the page. Each answer has a nonce of its own."""

OHIF_DATA_SOURCE = b'OHIF_DATA_SOURCE'
"""The placeholder of the OHIF plugin's data source in the page. The address of a study depends on it."""

VERSION = b'PLUGIN_VERSION'
"""What stands in the page for the version of the package, which the page names beside its licence."""

ALWAYS: Headers = (
    ('X-Content-Type-Options', 'nosniff'),
    ('Referrer-Policy', 'no-referrer'),
)

VARIES_BY = ('Accept-Encoding',)
"""A file is sent compressed if the client accepts gzip."""

NOT_BUILT = (
    'The web page was not built, or may not be read. In a checkout, "python3 config/packaging/page.py" '
    'builds it, with npm and Node.js; it is served when Orthanc has been started again.'
)
NO_SUCH_FILE = f'The web page has no such file; it begins at {PATH}.'

_HASHED = re.compile(r'-[0-9A-Z]{8}\.\w+')
NOT_KEPT = ('Cache-Control', 'no-store')
_GZIP = ('Content-Encoding', 'gzip')


class Index(Face):
    """The page itself."""

    path = f'/paging/ui(?:/{re.escape(INDEX)})?'
    varies_by = VARIES_BY

    def __init__(self, body: bytes) -> None:
        self._before, self._after = body.split(NONCE)

    def serve(self, request: Request) -> Answer:  # noqa: ARG002
        """Return the page. Nobody may keep it, since its nonce is for one answer: it is half a kilobyte."""
        nonce = token_urlsafe()
        policy = ('Content-Security-Policy', POLICY.format(nonce=nonce))
        body = self._before + nonce.encode() + self._after
        return Answer(HTTPStatus.OK, (*ALWAYS, policy, NOT_KEPT), body, MEDIA_TYPES['.html'])


class File(Face):
    """A file of the page, in memory. `compressed` is its gzip form, if that may be sent."""

    varies_by = VARIES_BY

    def __init__(self, name: str, body: bytes, compressed: bytes | None) -> None:
        self.path = f'/paging/(?:ui/)?{re.escape(name)}'
        headers = (*ALWAYS, ('Cache-Control', cache_control(name)), ('ETag', etag_of(body)))
        media_type = MEDIA_TYPES[Path(name).suffix]
        self._plain = Answer(HTTPStatus.OK, headers, body, media_type)
        self._compressed = compressed and Answer(HTTPStatus.OK, (*headers, _GZIP), compressed, media_type)

    def serve(self, request: Request) -> Answer:
        """Return the file, compressed if the client prefers that."""
        if self._compressed and takes_gzip(request.header('accept-encoding')):
            return conditional(self._compressed, request)
        return conditional(self._plain, request)


class Nothing(Face):
    """Paths of the page at which nothing exists."""

    varies_by = VARIES_BY

    def __init__(self, path: str, detail: str) -> None:
        self.path = path
        self._detail = detail

    def serve(self, request: Request) -> NoReturn:  # noqa: ARG002
        """Raise `NotFound`."""
        raise NotFound(self._detail)


def read(folder: Path, dialect: Dialect, ohif_data_source: str) -> list[Face]:
    """Return the files of the page that was built in a folder, none if it is incomplete or cannot be read."""
    data_source = ohif_data_source.encode()
    try:
        return [_file(path, dialect, data_source) for path in folder.iterdir() if path.suffix in MEDIA_TYPES]
    except OSError:
        return []


def faces(files: Sequence[Face]) -> Iterator[Face]:
    """Yield the faces of the page. The first whose path matches serves a request."""
    if not files:
        yield Nothing('/paging/ui(?:/.*)?', NOT_BUILT)
    yield from files
    yield Nothing('/paging/ui/.*', NO_SUCH_FILE)


def button() -> str:
    """Return the JavaScript that adds a link to the page to Orthanc Explorer."""
    return (FOLDER / 'button.js').read_text(encoding='utf-8')


def cache_control(name: str) -> str:
    """Return how long a cache may keep a file: without an end if its name contains the hash of its content."""
    return 'public, max-age=31536000, immutable' if _HASHED.search(name) else 'no-cache'


def _file(path: Path, dialect: Dialect, ohif_data_source: bytes) -> Face:
    if path.name == INDEX:
        body = path.read_bytes().replace(OHIF_DATA_SOURCE, ohif_data_source)
        return Index(body.replace(VERSION, __version__.encode()))
    is_sent_as_it_is = dialect.compresses or path.suffix == '.tgz'
    compressed = None if is_sent_as_it_is else path.with_name(f'{path.name}.gz').read_bytes()
    return File(path.name, path.read_bytes(), compressed)
