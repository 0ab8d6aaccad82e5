"""A study as it is kept."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.errors import NotAStudy
from orthanc_paging.studies.study import ExpandedStudy, from_body, from_expanded, from_line, id_of, line_of
from tests.unit.studies import expanded, expanded_studies, identifier


@given(expanded_studies)
def test_the_body_is_the_study_as_orthanc_has_it(study_json: ExpandedStudy) -> None:
    study = from_expanded(study_json)
    assert json.loads(study.body) == study.expanded() == study_json


@given(expanded_studies)
def test_the_body_has_the_id_first(study_json: ExpandedStudy) -> None:
    assert id_of(from_expanded(study_json).body) == study_json['ID']


def test_the_id_stands_first_and_the_rest_by_name_whatever_the_order_of_the_members() -> None:
    study_json = expanded('a')
    study = from_expanded(dict(reversed(study_json.items())))
    assert list(study.expanded()) == ['ID', *sorted(study_json.keys() - {'ID'})]
    assert study.expanded() == study_json


def test_the_body_is_utf_8_without_white_space() -> None:
    body = from_expanded(expanded('a')).body
    assert 'Müller^Zoë'.encode() in body
    assert b'": ' not in body
    assert b'\n' not in body


def test_half_of_a_surrogate_pair_is_escaped_since_utf_8_has_no_bytes_for_it() -> None:
    study_json = expanded('a', text='\ud83d')
    body = from_expanded(study_json).body
    assert body.isascii()
    assert json.loads(body) == study_json


def test_the_date_is_as_in_the_body_and_empty_if_it_is_missing() -> None:
    assert from_expanded(expanded('a', '2024.01.31')).date == '2024.01.31'
    assert from_expanded(expanded('a', None)).date == ''


texts = st.text(max_size=5) | st.sampled_from(
    [
        '"StudyDate":"1"',
        '","StudyDate":"1',
        '},"PatientMainDicomTags":{',
        '"Series":["1"]',
        '\\',
        '"',
        '"]',
        ',"MainDicomTags":{',
    ]
)


@given(st.data(), texts, texts, st.none() | texts, st.integers(0, 3))
def test_from_a_body_comes_the_study_that_it_was_made_of(
    data: st.DataObject, text: str, name: str, date: str | None, series: int
) -> None:
    study_json = expanded('a', date, series, text)
    study_json['PatientMainDicomTags'] = {'PatientName': name, 'StudyDate': 'not of the study'}
    study_json['MainDicomTags'] = dict(data.draw(st.permutations(list(study_json['MainDicomTags'].items()))))
    made = from_expanded(
        dict(data.draw(st.just(list(study_json.items())) | st.permutations(list(study_json.items()))))
    )
    study, its_series = from_body(made.body)
    assert (study.id, study.date, study.body, its_series) == (made.id, made.date, made.body, study_json['Series'])


@pytest.mark.parametrize(
    'study_json',
    [
        {},
        {'ID': identifier('a')},
        {'ID': 'not-an-identifier', 'MainDicomTags': {}},
        {'ID': 7, 'MainDicomTags': {}},
        {'ID': identifier('a'), 'MainDicomTags': []},
        {'ID': identifier('a'), 'MainDicomTags': {'StudyDate': 20240101}},
    ],
)
def test_a_body_that_cannot_be_a_study_is_refused(study_json: ExpandedStudy) -> None:
    with pytest.raises(NotAStudy):
        from_expanded(study_json)


def test_a_printed_study_shows_no_patient_data() -> None:
    assert repr(from_expanded(expanded('a'))) == f'<Study {identifier("a")}>'


any_text = st.text(st.characters(codec=None) | st.characters(categories=['Cc', 'Cs', 'Zl', 'Zp']), max_size=5)


@given(
    expanded_studies,
    st.sampled_from(['', ' 0', 'CT\\SR 120', 'C\nT 1', '"C"\tT 1', '\ud83d 2']) | any_text,
    any_text,
)
def test_a_line_has_the_study_of_which_it_is_made_whatever_text_that_contains(
    study_json: ExpandedStudy, computed: str, text: str
) -> None:
    study_json['PatientMainDicomTags']['PatientName'] = text
    study = from_expanded(study_json)
    study.computed = computed
    assert len(line_of(study).splitlines()) == 1  # the snapshot is read by lines, also of other ends than \n
    read_back, _ = from_line(line_of(study))
    assert (read_back.body, read_back.computed) == (study.body, computed)


def test_an_ordinary_line_has_computed_tags_as_they_are() -> None:
    study = from_expanded(expanded('a'))
    study.computed = 'CT\\SR 120'
    assert line_of(study) == study.body + b'\tCT\\SR 120'
