"""A CSV answer as Gnumeric opens it: each text in one cell of its own, and nothing computed."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from orthanc_paging.http.representation import comma_separated
from orthanc_paging.studies.study import ExpandedStudy, from_expanded
from tests.unit.attributes import attribute
from tests.unit.studies import expanded

GNUMERIC = '{http://www.gnumeric.org/v10.dtd}'
STRING = '60'

Cells = dict[tuple[int, int], ElementTree.Element]
Opened = Callable[[list[str]], list[ElementTree.Element]]


def described(number: int, description: str) -> ExpandedStudy:
    study = expanded(number)
    study['MainDicomTags']['StudyDescription'] = description
    return study


@pytest.fixture
def opened(spreadsheet: Path, tmp_path: Path) -> Opened:
    """Return a function that shows descriptions as a column of cells."""

    def cells(descriptions: list[str]) -> list[ElementTree.Element]:
        studies = [from_expanded(described(number, text)) for number, text in enumerate(descriptions)]
        form = comma_separated([attribute('StudyDescription'), attribute('PatientName')])
        source, sheet = tmp_path / 'page.csv', tmp_path / 'page.xml'
        source.write_bytes(b''.join(form.parts(studies, 100)))
        command: list[str | Path] = [
            spreadsheet,
            '--import-encoding=UTF-8',
            '--export-type=Gnumeric_XmlIO:sax:0',
            source,
            sheet,
        ]
        environment = {**os.environ, 'LC_ALL': 'C.UTF-8', 'HOME': str(tmp_path)}
        subprocess.run(command, env=environment, capture_output=True, check=True)
        found: Cells = {
            (int(cell.attrib['Row']), int(cell.attrib['Col'])): cell
            for cell in ElementTree.parse(sheet).getroot().iter(f'{GNUMERIC}Cell')
        }
        rows = range(1, len(descriptions) + 1)
        assert {row for row, _ in found} == {0, *rows}
        assert {column for _, column in found} == {0, 1, 2}
        assert [found[row, 2].text for row in rows] == ['Müller^Zoë'] * len(descriptions)
        return [found[row, 1] for row in rows]

    return cells


def test_texts_are_what_they_were(opened: Opened) -> None:
    texts = ['CHEST AP', 'a,b', 'say "b"', 'two\r\nlines', 'a;b\tc', '胸部', 'Ünïcödé 😀', "it's", ' spaces ']
    assert [cell.text for cell in opened(texts)] == [text.replace('\r\n', '\n') for text in texts]


def test_nothing_is_computed(opened: Opened) -> None:
    for cell in opened(
        ['=1+1', '+1+1', '-1-1', '@SUM(1)', '\t=1+1', '\r=1+1', '\n=1+1', '＝1+1', '=HYPERLINK("http://x","y")']
    ):
        assert cell.attrib.get('ValueType') == STRING, cell.text
