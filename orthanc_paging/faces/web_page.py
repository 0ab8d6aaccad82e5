"""`GET /paging/ui/`: the web page, as it was built into `ui/built/`.

Orthanc tells a plugin `/paging/ui` and `/paging/ui/` as one, so neither can be redirected to the other. The page
is at both, and as its addresses are relative, its files are beside both: `/paging/ui/NAME` and `/paging/NAME`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, NoReturn

from ..errors import NotFound
from ..http.callbacks import Answer, Headers, Parameters, Serve, conditional
from ..http.etags import etag_of
from ..http.negotiation import takes_gzip

if TYPE_CHECKING:
    from ..orthanc_api.protocol import Dialect

PATH = '/paging/ui/'
"""As people are told; Orthanc takes the slash at the end away."""

FOLDER = Path(__file__).resolve().parent.parent / 'ui'
BUILT = FOLDER / 'built'
INDEX = 'index.html'

MEDIA_TYPES = {
    '.css': 'text/css; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.txt': 'text/plain; charset=utf-8',
}
"""Of the files that are served, by the ends of their names."""

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
"""What the page may do: ask its own Orthanc, and nobody else. The grid adds styles, marked by the nonce."""

NONCE = b'NONCE'
"""What stands in the page for the nonce, which is another one for each answer."""

OHIF_DATA_SOURCE = b'OHIF_DATA_SOURCE'
"""What stands in the page for the OHIF plugin's option of that name, on which the address of a study depends."""

ALWAYS: Headers = (
    ('X-Content-Type-Options', 'nosniff'),
    ('Referrer-Policy', 'no-referrer'),
)

VARIES_BY = ('Accept-Encoding',)
"""The request headers that decide what is sent: a file is compressed if the client takes gzip."""

_HASHED = re.compile(r'-[0-9A-Z]{8}\.\w+')
NOT_KEPT = ('Cache-Control', 'no-store')
_GZIP: Headers = (('Content-Encoding', 'gzip'),)


class Index:
    """The page itself."""

    paths = f'/paging/ui(?:/{re.escape(INDEX)})?'

    def __init__(self, body: bytes) -> None:
        self._before, self._after = body.split(NONCE)

    def serve(self, parameters: Parameters, headers: Mapping[str, str]) -> Answer:  # noqa: ARG002
        """The page, whatever the parameters. Nobody keeps it, as its nonce is for once: it is half a kilobyte."""
        nonce = token_urlsafe()
        policy = ('Content-Security-Policy', POLICY.format(nonce=nonce))
        body = self._before + nonce.encode() + self._after
        return Answer((*ALWAYS, policy, NOT_KEPT), body, MEDIA_TYPES['.html'])


class File:
    """A file of the page, in memory; `compressed` by gzip, too, where that may be sent."""

    def __init__(self, name: str, body: bytes, compressed: bytes | None) -> None:
        self.paths = f'/paging/(?:ui/)?{re.escape(name)}'
        self._body = body
        self._compressed = compressed
        self._media_type = MEDIA_TYPES[Path(name).suffix]
        self._headers = (*ALWAYS, ('Cache-Control', cache_control(name)), ('ETag', etag_of(body)))

    def serve(self, parameters: Parameters, headers: Mapping[str, str]) -> Answer:  # noqa: ARG002
        """The file, whatever the parameters: they are the page's own."""
        answer = Answer(self._headers, self._body, self._media_type)
        if self._compressed is not None and takes_gzip(headers.get('accept-encoding', '')):
            answer = Answer(self._headers + _GZIP, self._compressed, self._media_type)
        return conditional(answer, headers)


def read(folder: Path, dialect: Dialect, ohif_data_source: str) -> list[Index | File]:
    """The files of the page that is built in a folder: none where it is not whole, or may not be read."""
    told = ohif_data_source.encode()
    try:
        return [_file(path, dialect, told) for path in folder.iterdir() if path.suffix in MEDIA_TYPES]
    except OSError:
        return []


def routes(files: Sequence[Index | File]) -> Iterator[tuple[str, Serve]]:
    """What answers requests for the page, with the regular expression of their paths: the first that matches."""
    if not files:
        yield '/paging/ui(?:/.*)?', _not_built
    for file in files:
        yield file.paths, file.serve
    yield '/paging/ui/.*', _no_such_file


def button() -> str:
    """The JavaScript by which Orthanc Explorer gets a button that leads to the page."""
    return (FOLDER / 'button.js').read_text(encoding='utf-8')


def cache_control(name: str) -> str:
    """How long a file of that name may be kept: for good where the name has the hash of the content."""
    return 'public, max-age=31536000, immutable' if _HASHED.search(name) else 'no-cache'


def _file(path: Path, dialect: Dialect, ohif_data_source: bytes) -> Index | File:
    if path.name == INDEX:
        return Index(path.read_bytes().replace(OHIF_DATA_SOURCE, ohif_data_source))
    compressed = None if dialect.compresses else path.with_name(f'{path.name}.gz').read_bytes()
    return File(path.name, path.read_bytes(), compressed)


def _not_built(parameters: Parameters, headers: Mapping[str, str]) -> NoReturn:  # noqa: ARG001
    raise NotFound(
        'The web page was not built, or may not be read. In a checkout, "python3 orthanc_paging/ui/page.py" '
        'builds it, with npm and Node.js; it is served when Orthanc has been started again.'
    )


def _no_such_file(parameters: Parameters, headers: Mapping[str, str]) -> NoReturn:  # noqa: ARG001
    raise NotFound(f'The web page has no such file; it begins at {PATH}.')
