"""Inside ASCII, and for what `/tools/find` knows, the same studies are found as by Orthanc, in the same order."""

import random
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.dicom import instance
from tests.support.orthanc import Orthanc
from tests.support.truth import assert_pages_are_the_truth

pytestmark = pytest.mark.each_version

QUERIES = 150
FAMILIES = ['DOE', 'DOES', 'DO', 'SMITH', 'SMITHSON', 'O-HARA', 'VAN DYKE']
GIVEN = ['JANE', 'JOHN', 'J', '']
DESCRIPTIONS = ['CT HEAD', 'CT HEAD AND NECK', 'MR KNEE', 'KNEE', 'X']
ORDERED = ['StudyDate', 'PatientID', 'AccessionNumber', 'StudyDescription']  # names: see the reference
ORDERS_SINCE = (1, 12, 5)


@pytest.fixture
def forty(orthanc: Orthanc) -> Orthanc:
    """An Orthanc with forty studies, all in capitals as most archives are, of twenty patients."""
    dice = random.Random(4)
    names = [f'{dice.choice(FAMILIES)}^{dice.choice(GIVEN)}'.rstrip('^') for _ in range(20)]
    for number in range(40):
        orthanc.upload(
            instance(
                f'P{number // 2:02}',
                f'S{number}',
                'A',
                '1',
                PatientName=names[number // 2],
                StudyDate=_date(dice),
                AccessionNumber=f'A{number % 25:03}',
                StudyDescription=dice.choice(DESCRIPTIONS),
            )
        )
    assert_pages_are_the_truth(orthanc)
    return orthanc


def _date(dice: random.Random) -> str:
    return f'20{dice.choice((22, 23))}{dice.randint(1, 3):02}{dice.randint(1, 28):02}'


def _query(dice: random.Random) -> dict[str, str]:
    """One to three conditions, drawn by chance."""
    first, last = sorted([_date(dice), _date(dice)])
    choices = {
        'PatientName': dice.choice(
            [
                f'{dice.choice(FAMILIES)[: dice.randint(1, 4)]}*',
                f'*{dice.choice(GIVEN)}',
                f'{dice.choice(FAMILIES)}^{dice.choice(GIVEN[:3])}',
                dice.choice(FAMILIES).lower() + '*',
                'DO?',
            ]
        ),
        'PatientID': dice.choice([f'P{dice.randrange(20):02}', 'P0*', 'P?5', f'P0{dice.randrange(9)}\\P10']),
        'StudyDate': dice.choice([f'{first}-{last}', f'{first}-', f'-{last}', first]),
        'AccessionNumber': dice.choice([f'A{dice.randrange(25):03}', 'A00?', '*1', 'a01*']),
        'StudyDescription': dice.choice(['CT*', '*KNEE', dice.choice(DESCRIPTIONS), 'X\\KNEE']),
    }
    return {keyword: choices[keyword] for keyword in dice.sample(sorted(choices), dice.randint(1, 3))}


def test_generated_queries_find_the_same_studies(forty: Orthanc) -> None:
    dice = random.Random(1)
    found_some = 0
    for _ in range(QUERIES):
        query = _query(dice)
        theirs = forty.post_json('/tools/find', {'Level': 'Study', 'Query': query})
        ours = [study['ID'] for study in forty.get_json(f'/sort-studies?{_parameters(query)}')]
        assert sorted(ours) == sorted(theirs), query
        found_some += bool(ours)
    assert found_some > QUERIES // 4


def test_in_an_order_that_is_given_their_values_come_in_the_same_order(forty: Orthanc) -> None:
    if forty.version < ORDERS_SINCE:
        return  # Orthanc 1.10.1 ignores OrderBy
    dice = random.Random(2)
    for _ in range(QUERIES // 3):
        query, key, direction = _query(dice), dice.choice(ORDERED), dice.choice(['ASC', 'DESC'])
        order = [{'Type': 'DicomTag', 'Key': key, 'Direction': direction}]
        wanted = {'Level': 'Study', 'Expand': True, 'Query': query, 'OrderBy': order}
        theirs = forty.post_json('/tools/find', wanted)
        sort = f'{"-" if direction == "DESC" else ""}{key}'
        ours = forty.get_json(f'/sort-studies?{_parameters({**query, "sort": sort})}')
        assert [_value(study, key) for study in ours] == [_value(study, key) for study in theirs], (query, sort)


def _parameters(parameters: dict[str, str]) -> str:
    return '&'.join(f'{name}={quote(value)}' for name, value in parameters.items())


def _value(study: dict[str, Any], keyword: str) -> str:
    return str({**study['MainDicomTags'], **study['PatientMainDicomTags']}.get(keyword, ''))


DIFFERENCES = [
    # the query, whether it is found here, and by Orthanc
    ({'PatientName': 'muller*'}, {'PatientName': 'MÜLLER^ZOË'}, True, False),
    ({'PatientName': 'müller*'}, {'PatientName': 'MÜLLER^ZOË'}, True, True),
    ({'PatientName': '吉*'}, {'PatientName': 'Hong^Gildong=吉^洞'}, True, False),
    ({'PatientName': 'DOE^*'}, {'PatientName': 'DOE'}, True, False),
    ({'StudyDate': '20240101-20240131'}, {'StudyDate': '2024.01.15'}, True, False),
    ({'StudyTime': '-1030'}, {'StudyTime': '103059'}, True, False),
]


@pytest.mark.parametrize(('query', 'tags', 'is_found_here', 'is_found_there'), DIFFERENCES)
def test_each_difference_is_as_documented(
    orthanc: Orthanc, query: dict[str, str], tags: dict[str, str], is_found_here: bool, is_found_there: bool
) -> None:
    orthanc.upload(instance('P', 'S', 'A', '1', **{'StudyDate': '20200101', **tags}))
    assert_pages_are_the_truth(orthanc)
    assert bool(orthanc.get_json(f'/sort-studies?{_parameters(query)}')) == is_found_here
    assert bool(orthanc.post_json('/tools/find', {'Level': 'Study', 'Query': query})) == is_found_there
