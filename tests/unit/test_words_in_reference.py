"""The examples of words in the reference are true, for `keyword~` and for `q`."""

import re
from itertools import product

import pytest

from orthanc_paging.queries.filter import Filter
from orthanc_paging.queries.parsers.parameters import ParameterParser
from orthanc_paging.queries.word_conditions import SEARCHED_BY_Q
from orthanc_paging.studies.study import Study, from_expanded
from tests.support.systems import CHECKOUT
from tests.unit.attributes import SCHEMA, attribute
from tests.unit.studies import expanded

REFERENCE = (CHECKOUT / 'orthanc_paging' / 'faces' / 'README.md').read_text()
COLUMNS = '| attribute | words | found | not found |\n'
TABLE = REFERENCE[REFERENCE.index(COLUMNS) :].split('\n\n')[0].splitlines()[2:]
EXAMPLES = [[re.findall('`([^`]+)`', cell) for cell in re.split(r'(?<!\\)\|', row)[1:5]] for row in TABLE]
PARSER = ParameterParser(SCHEMA)


def study(keyword: str, value: str) -> Study:
    """A study with this value, and nothing else in which words are found."""
    made = expanded('a', None)
    made['PatientMainDicomTags'] = {}
    made['MainDicomTags'] = {}
    if keyword == 'ModalitiesInStudy':
        found = from_expanded(made)
        found.computed = f'{value} 1'
        return found
    made[attribute(keyword).source][keyword] = value
    return from_expanded(made)


def filters(keyword: str, words: str) -> list[Filter]:
    return [PARSER.filter({name: words}) for name in (f'{keyword}~', 'q')]


@pytest.mark.parametrize('example', EXAMPLES, ids=lambda example: example[1][0])
def test_the_examples_are_true(example: list[list[str]]) -> None:
    [keyword], typed, found, not_found = example
    assert typed
    assert found
    assert not_found
    for words, value in product(typed, found):
        assert all(one.matches(study(keyword, value)) for one in filters(keyword, words)), (words, value)
    for words, value in product(typed, not_found):
        assert not any(one.matches(study(keyword, value)) for one in filters(keyword, words)), (words, value)


def test_the_table_of_attributes_names_all_that_q_searches() -> None:
    table = REFERENCE[REFERENCE.index('| attribute | contains the word if |') :].split('\n\n')[0]
    assert set(re.findall('`([A-Z][A-Za-z]+)`', table)) == set(SEARCHED_BY_Q)
