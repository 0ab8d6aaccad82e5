"""A request, as a face receives it."""

import pytest

from orthanc_paging.http.request import Request, decoded


def request(**headers: str) -> Request:
    return Request('GET', '/x', headers={name.replace('_', '-'): value for name, value in headers.items()})


@pytest.mark.parametrize(
    'value',
    [
        'no-cache',
        'No-Cache',
        'NO-CACHE',
        'max-age=0, no-cache',
        'no-cache,no-store',
        ' no-cache ',
        'no-cache="Set"',
    ],
)
def test_the_directive_no_cache_requires_a_fresh_answer(value: str) -> None:
    assert request(cache_control=value).requires_fresh


@pytest.mark.parametrize('value', ['', 'no-store', 'x-no-cache-foo', 'no-cache-foo', 'max-age=0', 'x="no-cache"'])
def test_another_directive_does_not(value: str) -> None:
    assert not request(cache_control=value).requires_fresh


def test_another_header_does_not() -> None:
    assert not request(accept='no-cache').requires_fresh


@pytest.mark.parametrize(
    ('text', 'expected'),
    [('a', 'a'), ('a+b', 'a b'), ('a%20b', 'a b'), ('%2B', '+'), ('%C3%9C', 'Ü'), ('%2520', '%20'), ('%', '%')],
)
def test_names_and_values_are_percent_decoded(text: str, expected: str) -> None:
    assert decoded({text: '', 'x': text}) == {expected: '', 'x': expected}


def test_of_two_names_that_are_equal_when_decoded_the_last_counts() -> None:
    assert decoded({'a': '1', '%61': '2'}) == {'a': '2'}


def test_a_missing_header_is_empty() -> None:
    assert request(accept='text/csv').header('accept') == 'text/csv'
    assert request().header('accept') == ''


def test_parameters_are_part_of_a_key_with_their_structure() -> None:
    one, two = ({'a': '1\nb=2'}, {'a': '1', 'b': '2'})
    assert Request('GET', '/x', parameters=one).items() != Request('GET', '/x', parameters=two).items()
