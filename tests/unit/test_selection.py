"""Selections: two are the same if they were requested alike, and never if only their texts look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.dicom.sort_keys import KEY_FORMAT
from orthanc_paging.errors import InvalidParameter
from orthanc_paging.index.store import upsert_of
from orthanc_paging.index.study_index import StudyIndex
from orthanc_paging.queries.cursor import Cursor, decode, encode
from orthanc_paging.queries.parsers.parameters import ParameterParser
from orthanc_paging.queries.selection import Selection
from orthanc_paging.studies.attributes import Source
from orthanc_paging.studies.schema import KeptTag, schema_of
from tests.unit.attributes import SCHEMA
from tests.unit.studies import expanded


def selection(**parameters: str) -> Selection:
    return ParameterParser(SCHEMA).parse(parameters).selection


ONE_FILTER = {'AccessionNumber': 'x\nPatientID=b'}
TWO_FILTERS = {'AccessionNumber': 'x', 'PatientID': 'b'}


def test_a_value_with_a_separator_does_not_pass_for_two_filters() -> None:
    one, two = selection(**ONE_FILTER), selection(**TWO_FILTERS)
    assert one.key != two.key
    assert one.digest != two.digest


def test_a_cursor_of_the_one_is_refused_for_the_other() -> None:
    cursor = encode(Cursor(b'key'), selection(**ONE_FILTER))
    with pytest.raises(InvalidParameter):
        decode(cursor, selection(**TWO_FILTERS))


@pytest.mark.parametrize('name', ['q', 'label'])
def test_a_tag_with_the_name_of_a_parameter_does_not_pass_for_it(name: str) -> None:
    parser = ParameterParser(schema_of([KeptTag('0099,1001', name, 'LO', Source.STUDY)]))
    of_tag, of_parameter = parser.parse({'0099,1001': 'x'}), parser.parse({name: 'x'})
    assert of_tag.selection.key != of_parameter.selection.key


def test_one_filter_with_a_separator_and_two_filters_share_no_view() -> None:
    study = expanded('a')
    study['MainDicomTags']['AccessionNumber'] = 'x'
    study['PatientMainDicomTags']['PatientID'] = 'b'
    index = StudyIndex()
    index.upsert(upsert_of(study))
    assert index.count_of(selection(**ONE_FILTER)) == 0
    assert index.count_of(selection(**TWO_FILTERS)) == 1
    assert index.count_of(selection(**ONE_FILTER)) == 0


def test_a_cursor_of_another_format_of_keys_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    cursor = encode(Cursor(b'key'), selection(sort='PatientID'))
    monkeypatch.setattr('orthanc_paging.queries.selection.KEY_FORMAT', KEY_FORMAT + 1)
    with pytest.raises(InvalidParameter):
        decode(cursor, selection(sort='PatientID'))


values = st.text(st.sampled_from('ab\n=,"[]\\')) | st.sampled_from(['x\nPatientID=b', 'a"],["PatientID","b'])
values = values.filter(lambda text: text.strip('\n\\') != '')
requests = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(
            ['AccessionNumber', 'PatientID', 'StudyDescription'], values.filter(lambda text: text.strip('\n\\'))
        ),
        'sort': st.sampled_from(['StudyDate', '-StudyDate', 'StudyDate,PatientID', 'PatientID,StudyDate']),
    },
)


@given(requests, requests)
def test_two_selections_are_the_same_only_if_all_their_parts_are(
    one: dict[str, str], another: dict[str, str]
) -> None:
    try:
        first, second = selection(**one), selection(**another)
    except InvalidParameter:
        return
    assert (first.key == second.key) == (one == another)
    assert (first.digest == second.digest) == (one == another)
