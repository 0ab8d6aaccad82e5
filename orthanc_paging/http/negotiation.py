"""Content negotiation (RFC 9110, 12.5): the media type of a page, and whether a file is sent as gzip."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import NotAcceptable
from .answer import JSON
from .representation import DICOM_JSON

OFFERED = (JSON, DICOM_JSON, 'text/csv')


def acceptable(accept: str) -> str:
    """Return the media type that a header `Accept` prefers among ours. Raises `NotAcceptable`."""
    found = best(accept, OFFERED)
    if found is None:
        raise NotAcceptable(accept, OFFERED)
    return found


def takes_gzip(accept_encoding: str) -> bool:
    """Return whether a header `Accept-Encoding` prefers gzip to an uncompressed body."""
    return best(accept_encoding, ('identity', 'gzip')) == 'gzip'


def best(accept: str, offered: Sequence[str]) -> str | None:
    """Return the first of the `offered` media types or codings that a header prefers, None if it accepts none.

    The media types have no parameters. Without a header, the first of all is preferred.
    """
    if not accept.strip():
        return offered[0]
    ranges = [_media_range(part) for part in accept.split(',')]
    qualities = [_quality(media_type, ranges) for media_type in offered]
    highest = max(qualities)
    return offered[qualities.index(highest)] if highest > 0 else None


def _media_range(text: str) -> tuple[str, float]:
    name, *parameters = [part.strip().lower() for part in text.split(';')]
    for parameter in parameters:
        if parameter.startswith('q='):
            try:
                return name, float(parameter[2:])
            except ValueError:
                return name, 0.0
    return name, 1.0


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return the quality of the most specific range that contains the media type, 0 if none does."""
    general = media_type.split('/')[0] + '/*'
    for wanted in (media_type, general, '*/*'):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0
