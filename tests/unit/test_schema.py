"""The tags that Orthanc keeps as attributes: unknown ones, private ones, and those that share a name."""

import json
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.errors import LeftOut
from orthanc_paging.http.representation import dicom_json, flat
from orthanc_paging.queries.parsers.parameters import ParameterParser
from orthanc_paging.studies.attributes import BUILT_IN_ATTRIBUTES, Source
from orthanc_paging.studies.schema import KeptTag, declared_vrs, schema_of
from orthanc_paging.studies.study import Study, from_body, from_expanded
from tests.unit.studies import expanded

NAMELESS = 'Unknown Tag & Data'
STUDY_DATE = KeptTag('0008,0020', 'StudyDate', 'DA', Source.STUDY)


def study_with(**members: object) -> Study:
    """A study that has these members beside others."""
    study_json = expanded('a')
    study_json['MainDicomTags'].update(members)
    return from_expanded(study_json)


def test_a_tag_that_orthanc_does_not_know_is_an_attribute_by_its_number() -> None:
    schema = schema_of([STUDY_DATE, KeptTag('0099,100a', NAMELESS, 'UN', Source.STUDY)])
    for name in ('0099,100a', '0099,100A', '0099100a', '0099100A'):
        found = schema.find(name)
        assert found is not None
        assert (found.keyword, found.value_of(study_with(**{NAMELESS: 'abc'}))) == ('0099,100a', 'abc')
        assert found.value_of(study_with()) == ''
    assert schema.find(NAMELESS) is None


def test_a_declared_tag_is_an_attribute_by_its_name_too() -> None:
    schema = schema_of([KeptTag('0099,1101', 'DoseArea', 'DS', Source.STUDY)])
    assert schema.find('DoseArea') is schema.find('0099,1101')


@pytest.mark.parametrize(
    'name', ['We ird &"x', '_', '_id', 'ID', 'Labels', 'LastUpdate', 'ModalitiesInStudy', '1a', 'q', 'label']
)
def test_a_name_that_is_no_keyword_is_none(name: str) -> None:
    schema = schema_of([KeptTag('0099,1101', name, 'LO', Source.STUDY)])
    found = schema.find('0099,1101')
    assert found is not None
    assert found.keyword == '0099,1101'
    study = study_with(**{name: 'a "quoted" value'})
    assert found.value_of(study) == 'a "quoted" value'
    assert json.loads(flat([found]).one(study)) == {'ID': study.id, '0099,1101': 'a "quoted" value'}


@pytest.mark.parametrize('source', [Source.STUDY, Source.PATIENT])
@pytest.mark.parametrize('name', [*expanded('a'), 'Labels', 'RequestedTags'])
def test_a_tag_may_have_the_name_of_another_member_of_the_study(source: Source, name: str) -> None:
    found = schema_of([KeptTag('0099,1101', name, 'LO', source)]).attributes[0]
    study_json = expanded('a')
    assert found.value_of(from_expanded(study_json)) == ''
    study_json[source][name] = 'of the tag'
    assert found.value_of(from_expanded(study_json)) == 'of the tag'


def test_two_tags_that_a_study_shows_by_one_name_are_left_out() -> None:
    schema = schema_of([KeptTag(tag, NAMELESS, 'UN', Source.STUDY) for tag in ('0099,1001', '0099,1002')])
    assert schema.attributes == BUILT_IN_ATTRIBUTES
    for name in ('0099,1001', '00991002'):
        with pytest.raises(LeftOut, match="one name, 'Unknown Tag & Data', for 0099,1001 and 0099,1002"):
            schema.find(name)
        for parameters in ({name: 'x'}, {'sort': name.replace(',', '')}, {'fields': name.replace(',', '')}):
            with pytest.raises(LeftOut):
                ParameterParser(schema).parse(parameters)


def test_a_name_that_hides_another_tag_is_the_name_of_none() -> None:
    schema = schema_of([STUDY_DATE, KeptTag('0099,1101', 'StudyDate', 'LO', Source.STUDY)])
    assert schema.find('StudyDate') is None
    with pytest.raises(LeftOut):
        schema.find('0008,0020')


def test_one_name_of_the_patient_and_of_the_study_is_two_attributes_by_their_numbers() -> None:
    schema = schema_of(
        [KeptTag('0099,1001', NAMELESS, 'UN', Source.PATIENT), KeptTag('0099,1002', NAMELESS, 'UN', Source.STUDY)]
    )
    study = expanded('a')
    study['MainDicomTags'][NAMELESS], study['PatientMainDicomTags'][NAMELESS] = 'of the study', 'of the patient'
    values = [attribute.value_of(from_expanded(study)) for attribute in schema.attributes[:2]]
    assert values == ['of the patient', 'of the study']


def test_a_tag_of_both_levels_is_the_patient_s() -> None:
    sources = (Source.PATIENT, Source.STUDY)
    schema = schema_of([KeptTag('0010,4000', 'PatientComments', 'LT', source) for source in sources])
    assert [one.source for one in schema.attributes if one.keyword == 'PatientComments'] == [Source.PATIENT]


def test_without_computed_tags_all_others_are_left() -> None:
    schema = schema_of([STUDY_DATE, KeptTag('0008,1110', 'ReferencedStudySequence', 'SQ', Source.STUDY)])
    without = schema.without_computed()
    names = set(schema.keywords()) - set(without.keywords())
    assert names == {'ModalitiesInStudy', 'NumberOfStudyRelatedInstances'}
    with pytest.raises(LeftOut):
        without.find('0008,1110')


def test_a_sequence_is_left_out() -> None:
    schema = schema_of([KeptTag('0008,1110', 'ReferencedStudySequence', 'SQ', Source.STUDY)])
    with pytest.raises(LeftOut, match='it is a sequence'):
        schema.find('0008,1110')


def test_attributes_inside_a_sequence_are_not_the_study_s() -> None:
    study_json = expanded('a', None)
    study_json['MainDicomTags']['A'] = [{'StudyDate': '20000101', 'StudyDescription': 'of the item'}]
    study = from_expanded(study_json)
    assert from_body(study.body)[0].date == study.date == ''
    study_json['MainDicomTags']['StudyDate'] = '20240131'
    assert from_body(from_expanded(study_json).body)[0].date == '20240131'


def test_an_unknown_vr_has_bytes_in_dicom_json() -> None:
    schema = schema_of([KeptTag('0099,100a', NAMELESS, 'UN', Source.STUDY)])
    element = json.loads(dicom_json(schema.attributes).one(study_with(**{NAMELESS: 'Ä'})))['0099100A']
    assert (element['vr'], b64decode(element['InlineBinary']).decode()) == ('UN', 'Ä')
    assert '0099100A' not in json.loads(dicom_json(schema.attributes).one(study_with()))


@given(
    st.lists(
        st.builds(
            KeptTag,
            st.sampled_from(['0008,0020', '0018,9999', '0099,0010', '0099,1001', '0099,1002']),
            st.sampled_from(['StudyDate', NAMELESS, 'Mine', 'ID']),
            st.sampled_from(['LO', 'UN', 'SQ']),
            st.sampled_from([Source.STUDY, Source.PATIENT]),
        ),
        unique_by=lambda kept: (kept.tag, kept.source),
    )
)
def test_every_tag_is_either_an_attribute_of_its_own_value_or_left_out(kept: list[KeptTag]) -> None:
    schema = schema_of(kept)
    tags = {one.tag for one in kept}
    found = [attribute for attribute in schema.attributes if attribute not in BUILT_IN_ATTRIBUTES]
    assert {attribute.tag for attribute in found} | schema.left_out.keys() == tags
    assert not {attribute.tag for attribute in found} & schema.left_out.keys()
    assert len({attribute.keyword for attribute in schema.attributes}) == len(schema.attributes)
    first = {one.tag: one for one in reversed(kept)}
    for attribute in found:
        shown_by = [
            one.tag for one in first.values() if (one.source, one.member) == (attribute.source, attribute.member)
        ]
        assert shown_by == [attribute.tag]


@pytest.mark.parametrize(
    ('section', 'expected'),
    [
        ({'0099,1002': ['LO', 'Two', 1, 1, 'ACME']}, {'0099,1002': 'LO'}),
        ({'0099100A': ['DS', 'A']}, {'0099,100a': 'DS'}),
        ({'0099-100a': ['DS', 'A']}, {'0099,100a': 'DS'}),
        ({'0099,1002': 'LO', 'nonsense': ['LO'], '0099,1003': [], '0099,1004': [4]}, {}),
        (None, {}),
        ([], {}),
    ],
)
def test_the_vr_of_a_private_tag_is_that_of_the_configuration(section: object, expected: dict[str, str]) -> None:
    assert declared_vrs(section) == expected  # type: ignore[arg-type]
