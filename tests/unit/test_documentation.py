"""What can be set, asked and read is documented, and what is documented exists."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

import orthanc_paging
from orthanc_paging.config import Config
from orthanc_paging.dicom.folding import fold
from orthanc_paging.faces import count, facets, openapi, pages, relist, status
from orthanc_paging.faces import web_page as ui
from orthanc_paging.queries.parsers.parameters import PLACES, ParameterParser
from tests.support.systems import CHECKOUT
from tests.unit.attributes import SCHEMA

REFERENCE = (CHECKOUT / 'orthanc_paging' / 'README.md').read_text()
OPERATION = (CHECKOUT / 'config' / 'README.md').read_text()
DOCUMENTS = [CHECKOUT / folder / 'README.md' for folder in ('', 'config', 'orthanc_paging', 'tests')]


@pytest.mark.parametrize('path', [pages.PATH, count.PATH, facets.PATH, openapi.PATH, status.PATH, ui.PATH])
def test_each_route_is_in_the_reference(path: str) -> None:
    assert f'### `GET {path}`' in REFERENCE
    assert f'### `POST {relist.PATH}`' in REFERENCE


@pytest.mark.parametrize(
    'parameter', ['limit', 'sort', 'fields', 'bom', 'label', 'label!', 'q', *PLACES, *facets.PARAMETERS]
)
def test_each_parameter_is_in_the_reference(parameter: str) -> None:
    assert f'| `{parameter}` |' in REFERENCE


@pytest.mark.parametrize('option', [option.name for option in fields(Config)])
def test_each_option_is_in_the_guide(option: str) -> None:
    assert f'| `{option}` |' in OPERATION


def test_each_metric_is_in_the_guide() -> None:
    source = (CHECKOUT / 'orthanc_paging' / 'metrics.py').read_text()
    names = re.findall(r"^ {12}'(\w+)':", source, flags=re.MULTILINE)
    assert len(names) > 8
    for name in names:
        assert f'| `orthanc_paging_{name}` |' in OPERATION, name


PACKAGE = CHECKOUT / 'orthanc_paging'
FLOORS = [
    {'errors', 'memo', 'dicom'},
    {'studies'},
    {'queries', 'orthanc_api'},
    {'index'},
    {'changes', 'config'},
    {'reflector', 'replicas', 'snapshot'},
    {'http'},
    {'metrics', 'faces'},
    {'plugin'},
]


def rooms() -> set[str]:
    """The modules and the folders of modules at the top of the package."""
    modules = {path.stem for path in PACKAGE.glob('*.py')} - {'__init__'}
    return modules | {path.parent.name for path in PACKAGE.glob('*/__init__.py')}


def test_each_room_and_each_module_in_it_is_in_the_picture_of_the_floors() -> None:
    assert set().union(*FLOORS) == rooms()
    for room in rooms():
        assert f'\n{room}/ ' in REFERENCE or f'\n{room}.py ' in REFERENCE, room
    for module in PACKAGE.glob('*/**/*.py'):
        if module.stem != '__init__' and module.relative_to(PACKAGE).parts[0] in rooms() - {'faces'}:
            assert module.name in REFERENCE, module.name


def test_nothing_imports_upwards() -> None:
    height = {room: floor for floor, some in enumerate(FLOORS) for room in some}
    for room in rooms():
        for path in [PACKAGE / f'{room}.py', *(PACKAGE / room).rglob('*.py')]:
            text = path.read_text() if path.exists() else ''
            dots = r'\.' * len(path.relative_to(PACKAGE).parts)
            for imported in re.findall(rf'^ *from {dots}(\w+)[.\w]* import', text, flags=re.MULTILINE):
                assert height[imported] <= height[room], f'{room}/{path.name} imports {imported}'


def test_orthanc_is_imported_in_one_place() -> None:
    importers = {
        path.name
        for path in (CHECKOUT / 'orthanc_paging').rglob('*.py')
        if re.search(r'^import orthanc$', path.read_text(), flags=re.MULTILINE)
    }
    assert importers <= {'embedded.py', 'events.py', 'registration.py', 'plugin.py'}


def test_the_changelog_tells_of_this_version() -> None:
    assert f'## {orthanc_paging.__version__}' in (CHECKOUT / 'CHANGELOG.md').read_text()


@pytest.mark.parametrize('document', DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_each_link_to_a_file_leads_to_one(document: Path) -> None:
    for target in re.findall(r'\]\(([^)#:]+)\)', document.read_text()):
        assert (document.parent / target).exists(), target


MATCHING = REFERENCE.partition('#### Matching')[2].partition('#### Words')[0]
FILTERS = re.findall(r'`((?:\w+|label!)=[^`]*)`', MATCHING)


@pytest.mark.parametrize('filter_', FILTERS)
def test_each_filter_that_the_reference_shows_is_understood(filter_: str) -> None:
    keyword, _, value = filter_.partition('=')
    ParameterParser(SCHEMA).filter({keyword: value})


def test_the_reference_shows_filters() -> None:
    assert len(FILTERS) > 20


SAME_TABLE = MATCHING.partition('**Texts and names.**')[2].partition('The signs')[0]
SAME = re.findall('`([^`]+)` and `([^`]+)`', SAME_TABLE)


@pytest.mark.parametrize(('one', 'another'), SAME)
def test_texts_that_the_reference_calls_equal_are(one: str, another: str) -> None:
    assert fold(one) == fold(another)
