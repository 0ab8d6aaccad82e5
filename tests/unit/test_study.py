"""A study as it is kept."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.errors import NotAStudy
from orthanc_paging.studies.study import ExpandedStudy, from_body, from_expanded, from_line, id_of, line_of
from tests.unit.studies import expanded, expanded_studies, identifier


@given(expanded_studies)
def test_the_body_is_the_study_as_orthanc_told_it(told: ExpandedStudy) -> None:
    study = from_expanded(told)
    assert json.loads(study.body) == study.expanded() == told


@given(expanded_studies)
def test_the_body_tells_its_id(told: ExpandedStudy) -> None:
    assert id_of(from_expanded(told).body) == told['ID']


def test_the_id_stands_first_and_the_rest_by_name_whatever_the_order_in_which_it_was_told() -> None:
    told = expanded('a')
    study = from_expanded(dict(reversed(told.items())))
    assert list(study.expanded()) == ['ID', *sorted(told.keys() - {'ID'})]
    assert study.expanded() == told


def test_the_body_is_utf_8_without_white_space() -> None:
    body = from_expanded(expanded('a')).body
    assert 'Müller^Zoë'.encode() in body
    assert b'": ' not in body
    assert b'\n' not in body


def test_half_of_a_surrogate_pair_is_escaped_since_utf_8_has_no_bytes_for_it() -> None:
    told = expanded('a', text='\ud83d')
    body = from_expanded(told).body
    assert body.isascii()
    assert json.loads(body) == told


def test_the_date_is_as_told_and_empty_where_it_is_missing() -> None:
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
    told = expanded('a', date, series, text)
    told['PatientMainDicomTags'] = {'PatientName': name, 'StudyDate': 'not of the study'}
    told['MainDicomTags'] = dict(data.draw(st.permutations(list(told['MainDicomTags'].items()))))
    made = from_expanded(dict(data.draw(st.just(list(told.items())) | st.permutations(list(told.items())))))
    study, its_series = from_body(made.body)
    assert (study.id, study.date, study.body, its_series) == (made.id, made.date, made.body, told['Series'])


@pytest.mark.parametrize(
    'told',
    [
        {},
        {'ID': identifier('a')},
        {'ID': 'not-an-identifier', 'MainDicomTags': {}},
        {'ID': 7, 'MainDicomTags': {}},
        {'ID': identifier('a'), 'MainDicomTags': []},
        {'ID': identifier('a'), 'MainDicomTags': {'StudyDate': 20240101}},
    ],
)
def test_what_cannot_be_a_study_is_refused(told: ExpandedStudy) -> None:
    with pytest.raises(NotAStudy):
        from_expanded(told)


def test_a_study_that_is_printed_tells_no_patient_data() -> None:
    assert repr(from_expanded(expanded('a'))) == f'<Study {identifier("a")}>'


any_text = st.text(st.characters(codec=None) | st.characters(categories=['Cc', 'Cs', 'Zl', 'Zp']), max_size=5)


@given(
    expanded_studies,
    st.sampled_from(['', ' 0', 'CT\\SR 120', 'C\nT 1', '"C"\tT 1', '\ud83d 2']) | any_text,
    any_text,
)
def test_a_line_has_the_study_of_which_it_is_made_whatever_text_that_contains(
    told: ExpandedStudy, computed: str, text: str
) -> None:
    told['PatientMainDicomTags']['PatientName'] = text
    study = from_expanded(told)
    study.computed = computed
    assert len(line_of(study).splitlines()) == 1  # the snapshot is read by lines, also of other ends than \n
    read_back, _ = from_line(line_of(study))
    assert (read_back.body, read_back.computed) == (study.body, computed)


def test_an_ordinary_line_has_what_is_computed_as_it_is() -> None:
    study = from_expanded(expanded('a'))
    study.computed = 'CT\\SR 120'
    assert line_of(study) == study.body + b'\tCT\\SR 120'
