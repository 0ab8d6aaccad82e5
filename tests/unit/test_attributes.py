"""The attributes of a study, and their values in its JSON."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.studies.attributes import (
    LABELS,
    LAST_UPDATE,
    MODALITIES,
    NUMBER_OF_INSTANCES,
    NUMBER_OF_SERIES,
    Attribute,
    Source,
)
from orthanc_paging.studies.study import computed_of, from_expanded
from tests.unit.attributes import SCHEMA, attribute
from tests.unit.studies import expanded


@pytest.mark.parametrize('name', ['PatientName', '0010,0010', '00100010'])
def test_an_attribute_is_found_by_its_keyword_and_by_its_tag(name: str) -> None:
    assert SCHEMA.find(name) == Attribute('PatientName', '0010,0010', 'PN', Source.PATIENT)


def test_a_tag_is_found_whatever_the_case_of_its_digits() -> None:
    assert SCHEMA.find('0020,000D') is SCHEMA.find('0020000d') is attribute('StudyInstanceUID')


@pytest.mark.parametrize('name', ['patientname', 'Nonsense', '', '0010', ','])
def test_an_unknown_attribute_is_not_found(name: str) -> None:
    assert SCHEMA.find(name) is None


def test_values_are_those_of_the_study_and_of_its_patient() -> None:
    study = from_expanded(expanded('a', '20240131', text='CT of the head'))
    assert attribute('StudyDate').value_of(study) == '20240131'
    assert attribute('StudyDescription').value_of(study) == 'CT of the head'
    assert attribute('PatientName').value_of(study) == 'Müller^Zoë'
    assert LAST_UPDATE.value_of(study) == '20261124120000'


def test_a_value_that_is_missing_is_empty() -> None:
    study = from_expanded(expanded('a', None))
    assert attribute('StudyDate').value_of(study) == ''
    assert attribute('PatientSex').value_of(study) == ''


def test_attributes_of_the_patient_and_of_the_study_are_kept_apart() -> None:
    study_json = expanded('a', None)
    study_json['PatientMainDicomTags']['StudyDate'] = '20000101'
    study_json['MainDicomTags']['PatientName'] = 'of the study'
    del study_json['PatientMainDicomTags']['PatientName']
    study = from_expanded(study_json)
    assert attribute('StudyDate').value_of(study) == ''
    assert attribute('PatientName').value_of(study) == ''


def test_a_computed_attribute_is_empty_until_it_is_known() -> None:
    study = from_expanded(expanded('a', series=2))
    assert [found.value_of(study) for found in (MODALITIES, NUMBER_OF_INSTANCES, NUMBER_OF_SERIES)] == [
        '',
        '',
        '2',
    ]
    study.computed = computed_of(['SR', 'CT', 'SR', ''], 120)
    assert [found.value_of(study) for found in (MODALITIES, NUMBER_OF_INSTANCES)] == ['CT\\SR', '120']


def test_a_study_may_have_no_modality_and_a_modality_spaces() -> None:
    study = from_expanded(expanded('a'))
    study.computed = computed_of([], 3)
    assert [found.value_of(study) for found in (MODALITIES, NUMBER_OF_INSTANCES)] == ['', '3']
    study.computed = computed_of(['no modality at all'], 3)
    assert [found.value_of(study) for found in (MODALITIES, NUMBER_OF_INSTANCES)] == ['no modality at all', '3']


texts = st.text(max_size=5) | st.sampled_from(
    ['"StudyDescription":"1"', '","PatientName":"1', '}', '{', '"MainDicomTags":{', '\\', '"', 'a\\b']
)
tags = st.dictionaries(st.sampled_from(['PatientName', 'StudyDescription', 'StudyDate', 'Other']), texts)


@given(tags, tags, st.permutations(list(expanded('a'))), st.sampled_from(['PatientName', 'StudyDescription']))
def test_a_value_is_what_parsing_gives(
    tags: dict[str, str], patient: dict[str, str], order: list[str], keyword: str
) -> None:
    study_json = {**expanded('a'), 'MainDicomTags': tags, 'PatientMainDicomTags': patient}
    study = from_expanded({name: study_json[name] for name in order})
    found = attribute(keyword)
    assert found.value_of(study) == study_json[found.source].get(keyword, '')


@pytest.mark.parametrize(('labels', 'value'), [(None, ''), ([], ''), (['a'], 'a'), (['a', 'b-1'], 'a\\b-1')])
def test_labels_are_several_values(labels: list[str] | None, value: str) -> None:
    study = expanded('a') if labels is None else {**expanded('a'), 'Labels': labels}
    assert LABELS.value_of(from_expanded(study)) == value


@pytest.mark.parametrize('series', [0, 1, 3])
def test_series_are_counted(series: int) -> None:
    assert NUMBER_OF_SERIES.value_of(from_expanded(expanded('a', series=series))) == str(series)
