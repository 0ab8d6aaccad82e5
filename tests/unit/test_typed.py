"""Text of the list, typed into the web page: the study matches by the plugin's own rules.

The page's unit tests have a naive model of these rules. This compares the page with the rules themselves.
"""

import json
import shutil
import subprocess
from typing import Any

import pytest

from orthanc_paging.queries.parsers.parameters import ParameterParser
from orthanc_paging.studies.study import from_expanded
from tests.conftest import require
from tests.support.page import UI
from tests.unit.attributes import SCHEMA
from tests.unit.studies import expanded

PARSER = ParameterParser(SCHEMA)
OF_PATIENTS = ('PatientName', 'PatientID', 'PatientBirthDate', 'PatientSex')
COMPUTED = ('ModalitiesInStudy', 'NumberOfStudyRelatedInstances', 'NumberOfStudyRelatedSeries')


@pytest.fixture(scope='module')
def rows(request: pytest.FixtureRequest) -> list[dict[str, str]]:
    """Values, their texts in the list, and the parameter that is sent for each: made by the page's own modules."""
    missing = [] if shutil.which('node') else ['Node.js']
    missing += [] if (UI / 'node_modules' / 'fast-check').is_dir() else ['fast-check']
    require(request, 'Node.js with the packages of the page', ', '.join(missing) or None)
    printed = subprocess.run(
        ['node', str(UI / 'tests' / 'rows.mjs')], stdout=subprocess.PIPE, check=True, encoding='utf-8'
    )
    made: list[dict[str, str]] = json.loads(printed.stdout)
    return made


def study_with(keyword: str, value: str) -> Any:  # noqa: ANN401 (an expanded study, of JSON)
    """An expanded study whose attribute has a value."""
    study: Any = expanded('one')
    if keyword == 'LastUpdate':
        study['LastUpdate'] = value
    elif keyword == 'Labels':
        study['Labels'] = value.split('\\')
    elif keyword in OF_PATIENTS:
        study['PatientMainDicomTags'][keyword] = value
    else:
        study['MainDicomTags'][keyword] = value
    return study


def test_each_text_of_the_list_finds_its_study(rows: list[dict[str, str]]) -> None:
    tested = [row for row in rows if row['keyword'] not in COMPUTED]
    assert {'PatientName', 'StudyDescription', 'StudyDate', 'StudyTime', 'LastUpdate', 'Labels'} <= {
        row['keyword'] for row in tested
    }
    for row in tested:
        assert row['name'] is not None, f'{row["text"]} is not understood'
        selection = PARSER.parse({row['name']: row['parameter']}).selection
        assert selection.filter.conditions, row
        assert selection.filter.matches(from_expanded(study_with(row['keyword'], row['value']))), row
