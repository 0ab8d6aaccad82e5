"""The forms in which studies are sent."""

import csv
import io
import json

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.http.representation import (
    EXPANDED,
    Representation,
    comma_separated,
    dicom_json,
    flat,
    with_byte_order_mark,
)
from orthanc_paging.studies.attributes import Attribute
from orthanc_paging.studies.study import ExpandedStudy, from_expanded
from tests.unit.attributes import SCHEMA, attribute
from tests.unit.studies import expanded, identifier


def sent(form: Representation, *studies: ExpandedStudy, studies_a_part: int = 100) -> bytes:
    return b''.join(form.parts([from_expanded(study) for study in studies], studies_a_part))


def study(name: str = 'a', **tags: str) -> ExpandedStudy:
    content = expanded(name, None)
    for keyword, value in tags.items():
        content[attribute(keyword).source][keyword] = value
    return content


@pytest.mark.parametrize('form', [EXPANDED, flat([]), dicom_json([])])
def test_no_studies_are_an_empty_list(form: Representation) -> None:
    assert json.loads(sent(form)) == []


@pytest.mark.parametrize('studies_a_part', [1, 2, 3, 10])
def test_in_parts_it_is_the_same(studies_a_part: int) -> None:
    studies = [study(name) for name in 'abc']
    assert json.loads(sent(EXPANDED, *studies, studies_a_part=studies_a_part)) == studies


def test_fields_are_flat_and_a_missing_one_is_empty() -> None:
    form = flat([attribute('StudyDate'), attribute('PatientName'), attribute('PatientSex')])
    assert json.loads(sent(form, study(StudyDate='20240131', PatientName='Müller^Zoë'))) == [
        {'ID': identifier('a'), 'StudyDate': '20240131', 'PatientName': 'Müller^Zoë', 'PatientSex': ''}
    ]


def test_dicom_json_is_read_by_pydicom() -> None:
    number = Attribute('NumberOfStudyRelatedSeries', '0020,1206', 'IS')
    content = study(
        StudyDate='20240131', PatientName='Hong^Gildong=洪^吉洞', StudyDescription='', StudyInstanceUID='1.2'
    )
    content['MainDicomTags']['NumberOfStudyRelatedSeries'] = '3'
    [found] = json.loads(sent(dicom_json([*SCHEMA.attributes, number]), content))
    dataset = pydicom.Dataset.from_json(found)
    assert dataset.StudyDate == '20240131'
    assert dataset.PatientName.ideographic == '洪^吉洞'
    assert dataset.NumberOfStudyRelatedSeries == 3
    assert 'StudyDescription' not in dataset
    assert list(found) == sorted(found)


def test_several_values_are_a_list_in_dicom_json() -> None:
    modalities = Attribute('ModalitiesInStudy', '0008,0061', 'CS')
    content = study()
    content['MainDicomTags']['ModalitiesInStudy'] = 'CT\\SR'
    [found] = json.loads(sent(dicom_json([modalities]), content))
    assert found == {'00080061': {'vr': 'CS', 'Value': ['CT', 'SR']}}


def test_csv_is_read_back_with_a_line_of_names() -> None:
    form = comma_separated([attribute('StudyDate'), attribute('StudyDescription')])
    text = sent(form, study(StudyDate='20240131', StudyDescription='a "b",\r\nc')).decode()
    assert list(csv.reader(io.StringIO(text, newline=''))) == [
        ['ID', 'StudyDate', 'StudyDescription'],
        [identifier('a'), '20240131', 'a "b",\r\nc'],
    ]
    assert text.endswith('\r\n')


@pytest.mark.parametrize(
    'formula', ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠A']
)
def test_text_that_a_spreadsheet_may_take_for_a_formula_is_defused(formula: str) -> None:
    text = sent(comma_separated([attribute('StudyDescription')]), study(StudyDescription=formula)).decode()
    assert list(csv.reader(io.StringIO(text, newline='')))[1][1] == f"'{formula}"


def test_csv_with_a_byte_order_mark_is_read_as_utf_8_by_what_knows_it() -> None:
    form = comma_separated([attribute('PatientName')])
    plain = sent(form, study(PatientName='Müller^Zoë'))
    assert plain.startswith(b'ID,')
    assert sent(with_byte_order_mark(form), study(PatientName='Müller^Zoë')) == b'\xef\xbb\xbf' + plain
    assert sent(with_byte_order_mark(form)).decode('utf-8-sig') == sent(form).decode()


@given(st.text(max_size=10), st.text(max_size=10))
def test_any_content_of_a_study_can_be_sent(name: str, description: str) -> None:
    content = study(PatientName=name, StudyDescription=description)
    for form in (flat(SCHEMA.attributes), dicom_json(SCHEMA.attributes)):
        [found] = json.loads(sent(form, content))
        assert found
    lines = list(csv.reader(io.StringIO(sent(comma_separated(SCHEMA.attributes), content).decode(), newline='')))
    assert len(lines) == 2
    assert len(lines[0]) == len(lines[1])


@pytest.mark.parametrize('number', ['nan', 'inf', '1e999', 'x'])
def test_a_value_that_is_no_json_number_stays_text(number: str) -> None:
    content = study()
    content['MainDicomTags']['X'] = number
    assert json.loads(sent(dicom_json([Attribute('X', '0010,1030', 'DS')]), content))[0]['00101030']['Value'] == [
        number
    ]
