"""What people type into a search box finds the study that they see, on real Orthancs."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.support.dicom import instance, resource_id, uid
from tests.support.orthanc import Orthanc
from tests.support.truth import assert_computed_tags_are_the_truth, assert_pages_are_the_truth

STUDIES: dict[str, dict[str, str]] = {
    'titled': {'PatientName': 'SHOWNDOE^JANE^MARY^DR', 'StudyDate': '20240131', 'Modality': 'CT'},
    'comma': {'PatientName': 'COMMADOE^JANE', 'StudyDescription': 'CHEST PA', 'Modality': 'CT'},
    'korean': {'PatientName': 'HONGX^GILDONG=洪某^吉洞=홍모^길동', 'StudyDate': '20231224', 'Modality': 'MR'},
    'japanese': {'PatientName': 'Yamada^Tarou=山田^太郎=やまだ^たろう', 'StudyDescription': '頭部 単純'},
    'apostrophe': {'PatientName': "O'BRIEN^PAT", 'InstitutionName': 'Saint Mary’s Hospital'},
    'double': {'PatientName': 'GARCÍA-LÓPEZ^ANA', 'ReferringPhysicianName': 'D’Amico^Rosa'},
    'umlaut': {'PatientName': 'Müller^Jürgen', 'StudyDescription': 'Röntgen Hüfte'},
    'spelt': {'PatientName': 'MUELLER^ZOE', 'StudyDescription': 'Head&Neck'},
    'short': {'PatientName': 'SU^LI', 'AccessionNumber': 'A-4711/7'},
}

FOUND = [
    ('SHOWNDOE, JANE MARY (DR)', ['titled']),
    ('SHOWNDOE, JANE MARY', ['titled']),
    ('showndoe jane', ['titled']),
    ('Commadoe, Jane', ['comma']),
    ('doe*, (jane)', ['comma', 'titled']),
    ('"jane mary"', ['titled']),
    ('홍모길동', ['korean']),
    ('洪某吉洞 gildong', ['korean']),
    ('HONGX, GILDONG · 洪某, 吉洞', ['korean']),
    ('山田太郎', ['japanese']),
    ('太郎 山田', ['japanese']),
    ('やまだたろう', ['japanese']),
    ('頭部単純', ['japanese']),
    ('obrien', ['apostrophe']),
    ('O’Brien', ['apostrophe']),
    ('garcía-lópez', ['double']),
    ('lopez, ana', ['double']),
    ('mueller', ['spelt', 'umlaut']),
    ('müller', ['spelt', 'umlaut']),
    ('roentgen huefte', ['umlaut']),
    ('su', ['short']),
    ('sue', []),
    ('head&neck', ['spelt']),
    ('Head＆Neck', ['spelt']),
    ('a-4711', ['short']),
    ('marys', ['apostrophe']),
    ('damico', ['double']),
    ('2024-01-31', ['titled']),
    ('jane 2024', ['titled']),
    ('2023', ['korean']),
    ('ct chest', ['comma']),
    ('mr', ['korean']),
    (uid('comma'), ['comma']),
    (uid('comma')[10:], []),
]


SPLITS_AT_AMPERSAND = (1, 13)
"""Its Python plugin takes an encoded `&` for the end of a value; `＆` is none."""


def found(orthanc: Orthanc, parameter: str, words: str) -> list[str]:
    """The names of the studies that are found."""
    studies: list[dict[str, Any]] = orthanc.get_json(f'/sort-studies?{parameter}={quote(words)}')
    name_of = {resource_id(name, name): name for name in STUDIES}
    return sorted(name_of[study['ID']] for study in studies)


@pytest.fixture
def nine(orthanc: Orthanc) -> Orthanc:
    """An Orthanc with a study of each of the names."""
    for name, tags in STUDIES.items():
        orthanc.upload(instance(name, name, 'A', '1', **{'StudyDate': None, 'Modality': 'OT', **tags}))
    assert_pages_are_the_truth(orthanc)
    assert_computed_tags_are_the_truth(orthanc)
    return orthanc


def test_typed_words_find_the_texts_of_the_list(nine: Orthanc) -> None:
    for words, names in FOUND:
        if nine.version < SPLITS_AT_AMPERSAND or '&' not in words:
            assert found(nine, 'q', words) == names, words


def test_words_are_looked_for_in_one_attribute(nine: Orthanc) -> None:
    assert found(nine, 'PatientName~', 'jane') == ['comma', 'titled']
    assert found(nine, 'PatientName~', '홍모길동') == ['korean']
    assert found(nine, '0010,0010~', 'SHOWNDOE, JANE MARY (DR)') == ['titled']
    assert found(nine, 'PatientName~', 'ct') == []
    assert found(nine, 'AccessionNumber~', '4711') == ['short']
    assert found(nine, 'StudyDate~', '2024-01') == ['titled']
    assert found(nine, 'ModalitiesInStudy~', 'ct') == ['comma', 'titled']
    assert len(found(nine, 'PatientName~', '')) == len(STUDIES)


def test_a_changed_study_is_found_by_its_new_words_alone(nine: Orthanc) -> None:
    assert found(nine, 'q', 'chest') == ['comma']
    tags = {'PatientName': 'COMMADOE^JANE', 'StudyDescription': 'KNEE', 'StudyDate': None}
    nine.delete(f'/studies/{resource_id("comma", "comma")}')
    nine.upload(instance('comma', 'comma', 'A', '1', **tags, Modality='MR'))
    assert_pages_are_the_truth(nine)
    assert_computed_tags_are_the_truth(nine)
    assert found(nine, 'q', 'chest') == []
    assert found(nine, 'q', 'knee') == found(nine, 'q', 'mr jane') == ['comma']
    assert found(nine, 'q', 'ct') == ['titled']


@pytest.mark.parametrize(
    ('query', 'named'),
    [
        ('PatientNam~=doe', "Perhaps 'PatientName~' is meant."),
        ('q=' + '+'.join(map(str, range(17))), "The parameter 'q'"),
        ('PatientName~=' + 'x' * 129, "The parameter 'PatientName~'"),
    ],
)
def test_an_attribute_that_cannot_be_searched_is_refused_by_name(orthanc: Orthanc, query: str, named: str) -> None:
    assert_pages_are_the_truth(orthanc)
    answer = orthanc.get(f'/sort-studies?{query}')
    assert answer.status_code == 400
    assert named in answer.json()['detail']
