"""Preconditions of a request: their order, and refusals."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple, cast

import pytest

from orthanc_paging.errors import Ended, InvalidParameter, NotComputed, NotFresh, NotReady, RequestError
from orthanc_paging.faces.readiness import Readiness
from orthanc_paging.http.request import Request
from orthanc_paging.queries.parsers.parameters import ParameterParser
from orthanc_paging.queries.scope import EVERYTHING
from tests.support.fake_orthanc import FakeOrthanc

if TYPE_CHECKING:
    from orthanc_paging.faces.freshness import Freshness
    from orthanc_paging.reflector.reflector import Reflector

FRESH = {'cache-control': 'no-cache'}


class Question(NamedTuple):
    """A parsed request."""

    needs_computed: bool = False
    contains_computed: bool = False


class Preconditions:
    """Records what is checked and awaited, and lets some of it fail."""

    def __init__(self, failures: Mapping[str, RequestError]) -> None:
        self.calls: list[str] = []
        self._failures = failures
        reflector = SimpleNamespace(check_ready=self._call('ready'))
        freshness = SimpleNamespace(
            wait=self._call('fresh'),
            wait_for_computed=self._call('fresh computed'),
            check_computed=self._call('computed'),
        )
        self.readiness = Readiness(
            FakeOrthanc(), cast('Reflector', reflector), cast('Freshness', freshness), max_limit=100
        )

    def question(self, question: Question, headers: Mapping[str, str] | None = None) -> Question:
        def parse(_request: Request, _parser: ParameterParser) -> Question:
            self._call('parse')()
            return question

        return self.readiness.question(Request('GET', '/x', headers=headers or {}), parse)

    def _call(self, name: str) -> Callable[[], None]:
        def call() -> None:
            self.calls.append(name)
            if name in self._failures:
                raise self._failures[name]

        return call


PLAIN, SHOWN, FILTERED = Question(), Question(contains_computed=True), Question(True, True)


@pytest.mark.parametrize(
    ('question', 'headers', 'expected'),
    [
        (PLAIN, {}, ['ready', 'parse']),
        (PLAIN, FRESH, ['ready', 'parse', 'fresh']),
        (SHOWN, {}, ['ready', 'parse']),
        (SHOWN, FRESH, ['ready', 'parse', 'fresh', 'fresh computed']),
        (FILTERED, {}, ['ready', 'parse', 'computed']),
        (FILTERED, FRESH, ['ready', 'parse', 'computed', 'fresh', 'fresh computed']),
    ],
)
def test_only_the_preconditions_of_the_answer_are_awaited(
    question: Question, headers: dict[str, str], expected: list[str]
) -> None:
    preconditions = Preconditions({})
    assert preconditions.question(question, headers) == question
    assert preconditions.calls == expected


@pytest.mark.parametrize(
    ('failing', 'error'),
    [
        ('ready', NotReady('listing', 1, 2)),
        ('ready', Ended()),
        ('parse', InvalidParameter('limit', 'x', 'a number')),
        ('computed', NotComputed(1, 2)),
        ('fresh', NotFresh()),
        ('fresh computed', NotFresh()),
    ],
)
def test_what_is_refused_ends_it(failing: str, error: RequestError) -> None:
    preconditions = Preconditions({failing: error})
    with pytest.raises(type(error)):
        preconditions.question(FILTERED, FRESH)
    assert preconditions.calls[-1] == failing


def test_a_parser_has_the_schema_the_scope_and_the_largest_limit() -> None:
    readiness = Preconditions({}).readiness
    parser = readiness.parser(Request('GET', '/x'))
    assert (parser.max_limit, parser.scope) == (100, EVERYTHING)
    assert parser.schema.attributes == FakeOrthanc().capabilities().schema.attributes
    assert readiness.parser(Request('GET', '/y')) is parser
