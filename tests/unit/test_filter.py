"""Filters of attributes, labels and words."""

import pytest

from orthanc_paging.errors import RequestError
from orthanc_paging.queries.parsers.parameters import ParameterParser
from orthanc_paging.studies.study import from_expanded
from tests.unit.attributes import SCHEMA, attribute
from tests.unit.studies import expanded

PARSER = ParameterParser(SCHEMA)


def matches(parameters: dict[str, str], labels: list[str] | None = None, **tags: str) -> bool:
    """Return whether a study with these tags and labels matches the parameters."""
    study_json = expanded('a', None)
    del study_json['PatientMainDicomTags']['PatientName']
    for keyword, value in tags.items():
        study_json[attribute(keyword).source][keyword] = value
    if labels is not None:
        study_json['Labels'] = labels
    return PARSER.filter(parameters).matches(from_expanded(study_json))


def test_case_and_accents_do_not_matter_and_stars_stand_for_anything() -> None:
    assert matches({'PatientName': 'muller*'}, PatientName='MÜLLER^ZOË')
    assert matches({'PatientName': 'MÜLLER^ZOË'}, PatientName='Muller^Zoe')
    assert not matches({'PatientName': 'muller'}, PatientName='MÜLLER^ZOË')


@pytest.mark.parametrize('pattern', ['hong*', '洪*', '홍*', '*吉洞'])
def test_a_name_matches_by_any_of_its_component_groups(pattern: str) -> None:
    assert matches({'PatientName': pattern}, PatientName='Hong^Gildong=洪^吉洞=홍^길동')


def test_dates_match_by_ranges_and_by_lists() -> None:
    assert matches({'StudyDate': '20240101-20241231'}, StudyDate='20240131')
    assert matches({'StudyDate': '20240101-'}, StudyDate='2024.01.31')
    assert matches({'StudyDate': '20230101\\20240131'}, StudyDate='20240131')
    assert not matches({'StudyDate': '-20240130'}, StudyDate='20240131')
    assert not matches({'StudyDate': '-20240130'})


def test_the_last_update_matches_as_a_date_and_time() -> None:
    assert matches({'LastUpdate': '20261124'})
    assert matches({'LastUpdate': '20261124T120000'})
    assert matches({'LastUpdate': '"20261124T120000"'})
    assert matches({'LastUpdate': '2026-11-24T12:00:00Z-2026-11-24T12:00:01Z'})
    assert not matches({'LastUpdate': '20261124T120001-'})
    assert not matches({'LastUpdate': '20261125-'})


def test_all_conditions_must_match() -> None:
    assert matches({'StudyDate': '20240131', 'PatientID': 'P'}, StudyDate='20240131')
    assert not matches({'StudyDate': '20240131', 'PatientID': 'Q'}, StudyDate='20240131')


def test_an_empty_value_and_a_star_match_every_study() -> None:
    assert matches({'PatientName': '', 'StudyDescription': '*', 'q': ' ', 'label': ''})
    assert PARSER.filter({'PatientName': '', 'StudyDescription': '*', 'q': ' ', 'label': ''}).conditions == ()


@pytest.mark.parametrize('words', ['', ' ', '^', '^ ^', '\x08', '\u200b'])
def test_a_search_for_no_word_at_all_finds_every_study(words: str) -> None:
    assert PARSER.filter({'q': words}).conditions == ()


def test_labels_are_any_of_those_requested_or_none_of_them() -> None:
    assert matches({'label': 'a\\b'}, labels=['b', 'c'])
    assert not matches({'label': 'a\\b'}, labels=['c'])
    assert not matches({'label': 'A'}, labels=['a'])
    assert not matches({'label!': 'a\\b'}, labels=['b', 'c'])
    assert matches({'label!': 'a\\b'}, labels=['c'])


@pytest.mark.parametrize('labels', [None, []])
def test_a_study_without_labels_has_none_of_a_request(labels: list[str] | None) -> None:
    assert not matches({'label': 'a'}, labels=labels)
    assert matches({'label!': 'a'}, labels=labels)


@pytest.mark.parametrize('parameters', [{'label!': ''}, {'label!': ' '}, {'label': '""'}, {'Labels': '""'}])
def test_studies_without_any_label_can_be_requested(parameters: dict[str, str]) -> None:
    assert matches(parameters, labels=[])
    assert matches(parameters, labels=None)
    assert not matches(parameters, labels=['a'])


def test_studies_with_some_label_or_none_can_be_requested() -> None:
    assert matches({'label!': '""'}, labels=['a'])
    assert not matches({'label!': '""'}, labels=[])
    assert matches({'label': '""\\"a"'}, labels=['a'])
    assert not matches({'label': '""\\a'}, labels=['b'])


@pytest.mark.parametrize('value', ['', ' '])
def test_a_label_that_is_not_named_is_no_filter(value: str) -> None:
    assert PARSER.filter({'label': value}).conditions == ()


def test_studies_without_a_value_can_be_requested() -> None:
    assert matches({'PatientID': '""'}, PatientID=' ')
    assert not matches({'PatientID': '""'}, PatientID='P')
    assert matches({'StudyDate': '""'})
    assert matches({'PatientName': '^^^^'}, PatientName='^^')
    assert matches({'PatientName': '""'})


@pytest.mark.parametrize('words', ['doe', 'jane doe', 'OE AN', 'doe head', 'müll', 'a-77', ' doe   head '])
def test_words_must_all_occur_somewhere_in_name_id_accession_number_or_description(words: str) -> None:
    assert matches(
        {'q': words},
        PatientID='Müller',
        PatientName='DOE^Jané',
        StudyDescription='CT of the HEAD',
        AccessionNumber='A-77',
    )


def test_a_word_that_occurs_nowhere_matches_nothing() -> None:
    assert not matches({'q': 'doe foot'}, PatientName='DOE^JANE')


def test_equal_filters_are_the_same_whatever_their_order() -> None:
    one = PARSER.filter({'PatientID': 'P', 'StudyDate': '20240131'})
    other = PARSER.filter({'0008,0020': '20240131', 'PatientID': 'P'})
    assert one == other


@pytest.mark.parametrize(
    ('name', 'value', 'expected'),
    [
        ('StudyDate', '20240230', 'a date'),
        ('StudyDate', '20240201-20240101', 'a range whose end'),
        ('StudyInstanceUID', '1.2.x', 'a UID'),
        ('LastUpdate', 'today', 'a date and time'),
    ],
)
def test_a_condition_that_can_match_nothing_is_refused_by_name(name: str, value: str, expected: str) -> None:
    with pytest.raises(RequestError) as refused:
        PARSER.filter({name: value})
    problem = refused.value.problem()
    assert (problem['parameter'], problem['value']) == (name, value)
    assert str(problem['expected']).startswith(expected)
