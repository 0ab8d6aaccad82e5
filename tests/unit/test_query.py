"""What a request's parameters ask for, and which of them are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.errors import LONGEST_ECHO, InvalidParameter, RequestError, UnknownParameter
from orthanc_paging.query import Query, parse


@pytest.mark.parametrize(
    ('parameters', 'query'),
    [
        ({}, Query(0, None)),
        ({'offset': '2', 'limit': '2'}, Query(2, 2)),
        ({'limit': '0'}, Query(0, None)),
        ({'offset': '007'}, Query(7, None)),
        ({'limit': '9' * 18}, Query(0, 10**18 - 1)),
        ({'_': '1700000000', '_dc': 'x', 'limit': '1'}, Query(0, 1)),
    ],
)
def test_parameters_are_understood(parameters: dict[str, str], query: Query) -> None:
    assert parse(parameters) == query


BAD_NUMBERS = ['-1', 'abc', '1.5', '1_000', '١٢', '', ' 5', '5 ', '+5', '0x10', '1e3', '9' * 19, '²', '5\n']


@pytest.mark.parametrize('name', ['offset', 'limit'])
@pytest.mark.parametrize('value', BAD_NUMBERS)
def test_what_is_no_whole_number_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        parse({name: value})
    problem = refused.value.problem()
    assert (problem['status'], problem['parameter'], problem['value']) == (400, name, value)
    assert 'a whole number' in str(problem['expected'])
    assert repr(value) in str(problem['detail'])


@pytest.mark.parametrize('name', ['Limit', 'offse', 'StudyDate', '', ' limit'])
def test_an_unknown_parameter_is_refused_since_ignoring_it_would_widen_the_answer(name: str) -> None:
    with pytest.raises(UnknownParameter) as refused:
        parse({name: '1'})
    problem = refused.value.problem()
    assert (problem['status'], problem['parameter'], problem['value']) == (400, name, '1')
    assert problem['expected'] == 'offset, limit'


@pytest.mark.parametrize('value', ['1', '50'])
def test_a_limit_up_to_the_largest_is_taken(value: str) -> None:
    assert parse({'limit': value}, max_limit=50).limit == int(value)


@pytest.mark.parametrize('parameters', [{'limit': '51'}, {'limit': '0'}, {}, {'offset': '3'}])
def test_with_a_largest_limit_more_and_all_are_refused(parameters: dict[str, str]) -> None:
    with pytest.raises(InvalidParameter) as refused:
        parse(parameters, max_limit=50)
    problem = refused.value.problem()
    assert (problem['parameter'], problem['expected']) == ('limit', 'a whole number from 1 to 50')
    assert problem['value'] == parameters.get('limit')


def test_a_long_value_is_repeated_in_part() -> None:
    with pytest.raises(InvalidParameter) as refused:
        parse({'offset': 'x' * 10_000})
    assert refused.value.problem()['value'] == 'x' * LONGEST_ECHO + '…'


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8)), st.integers(0, 100))
def test_whatever_comes_is_understood_or_refused(parameters: dict[str, str], max_limit: int) -> None:
    try:
        query = parse(parameters, max_limit)
    except RequestError as error:
        named = error.problem()['parameter']
        assert named in {*parameters, 'limit'}
    else:
        assert query.offset >= 0
        assert query.limit is None or query.limit > 0
        assert not max_limit or (query.limit or max_limit + 1) <= max_limit
