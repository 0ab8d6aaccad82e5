"""Which studies a request's user may see: a condition that every answer to the request obeys."""

from __future__ import annotations

from .filter import Filter


class Scope(Filter):
    """The conditions that a study meets if the user may see it. Two scopes are equal if their conditions are."""


EVERYTHING = Scope()
"""The scope of a user who may see all studies."""
