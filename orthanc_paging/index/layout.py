"""Layout: studies sorted for the default view, and their bodies side by side in memory in that order.

A page of studies that lie side by side takes half of the time that it takes if they lie as they came.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from ..queries.order import DEFAULT, OrderKey
from ..queries.selection import ALL
from ..studies.study import Body, Study
from .building import Run, merged, run_of
from .view import View

STUDIES_A_STEP = 2_000
"""Studies that are sorted or copied at a time: some 2 ms, during which no other Python code runs."""


def arranged(studies: list[Study]) -> tuple[list[Study], View]:
    """Return the studies in the default order, and their default view. O(n log n), 6 µs for each.

    The bodies are copied, unless they came in this order: then they lie side by side already. Nobody may read the
    studies meanwhile.
    """
    keys = DEFAULT.keys(studies)
    pieces = list(merged(list(_runs(keys, studies))))
    if any(key > next_key for key, next_key in pairwise(keys)):
        studies = [study for piece in pieces for study in piece.values]
        _lay_side_by_side(studies)
    view = View(ALL)
    view.bodies.extend(map(_bodies, pieces))
    return studies, view


def give_memory_back() -> None:
    """Return freed memory to the system. The glibc would keep it."""
    if sys.platform == 'linux' and (trim := getattr(ctypes.CDLL(None), 'malloc_trim', None)):
        trim(0)


def _runs(keys: Sequence[OrderKey], studies: Sequence[Study]) -> Iterator[Run[Study]]:
    for at in range(0, len(keys), STUDIES_A_STEP):
        yield run_of(keys[at : at + STUDIES_A_STEP], studies[at : at + STUDIES_A_STEP])


def _bodies(piece: Run[Study]) -> Run[Body]:
    bodies = [study.body for study in piece.values]
    for body in bodies:
        hash(body)  # bytes keep their hash, by which the ETag of each page finds their digests
    return Run(piece.keys, bodies)


def _lay_side_by_side(studies: Sequence[Study]) -> None:
    """Copy the bodies to where they lie in memory one after the other, in this order.

    All are freed before the first copy is made. A copy that is made beside its original would lie in a gap between
    others, and would leave another gap.
    """
    parts = [studies[at : at + STUDIES_A_STEP] for at in range(0, len(studies), STUDIES_A_STEP)]
    joined = [b''.join([study.body for study in part]) for part in parts]
    ends = [list(accumulate(len(study.body) for study in part)) for part in parts]
    for study in studies:
        study.body = b''
    give_memory_back()
    for number, part in enumerate(parts):
        for study, start, end in zip(part, [0, *ends[number]], ends[number], strict=False):
            study.body = joined[number][start:end]
        joined[number] = b''
