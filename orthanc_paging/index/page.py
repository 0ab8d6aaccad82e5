"""A page: a slice of a view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..errors import NotInView
from ..queries.cursor import Cursor
from ..queries.order import OrderKey
from ..queries.query import Place
from ..queries.selection import ALL
from ..studies.study import Body, Study
from .view import View


class Page(NamedTuple):
    """A slice of one version of a view: bodies (a list of the caller's), and the number of studies in the view.

    `start` is the position of the first body. `ends` are the order keys of the first study and the last, for
    cursors. It is empty if the page is empty, or is a page of the default view by an offset.
    """

    bodies: list[Body]
    total: int
    version: int
    start: int
    ends: tuple[OrderKey, ...] = ()


def page_of(view: View, at: Place, limit: int | None, studies: Mapping[str, Study]) -> Page:
    """Return a page of at most `limit` studies (None: all). `studies` are all, by ID. O(log n + page).

    Raises `NotInView` if the view does not contain the study that is to be in the middle.
    """
    bodies = view.bodies
    if isinstance(at, int):
        start, stop = at, at + limit if limit else None
    else:
        start, stop = _span(view, at, limit, studies)
    found = bodies.slice(start, stop)
    if not found or (view.selection is ALL and isinstance(at, int)):
        return Page(found, len(bodies), view.version, start)
    ends = bodies.key_at(start), bodies.key_at(start + len(found) - 1)
    return Page(found, len(bodies), view.version, start, ends)


def _span(view: View, at: Cursor | str, limit: int | None, studies: Mapping[str, Study]) -> tuple[int, int | None]:
    """Return the first position of a page, and the one after its last."""
    if isinstance(at, Cursor) and at.is_back:
        stop = view.bodies.before(at.key)
        return max(0, stop - limit) if limit else 0, stop
    start = view.bodies.up_to(at.key) if isinstance(at, Cursor) else _around(view, at, limit, studies)
    return start, start + limit if limit else None


def _around(view: View, study_id: str, limit: int | None, studies: Mapping[str, Study]) -> int:
    study = studies.get(study_id)
    if study is None or not view.selection.filter.matches(study):
        raise NotInView(study_id)
    return max(0, view.bodies.before(view.selection.order.key(study)) - limit // 2) if limit else 0
