"""The rules of the house: who imports whom, and how large a file, a class or a constructor may be."""

import ast
from pathlib import Path

import pytest

from tests.support.systems import CHECKOUT

PACKAGE = CHECKOUT / 'orthanc_paging'
MODULES = sorted(path for path in PACKAGE.rglob('*.py') if 'node_modules' not in path.parts)

FLOORS = [
    {'errors', 'figures', 'memo', 'dicom'},
    {'studies'},
    {'queries', 'orthanc_api'},
    {'index'},
    {'changes', 'config'},
    {'reflector'},
    {'replicas'},
    {'snapshot'},
    {'http'},
    {'metrics', 'faces'},
    {'wiring'},
    {'plugin'},
    {'entry', 'where'},
]
"""The rooms, the lowest first. A module imports from its own room and from lower floors."""

EMBEDDED = {
    'orthanc_api/embedded.py',
    'orthanc_api/events.py',
    'orthanc_api/registration.py',
    'entry/orthanc_script.py',
}
"""The modules that import `orthanc`, which there is in the process of Orthanc alone."""

MOST_LINES = 310
MOST_LINES_OF_A_CLASS = 200
MOST_PARAMETERS = 5
"""Of a constructor, beside `self` and a clock."""

CLOCKS = {'monotonic', 'now'}


def name_of(module: Path) -> str:
    return str(module.relative_to(PACKAGE))


def rooms() -> set[str]:
    """Return the modules and the folders of modules at the top of the package."""
    modules = {path.stem for path in PACKAGE.glob('*.py')} - {'__init__'}
    return modules | {path.parent.name for path in PACKAGE.glob('*/__init__.py')}


def imports_of(module: Path) -> set[str]:
    """Return the rooms of this package from which a module imports."""
    depth = len(module.relative_to(PACKAGE).parts)
    imported = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            imported |= {node.module.split('.')[0]} if node.module else {alias.name for alias in node.names}
    return imported - {'__version__'}


def test_each_room_has_a_floor() -> None:
    assert set().union(*FLOORS) == rooms()


@pytest.mark.parametrize('module', MODULES, ids=name_of)
def test_nothing_imports_upwards(module: Path) -> None:
    height = {room: floor for floor, some in enumerate(FLOORS) for room in some}
    parts = module.relative_to(PACKAGE).with_suffix('').parts
    if parts[0] in height:
        higher = {room for room in imports_of(module) if height[room] > height[parts[0]]}
        assert not higher


def test_orthanc_is_imported_in_the_room_for_it_alone() -> None:
    importers = {name_of(module) for module in MODULES if '\nimport orthanc\n' in module.read_text()}
    assert importers == EMBEDDED


@pytest.mark.parametrize('module', MODULES, ids=name_of)
def test_files_classes_and_constructors_are_small(module: Path) -> None:
    text = module.read_text()
    assert text.count('\n') <= MOST_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef) and node.end_lineno is not None:
            assert node.end_lineno - node.lineno < MOST_LINES_OF_A_CLASS, node.name
        if isinstance(node, ast.FunctionDef) and node.name == '__init__':
            parameters = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
            assert len(parameters - CLOCKS - {'self'}) <= MOST_PARAMETERS
