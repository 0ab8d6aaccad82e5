"""A query: what a request for a page selects, and the place at which the page begins."""

from __future__ import annotations

from dataclasses import dataclass

from ..studies.attributes import Attribute
from .cursor import Cursor
from .selection import ALL, Selection

Place = int | Cursor | str
"""Where a page begins: at an offset, at a cursor, or around the study with this ID."""


@dataclass(frozen=True, slots=True)
class Query:
    """What all pages of one view have in common.

    `limit` is the number of studies of a page, None for all that follow. `fields` are the attributes of each
    study, None for all. `is_marked`: a text begins with a byte order mark.
    """

    selection: Selection = ALL
    limit: int | None = None
    fields: tuple[Attribute, ...] | None = None
    is_marked: bool = False
