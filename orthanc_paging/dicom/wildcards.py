"""Wildcards: folded texts in which `*` is any text and `?` any character (PS3.4 C.2.2.2.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

Test = Callable[[str], bool]


class Pattern(NamedTuple):
    """A folded text. Unless it is literal, `*` in it is any text, and `?` any character."""

    folded: str
    is_literal: bool

    def head(self) -> str:
        """Return the longest text with which each text that matches begins."""
        return self.folded if self.is_literal else re.split('[*?]', self.folded, maxsplit=1)[0]

    def part(self) -> str:
        """Return the longest piece between wildcards: each match contains it; '' if there is none."""
        return max(re.split('[*?]', self.folded), key=len)

    def is_any_that_has(self, part: str) -> bool:
        """Return whether exactly the texts that contain the part match."""
        return self.folded.startswith('*') and self.folded.endswith('*') and self.folded.strip('*') == part

    def is_prefix(self, head: str) -> bool:
        """Return whether exactly the texts that begin with the head match."""
        return not self.is_literal and self.folded.rstrip('*') == head

    def test(self) -> Test:
        """Return the test whether a folded text matches. O(text), whatever the pattern is."""
        pattern = self.folded
        if self.is_literal:
            return lambda text: text == pattern
        inner = pattern.strip('*')
        if '*' in inner or '?' in inner:
            whole = _regular_expression(pattern).fullmatch
            return lambda text: whole(text) is not None
        if pattern[0] != '*':
            return lambda text: text.startswith(inner)
        if pattern[-1] != '*':
            return lambda text: text.endswith(inner)
        return lambda text: inner in text


def pattern_of(folded: str) -> Pattern:
    """Return the pattern of a folded text, in which `*` and `?` are wildcards."""
    return Pattern(folded, is_literal='*' not in folded and '?' not in folded)


def _regular_expression(pattern: str) -> re.Pattern[str]:
    """Return the regular expression. A `*` ends at the first possible place: no other place matches more."""
    first, *others = [
        ''.join('.' if sign == '?' else re.escape(sign) for sign in part) for part in re.split(r'\*+', pattern)
    ]
    if others:
        first += ''.join(f'(?>.*?{part})' for part in others[:-1]) + f'.*{others[-1]}'
    return re.compile(first, re.DOTALL)


def any_of(tests: Sequence[Test]) -> Test:
    """Return the test whether one of the tests is true."""
    if len(tests) == 1:
        return tests[0]

    def test_all(text: str) -> bool:
        for test in tests:  # noqa: SIM110 - a generator takes twice as long
            if test(text):
                return True
        return False

    return test_all


def any_pattern(patterns: Sequence[Pattern], test_of: Callable[[Pattern], Test] = Pattern.test) -> Test:
    """Return the test whether a folded text matches a pattern. All literal patterns take the time of one."""
    literals = [pattern for pattern in patterns if pattern.is_literal]
    tests = [test_of(pattern) for pattern in patterns if not pattern.is_literal]
    if len(literals) == 1:
        tests.insert(0, literals[0].test())
    elif literals:
        tests.insert(0, frozenset(literal.folded for literal in literals).__contains__)
    return any_of(tests)
