"""The meaning of the parameters of a request, and refused ones."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.errors import LONGEST_ECHO, InvalidParameter, RequestError, UnknownParameter
from orthanc_paging.faces import facets
from orthanc_paging.queries.cursor import Cursor, encode
from orthanc_paging.queries.parsers.parameters import (
    MOST_CONDITIONS,
    MOST_SORT_KEYS,
    ParameterParser,
    parse_place,
)
from orthanc_paging.queries.query import Query
from orthanc_paging.queries.selection import ALL
from orthanc_paging.studies.schema import PARAMETERS
from tests.unit.attributes import SCHEMA

PARSER = ParameterParser(SCHEMA)
UP_TO_FIFTY = ParameterParser(SCHEMA, max_limit=50)


@pytest.mark.parametrize(
    ('parameters', 'limit'),
    [
        ({}, None),
        ({'offset': '2', 'limit': '2'}, 2),
        ({'limit': '0'}, None),
        ({'limit': '9' * 18}, 10**18 - 1),
        ({'_': '1700000000', '_dc': 'x', 'limit': '1'}, 1),
    ],
)
def test_without_filters_all_studies_are_requested(parameters: dict[str, str], limit: int | None) -> None:
    query = PARSER.parse(parameters)
    assert (query.selection, query.limit) == (ALL, limit)


def test_a_filter_that_every_study_matches_is_none() -> None:
    assert PARSER.parse({'PatientName': '*', 'StudyDate': ''}).selection is ALL


BAD_NUMBERS = ['-1', 'abc', '1.5', '1_000', '١٢', '', ' 5', '5 ', '+5', '0x10', '1e3', '9' * 19, '²', '5\n']


@pytest.mark.parametrize(
    ('name', 'parse'),
    [
        ('offset', lambda value: parse_place('offset', value, ALL)),
        ('limit', lambda value: PARSER.parse({'limit': value})),
    ],
)
@pytest.mark.parametrize('value', BAD_NUMBERS)
def test_a_value_that_is_no_whole_number_is_refused_by_name(
    name: str, parse: Callable[[str], object], value: str
) -> None:
    with pytest.raises(InvalidParameter) as refused:
        parse(value)
    problem = refused.value.problem()
    assert (problem['status'], problem['parameter'], problem['value']) == (400, name, value)
    assert 'a whole number' in str(problem['expected'])
    assert repr(value) in str(problem['detail'])


@pytest.mark.parametrize(
    ('name', 'near'),
    [('Limit', 'limit'), ('PatientNam', 'PatientName'), ('studydate', 'StudyDate'), ('labels', 'Labels')],
)
def test_an_unknown_parameter_is_refused_and_the_nearest_one_offered(name: str, near: str) -> None:
    with pytest.raises(UnknownParameter) as refused:
        PARSER.parse({name: '1'})
    problem = refused.value.problem()
    assert (problem['status'], problem['parameter'], problem['value']) == (400, name, '1')
    assert f'Perhaps {near!r} is meant.' in str(problem['detail'])
    assert near in str(problem['expected'])


@pytest.mark.parametrize('name', ['', 'xyz', ' limit '])
def test_if_no_name_is_near_the_answer_lists_all(name: str) -> None:
    with pytest.raises(UnknownParameter) as refused:
        PARSER.parse({name: '1'})
    assert str(refused.value.problem()['expected']).startswith(
        'limit, sort, fields, bom, offset, cursor, around, label, label!, q'
    )


@pytest.mark.parametrize('value', ['1', '50'])
def test_a_limit_up_to_the_largest_is_taken(value: str) -> None:
    assert UP_TO_FIFTY.parse({'limit': value}).limit == int(value)


@pytest.mark.parametrize('parameters', [{'limit': '51'}, {'limit': '0'}, {}, {'offset': '3'}])
def test_with_a_largest_limit_more_and_all_are_refused(parameters: dict[str, str]) -> None:
    with pytest.raises(InvalidParameter) as refused:
        UP_TO_FIFTY.parse(parameters)
    problem = refused.value.problem()
    assert (problem['parameter'], problem['expected']) == ('limit', 'a whole number from 1 to 50')
    assert problem['value'] == parameters.get('limit')


def test_a_long_value_is_repeated_in_part() -> None:
    with pytest.raises(InvalidParameter) as refused:
        parse_place('offset', 'x' * 10_000, ALL)
    assert refused.value.problem()['value'] == 'x' * LONGEST_ECHO + '…'


@pytest.mark.parametrize(
    ('sort', 'names'),
    [
        ('-00080020,PatientName', ('-StudyDate', 'PatientName')),
        ('-0008,0020,PatientName', ('-StudyDate', 'PatientName')),
        ('0008,0020', ('StudyDate',)),
        ('PatientName,-0020,000d,0010,0020', ('PatientName', '-StudyInstanceUID', 'PatientID')),
        ('0020,000D,-0008,0020', ('StudyInstanceUID', '-StudyDate')),
    ],
)
def test_keys_are_keywords_or_tags_and_an_order_is_named_by_keywords(sort: str, names: tuple[str, ...]) -> None:
    assert PARSER.parse({'sort': sort}).selection.order.names == names


def test_fields_are_keywords_or_tags() -> None:
    fields = PARSER.parse({'fields': '0008,0020,PatientName,,0020,000D,00100020'}).fields
    assert fields is not None
    assert [field.keyword for field in fields] == ['StudyDate', 'PatientName', 'StudyInstanceUID', 'PatientID']


def test_a_key_that_comes_again_changes_nothing() -> None:
    assert (
        PARSER.parse({'sort': 'StudyDate,PatientName,-StudyDate'}).selection.order.name == 'StudyDate,PatientName'
    )


@pytest.mark.parametrize(
    ('sort', 'expected'),
    [
        ('0008,9999', 'keywords with commas between them, such as -StudyDate,PatientName'),
        ('0008,0020,', 'keywords with commas between them, such as -StudyDate,PatientName'),
        ('0008,00200', 'keywords with commas between them, such as -StudyDate,PatientName'),
        ('x0008,0020', 'keywords with commas between them, such as -StudyDate,PatientName'),
        ('StudyDat', "keywords with commas between them, such as -StudyDate,PatientName: perhaps 'StudyDate'"),
        ('', 'keywords with commas between them, such as -StudyDate,PatientName'),
        ('--StudyDate', "keywords with commas between them, such as -StudyDate,PatientName: perhaps 'StudyDate'"),
        (','.join(['StudyDate'] * (MOST_SORT_KEYS + 1)), f'{MOST_SORT_KEYS} keys at most'),
    ],
)
def test_an_unknown_key_and_too_many_are_refused(sort: str, expected: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        PARSER.parse({'sort': sort})
    problem = refused.value.problem()
    assert (problem['parameter'], problem['expected']) == ('sort', expected)


@pytest.mark.parametrize(('parameters', 'is_marked'), [({}, False), ({'bom': '0'}, False), ({'bom': '1'}, True)])
def test_a_byte_order_mark_comes_on_request(parameters: dict[str, str], is_marked: bool) -> None:
    assert PARSER.parse(parameters).is_marked == is_marked


@pytest.mark.parametrize('value', ['', 'true', '2'])
def test_a_byte_order_mark_is_on_or_off(value: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        PARSER.parse({'bom': value})
    assert (refused.value.problem()['parameter'], refused.value.problem()['expected']) == ('bom', '1 or 0')


def test_too_many_filters_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('orthanc_paging.queries.parsers.parameters.MOST_CONDITIONS', 2)
    with pytest.raises(InvalidParameter) as refused:
        PARSER.parse({'PatientID': 'P', 'StudyDate': '20240131', 'StudyID': '1'})
    assert refused.value.problem()['expected'] == '2 filters at most'
    assert len(SCHEMA.attributes) < MOST_CONDITIONS


def test_a_place_is_an_offset_a_cursor_or_a_study() -> None:
    cursor = Cursor(b'key')
    assert parse_place('offset', '007', ALL) == 7
    assert parse_place('cursor', encode(cursor, ALL), ALL) == cursor
    assert parse_place('cursor', '', ALL) == Cursor(b'', is_back=False)
    assert parse_place('around', 'an ID', ALL) == 'an ID'


def test_no_tag_can_have_the_name_of_a_parameter() -> None:
    with pytest.raises(UnknownParameter) as refused:
        PARSER.parse({'': '1'})
    known = set(str(refused.value.problem()['expected']).split(', ')) - set(SCHEMA.keywords())
    assert known == {'label!', *PARAMETERS} - set(facets.PARAMETERS) | {'limit'}
    assert set(facets.PARAMETERS) <= PARAMETERS


names = st.sampled_from(['limit', 'sort', 'label', 'q', 'PatientName', 'StudyDate', 'x']) | st.text(max_size=8)
values = st.sampled_from(['1', '20240131-', '-StudyDate', 'a*', '\\', '=']) | st.text(max_size=8)


@given(st.dictionaries(names, values), st.integers(0, 100))
def test_any_parameter_is_understood_or_refused_by_name(parameters: dict[str, str], max_limit: int) -> None:
    named: object = None
    query = Query()
    try:
        query = ParameterParser(SCHEMA, max_limit).parse(parameters)
    except RequestError as error:
        named = error.problem()['parameter']
    assert named is None or named in {*parameters, 'limit'}
    assert named is not None or not max_limit or 0 < (query.limit or 0) <= max_limit


def test_words_never_wait_for_computed_tags_unless_one_of_these_is_named() -> None:
    assert not PARSER.parse({'q': 'ct smith'}).selection.is_computed
    assert not PARSER.parse({'PatientName~': 'ct'}).selection.is_computed
    assert PARSER.parse({'ModalitiesInStudy~': 'ct'}).selection.is_computed


@pytest.mark.parametrize(
    ('name', 'near'), [('PatientNam~', 'PatientName~'), ('labl~', ''), ('studydate~', 'StudyDate~')]
)
def test_an_unknown_parameter_for_words_names_the_nearest_one(name: str, near: str) -> None:
    with pytest.raises(UnknownParameter) as refused:
        PARSER.parse({name: 'doe'})
    assert (f"Perhaps '{near}' is meant." in refused.value.detail) == bool(near)


@pytest.mark.parametrize('name', ['q', 'PatientName~'])
def test_too_many_words_are_refused_by_the_name_of_the_parameter(name: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        PARSER.parse({name: ' '.join(map(str, range(17)))})
    problem = refused.value.problem()
    assert (problem['parameter'], problem['expected']) == (name, '16 different words at most')
