"""The section `Paging` of the configuration."""

import json
import re
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from orthanc_paging.config import Config, ohif_data_source, parse, snapshot_folder
from orthanc_paging.errors import ConfigurationError, Json
from tests.support.systems import CHECKOUT


def test_without_a_section_the_defaults_are_in_force() -> None:
    assert parse({'Name': 'ORTHANC'}) == Config(Enable=True, MaxLimit=0)


def test_options_are_read() -> None:
    assert parse({'Paging': {'MaxLimit': 1000}}) == Config(Enable=True, MaxLimit=1000)
    assert parse({'Paging': {'Enable': False}}).Enable is False


@pytest.mark.parametrize(
    ('section', 'line'),
    [
        ('yes', 'Paging is "yes" in the configuration; expected an object, such as {"MaxLimit": 1000}'),
        (
            {'Limit': 5},
            'Paging.Limit is 5 in the configuration; expected no such key, only Enable, UI, MaxLimit, '
            'MaxViews, RelistSeconds, RelistStudiesPerSecond, SharedDatabase, ComputedTags, SnapshotSeconds '
            'and SnapshotFolder',
        ),
        ({'Enable': 'no'}, 'Paging.Enable is "no" in the configuration; expected true or false'),
        (
            {'MaxLimit': -1},
            'Paging.MaxLimit is -1 in the configuration; expected a whole number from 0 (no limit) to 1000000000',
        ),
    ],
)
def test_an_error_names_the_key_the_value_and_what_was_expected(section: Json, line: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        parse({'Paging': section})
    assert str(refused.value) == line


@pytest.mark.parametrize(
    'option', ['MaxLimit', 'MaxViews', 'RelistSeconds', 'RelistStudiesPerSecond', 'SnapshotSeconds']
)
@pytest.mark.parametrize('value', [True, 1.5, '50', None, [], {}, -1, 10**10])
def test_a_value_that_is_no_whole_number_is_refused(option: str, value: Json) -> None:
    with pytest.raises(ConfigurationError, match=f'Paging.{option} is '):
        parse({'Paging': {option: value}})


@pytest.mark.parametrize('option', ['Enable', 'UI', 'ComputedTags'])
@pytest.mark.parametrize('value', ['yes', None, 1, []])
def test_a_value_that_is_neither_true_nor_false_is_refused(option: str, value: Json) -> None:
    with pytest.raises(ConfigurationError, match=f'Paging.{option} is .* expected true or false'):
        parse({'Paging': {option: value}})


def test_no_study_a_second_would_never_end() -> None:
    with pytest.raises(ConfigurationError, match='a whole number from 1'):
        parse({'Paging': {'RelistStudiesPerSecond': 0}})


@pytest.mark.parametrize('value', ['yes', None, 1, []])
def test_whether_a_database_is_shared_is_true_false_or_auto(value: Json) -> None:
    with pytest.raises(ConfigurationError, match='expected "auto", true or false'):
        parse({'Paging': {'SharedDatabase': value}})


@pytest.mark.parametrize('value', [None, 5, '.', '/there/is/no/such/folder'])
def test_the_folder_of_the_snapshot_must_exist(value: Json) -> None:
    with pytest.raises(ConfigurationError, match='expected the absolute path of a folder'):
        parse({'Paging': {'SnapshotFolder': value}})


@pytest.mark.parametrize(
    ('paging', 'configuration', 'folder'),
    [
        ('/tmp', {'IndexDirectory': '/index'}, '/tmp'),
        ('', {'IndexDirectory': '/index', 'StorageDirectory': '/storage'}, '/index'),
        ('', {'StorageDirectory': 'files'}, '/etc/orthanc/files'),
        ('', {}, '/etc/orthanc/OrthancStorage'),
    ],
)
def test_else_the_snapshot_lies_beside_the_index(paging: str, configuration: dict[str, Json], folder: str) -> None:
    options = Config(SnapshotFolder=paging)
    assert snapshot_folder(options, configuration, '/etc/orthanc') == Path(folder)


@pytest.mark.parametrize(
    ('configuration', 'source'),
    [
        ({}, 'dicom-json'),
        ({'OHIF': {'DataSource': 'dicom-web'}}, 'dicom-web'),
        ({'OHIF': {'DataSource': 'dicom-json'}}, 'dicom-json'),
        ({'OHIF': {'DataSource': ['"><script>']}}, 'dicom-json'),
        ({'OHIF': 'yes'}, 'dicom-json'),
    ],
)
def test_ohif_takes_studies_from_where_its_own_section_says(configuration: dict[str, Json], source: str) -> None:
    assert ohif_data_source(configuration) == source


def test_the_example_documents_each_option_with_its_default() -> None:
    text = (CHECKOUT / 'config' / 'orthanc.json').read_text()
    example = json.loads(re.sub(r'^\s*//.*$', '', text, flags=re.MULTILINE))
    assert example['Paging'] == asdict(Config())
    for option in fields(Config):
        assert re.search(rf'//[^"]*\n\s*"{option.name}"', text), f'no comment above {option.name}'
