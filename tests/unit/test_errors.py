"""The tree of the exceptions, and what a client is sent for them."""

import re

import pytest

from orthanc_paging import errors
from orthanc_paging.errors import (
    Ended,
    InvalidParameter,
    NotAcceptable,
    NotComputed,
    NotFresh,
    NotReady,
    NotYet,
    PagingError,
    RequestError,
    UnknownParameter,
)

BRANCH = re.compile(r'^([│ ]*)(?:├──|└──) (\w+) +(.*)$', re.MULTILINE)


def drawn_tree() -> list[tuple[int, str, str]]:
    """Return the depth, the name and the text of each line of the tree in the module's docstring."""
    assert errors.__doc__ is not None
    return [(len(indent) // 4, name, text) for indent, name, text in BRANCH.findall(errors.__doc__)]


def tree_of(exception: type[PagingError], depth: int = 0) -> set[tuple[int, str, str]]:
    """Return the depth, the name and the parent's name of each exception under this one."""
    found = set()
    for child in exception.__subclasses__():
        found |= {(depth, child.__name__, exception.__name__)} | tree_of(child, depth + 1)
    return found


def test_the_tree_is_drawn_as_it_is() -> None:
    drawn, parents = set(), ['PagingError']
    for depth, name, _ in drawn_tree():
        del parents[depth + 1 :]
        drawn.add((depth, name, parents[-1]))
        parents.append(name)
    assert drawn == tree_of(PagingError)


def test_each_request_error_is_drawn_with_its_status() -> None:
    statuses = {name: text for _, name, text in drawn_tree()}
    exceptions: list[type[RequestError]] = [RequestError, *all_under(RequestError)]
    for exception in exceptions:
        assert statuses[exception.__name__].startswith(str(exception.status.value))


def all_under(exception: type[RequestError]) -> list[type[RequestError]]:
    children = exception.__subclasses__()
    return [*children, *(one for child in children for one in all_under(child))]


def test_problem_details_have_the_members_of_the_rfc_and_our_own() -> None:
    assert InvalidParameter('limit', 'many', 'a whole number').problem() == {
        'type': 'about:blank',
        'title': 'Bad Request',
        'status': 400,
        'detail': "The parameter 'limit' is 'many'; expected a whole number.",
        'parameter': 'limit',
        'value': 'many',
        'expected': 'a whole number',
    }


def test_a_missing_parameter_is_called_missing() -> None:
    problem = InvalidParameter('field', None, 'a keyword').problem()
    assert (problem['detail'], problem['value']) == ("The parameter 'field' is missing; expected a keyword.", None)


def test_a_long_value_is_repeated_in_part() -> None:
    for error in (
        InvalidParameter('x', 'v' * 1000, 'less'),
        UnknownParameter('n' * 1000, 'v' * 1000, '', ['limit']),
        NotAcceptable('a' * 1000, ['text/csv']),
    ):
        assert len(str(error.problem())) < 700


@pytest.mark.parametrize('error', [NotReady('listing', 1, 2), NotComputed(1, 2), NotFresh()])
def test_an_error_after_which_a_retry_may_succeed_says_when(error: NotYet) -> None:
    assert error.headers == {'Retry-After': '1'}
    assert 'Retry-After' not in Ended().headers
