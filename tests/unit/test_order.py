"""The order of studies."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.queries.order import DEFAULT, SortKey, order_by
from orthanc_paging.studies.attributes import LAST_UPDATE
from orthanc_paging.studies.study import ExpandedStudy, from_expanded
from tests.unit.attributes import attribute
from tests.unit.studies import expanded, expanded_studies, identifier, order_key


def named(name: str, **tags: str) -> ExpandedStudy:
    """A study whose description is its name, with tags of the study and of the patient."""
    study_json = expanded(name, None, text=name)
    for keyword, value in tags.items():
        study_json[attribute(keyword).source][keyword] = value
    return study_json


def in_order(studies: list[ExpandedStudy], *keys: str) -> list[str]:
    """Their descriptions, sorted by keys as a client writes them."""
    order = order_by([SortKey(attribute(key.removeprefix('-')), key.startswith('-')) for key in keys])
    return [
        study.expanded()['MainDicomTags']['StudyDescription']
        for study in sorted(map(from_expanded, studies), key=order.key)
    ]


@given(st.lists(expanded_studies, unique_by=lambda study_json: study_json['ID']))
def test_the_default_is_that_of_the_orthanc_book(studies: list[ExpandedStudy]) -> None:
    by_key = sorted(map(from_expanded, studies), key=DEFAULT.key)
    assert [study.expanded() for study in by_key] == sorted(studies, key=order_key)


def test_dates_are_sorted_as_dates_a_missing_one_first_and_what_is_none_last() -> None:
    studies = [
        named('b', StudyDate='2024.01.31'),
        named('c', StudyDate='20240201'),
        named('a', StudyDate='20240130'),
        named('none', StudyDate='soon'),
        named('missing'),
    ]
    assert in_order(studies, 'StudyDate') == ['missing', 'a', 'b', 'c', 'none']
    assert in_order(studies, '-StudyDate') == ['none', 'c', 'b', 'a', 'missing']


def test_names_are_sorted_by_family_then_given_name_without_regard_to_case_and_accents() -> None:
    studies = [named(name, PatientName=name) for name in ['MULLER^ZOE', 'Müller^Ada', 'muller', 'DOE^Z', 'DOES^A']]
    assert in_order(studies, 'PatientName') == ['DOE^Z', 'DOES^A', 'muller', 'Müller^Ada', 'MULLER^ZOE']


def test_a_further_key_and_at_last_the_id_sort_studies_that_the_first_key_ties() -> None:
    studies = [
        named('1', StudyDate='20240101', PatientName='B'),
        named('2', StudyDate='20240101', PatientName='A'),
        named('3', StudyDate='20230101', PatientName='B'),
    ]
    assert in_order(studies, '-StudyDate', 'PatientName') == ['2', '1', '3']
    assert in_order(studies, 'PatientName', '-StudyDate') == ['2', '1', '3']
    assert in_order(studies, 'PatientName', 'StudyDate') == ['2', '3', '1']
    equal = [named('x'), named('y'), named('z')]
    assert in_order(equal, 'StudyDate') == in_order(equal, '-StudyDate') == sorted('xyz', key=identifier)


def test_the_name_of_an_order_is_what_a_client_writes() -> None:
    keys = [SortKey(attribute('StudyDate'), is_descending=True), SortKey(attribute('PatientName'))]
    assert order_by(keys).name == '-StudyDate,PatientName'
    assert order_by(keys[:1]).name == '-StudyDate'


@pytest.mark.parametrize('is_descending', [False, True])
def test_the_last_update_is_sorted_as_time(is_descending: bool) -> None:
    dates = ['20261124T120000', '20261124T120001', '20251231T235959']
    studies: list[dict[str, Any]] = [{**named(date), 'LastUpdate': date} for date in dates]
    order = order_by([SortKey(LAST_UPDATE, is_descending)])
    sorted_dates = [study.expanded()['LastUpdate'] for study in sorted(map(from_expanded, studies), key=order.key)]
    assert sorted_dates == sorted(dates, reverse=is_descending)
