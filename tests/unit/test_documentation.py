"""Options, routes and figures are documented, what is documented exists, and documents follow the style."""

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
from tests.unit.test_house import PACKAGE, rooms

DESIGN = (CHECKOUT / 'orthanc_paging' / 'README.md').read_text()
REFERENCE = (CHECKOUT / 'orthanc_paging' / 'faces' / 'README.md').read_text()
OPERATION = (CHECKOUT / 'config' / 'README.md').read_text()
DOCUMENTS = [
    CHECKOUT / name
    for name in (
        'README.md',
        'CHANGELOG.md',
        'config/README.md',
        'config/recipes.md',
        'orthanc_paging/README.md',
        'orthanc_paging/faces/README.md',
        'orthanc_paging/ui/README.md',
        'tests/README.md',
    )
]


@pytest.mark.parametrize('path', [pages.PATH, count.PATH, facets.PATH, openapi.PATH, status.PATH, ui.PATH])
def test_each_route_is_in_the_reference(path: str) -> None:
    assert f'\n## `GET {path}`\n' in REFERENCE
    assert f'\n## `POST {relist.PATH}`\n' in REFERENCE


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
    names = re.findall(r"^ {8}'(\w+)':", source, flags=re.MULTILINE)
    assert len(names) > 8
    for name in names:
        assert f'| `orthanc_paging_{name}` |' in OPERATION, name


def test_each_line_of_the_log_is_in_the_guide() -> None:
    table = OPERATION.partition('\n## Logs\n')[2].partition('\n## ')[0]
    documented = [
        re.escape(line).replace('…', '.*') for line in re.findall(r'^\| `([^`]+)` \|', table, re.MULTILINE)
    ]
    logged = [
        re.sub('{[^{}]*}', 'x', line)
        for path in (CHECKOUT / 'orthanc_paging').rglob('*.py')
        for line in re.findall(r"log_(?:warning|error)\(\s*f?'([^']*)'", path.read_text())
    ]
    assert len(logged) > 8
    for line in logged:
        assert any(re.match(pattern, line) for pattern in documented), line


def test_each_room_and_each_module_in_it_is_in_the_picture_of_the_floors() -> None:
    for room in rooms():
        assert f'\n{room}/ ' in DESIGN or f'\n{room}.py ' in DESIGN, room
    for module in PACKAGE.glob('*/**/*.py'):
        if module.stem != '__init__' and module.relative_to(PACKAGE).parts[0] in rooms() - {'faces'}:
            assert module.name in DESIGN, module.name


def test_the_changelog_names_this_version_and_what_is_not_released() -> None:
    changelog = (CHECKOUT / 'CHANGELOG.md').read_text()
    assert '\n## Unreleased\n' in changelog
    assert re.search(rf'^## {re.escape(orthanc_paging.__version__)} - \d{{4}}-\d\d-\d\d$', changelog, re.MULTILINE)


def test_images_in_the_recipes_have_the_version_of_the_package() -> None:
    recipes = (CHECKOUT / 'config' / 'recipes.md').read_text()
    assert set(re.findall(r'orthanc-paging:([\d.]*\d)', recipes)) == {orthanc_paging.__version__}


EACH_DOCUMENT = pytest.mark.parametrize('document', DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT)))


def test_all_documents_are_checked() -> None:
    ignored = {'.venv', '.venv-demo', 'node_modules', 'build', '.pytest_cache', '.hypothesis'}
    found = {path for path in CHECKOUT.rglob('*.md') if not ignored & set(path.relative_to(CHECKOUT).parts)}
    assert found == set(DOCUMENTS)


@EACH_DOCUMENT
def test_each_link_leads_to_a_file_and_to_a_heading_in_it(document: Path) -> None:
    for target in re.findall(r'\]\(([^):]+)\)', document.read_text()):
        name, _, anchor = target.partition('#')
        file = document.parent / name if name else document
        assert file.exists(), target
        assert not anchor or anchor in anchors(file.read_text()), target


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings, as GitHub makes them."""
    headings = re.findall(r'^#+ (.*)$', text, flags=re.MULTILINE)
    return {re.sub(r'[^\w\- ]', '', heading.lower()).replace(' ', '-') for heading in headings}


LONGEST_ROW = 200
LONGEST_LINE = 100


@EACH_DOCUMENT
def test_rows_and_lines_are_short(document: Path) -> None:
    for number, line in prose(document.read_text()):
        longest = LONGEST_ROW if line.startswith('|') else LONGEST_LINE
        assert len(line) <= longest or is_one_link(line), f'{document.name}:{number}'


def prose(text: str) -> list[tuple[int, str]]:
    """Return the lines outside of code, numbered from 1."""
    lines, is_code = [], False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith('```'):
            is_code = not is_code
        elif not is_code and not line.startswith('    '):
            lines.append((number, line))
    return lines


def is_one_link(line: str) -> bool:
    """Return whether a line cannot be wrapped: it is one link or picture, with what is joined to it."""
    return re.fullmatch(r'\s*(\S+ )?\S*\[[^\]]*\]\(\S+', line) is not None


RETIRED = ('told', 'tell', 'tells', 'noted', 'mend', 'mends', 'mended', 'asked', 'asks', 'held')
"""Words that say nothing exact; in their places stand: report, record, repair, request, contain, keep."""


@EACH_DOCUMENT
def test_documents_have_no_retired_words(document: Path) -> None:
    for number, line in prose(document.read_text()):
        assert not retired_words(re.sub('`[^`]*`', '', line)), f'{document.name}:{number}'


def sources() -> list[Path]:
    """Return the files of the package, the web page, the tests and the configuration that are no documents."""
    page = CHECKOUT / 'orthanc_paging' / 'ui'
    files = [CHECKOUT / 'docker-compose.yml', CHECKOUT / '.env', page / 'button.js']
    folders = [page / 'src', CHECKOUT / 'config']
    files += [path for folder in folders for path in folder.rglob('*') if path.is_file()]
    files += (CHECKOUT / 'orthanc_paging').rglob('*.py')
    files += [path for path in (CHECKOUT / 'tests').rglob('*.py') if path != Path(__file__)]
    files += (CHECKOUT / 'tests').rglob('*.sh')
    return sorted(path for path in files if path.suffix not in {'.md', '.pyc'})


@pytest.mark.parametrize('source', sources(), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_sources_have_no_retired_words(source: Path) -> None:
    for number, line in enumerate(source.read_text().splitlines(), 1):
        assert not retired_words(line.replace('.tell()', '')), f'{source.name}:{number}'  # of Python's files


def retired_words(text: str) -> list[str]:
    """Return the retired words in a text, in parts of identifiers, too: `last_told`, `isHeld`."""
    parts = re.findall('[A-Z]?[a-z]+|[A-Z]+', text)
    return [part for part in parts if part.lower() in RETIRED]


def test_retired_words_are_found_in_prose_and_in_identifiers() -> None:
    assert retired_words('As it was told, last_told and isHeld; untold, Tellurium') == ['told', 'told', 'Held']


MATCHING = REFERENCE.partition('### Matching')[2].partition('### Words')[0]
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
