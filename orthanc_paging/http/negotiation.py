"""Which media type a client takes, and whether it takes gzip (RFC 9110, 12.5)."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import NotAcceptable
from .representation import DICOM_JSON, JSON

OFFERED = (JSON, DICOM_JSON, 'text/csv')


def acceptable(accept: str) -> str:
    """The media type of ours that a header Accept likes best. Raises `NotAcceptable`."""
    found = best(accept, OFFERED)
    if found is None:
        raise NotAcceptable(accept, OFFERED)
    return found


def takes_gzip(accept_encoding: str) -> bool:
    """Whether a client likes to get gzip better than what is not compressed, by its header Accept-Encoding."""
    return best(accept_encoding, ('identity', 'gzip')) == 'gzip'


def best(accept: str, offered: Sequence[str]) -> str | None:
    """The first of the `offered` media types (without parameters), or codings, that the header likes best.

    None where it likes none. With no header, the first of all.
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
    """That of the most exact range that the media type is in, 0 where it is in none."""
    general = media_type.split('/')[0] + '/*'
    for wanted in (media_type, general, '*/*'):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0
