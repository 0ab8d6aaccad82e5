"""The files of the web page, and their addresses."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from orthanc_paging import __version__
from orthanc_paging.errors import NotFound
from orthanc_paging.faces.web_page import cache_control, faces, read
from orthanc_paging.http.answer import Answer
from tests.unit.serving import get

if TYPE_CHECKING:
    from orthanc_paging.orthanc_api.protocol import Dialect

PAGE = '<meta content="NONCE"><meta content="PLUGIN_VERSION"><meta content="OHIF_DATA_SOURCE">'
DIALECT = cast('Dialect', SimpleNamespace(compresses=False))


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / 'index.html').write_text(PAGE)
    for name in ('main-0A1B2C3D.js', 'page-ZZZZZZZZ.css', 'licences.txt'):
        (tmp_path / name).write_text(name)
        (tmp_path / f'{name}.gz').write_text(f'compressed {name}')
    (tmp_path / 'sources.sha256').write_text('no file of the page')
    return tmp_path


def answer_at(path: str, built: Path) -> Answer:
    """Return what is answered to a request for a path."""
    return get(
        next(face for face in faces(read(built, DIALECT, 'dicom-web')) if re.fullmatch(face.path, path)), {}
    )


@pytest.mark.parametrize(
    ('path', 'name'),
    [
        ('/paging/ui/main-0A1B2C3D.js', 'main-0A1B2C3D.js'),
        ('/paging/main-0A1B2C3D.js', 'main-0A1B2C3D.js'),
        ('/paging/ui/licences.txt', 'licences.txt'),
    ],
)
def test_each_file_has_its_addresses(built: Path, path: str, name: str) -> None:
    assert answer_at(path, built).body == name.encode()


@pytest.mark.parametrize('path', ['/paging/ui', '/paging/ui/index.html'])
def test_the_page_has_a_new_nonce_each_time_the_version_and_the_data_source_of_ohif(
    built: Path, path: str
) -> None:
    nonces = set()
    for _ in range(2):
        answer = answer_at(path, built)
        (nonce,) = re.findall("'nonce-(.+?)'", dict(answer.headers)['Content-Security-Policy'])
        stated = f'<meta content="{nonce}"><meta content="{__version__}"><meta content="dicom-web">'
        assert answer.body == stated.encode()
        nonces.add(nonce)
    assert len(nonces) == 2


@pytest.mark.parametrize(
    'name', ['none.js', 'main-0A1B2C3D.js.gz', 'sources.sha256', 'main-0A1B2C3Dxjs', '../x', '']
)
def test_nothing_else_has_one(built: Path, name: str) -> None:
    with pytest.raises(NotFound, match='no such file'):
        answer_at(f'/paging/ui/{name}', built)


@pytest.mark.parametrize('path', ['/paging/ui', '/paging/ui/index.html', '/paging/ui/main-0A1B2C3D.js'])
def test_if_a_file_is_missing_the_answer_says_how_to_build_the_page(built: Path, path: str) -> None:
    (built / 'page-ZZZZZZZZ.css.gz').unlink()
    for folder in (built, built / 'none'):
        with pytest.raises(NotFound, match=r'config/packaging/page\.py'):
            answer_at(path, folder)


def test_routes_take_nothing_that_is_not_the_page(built: Path) -> None:
    for folder in (built, built / 'none'):
        patterns = [face.path for face in faces(read(folder, DIALECT, 'dicom-web'))]
        for path in ('/paging/status', '/paging/uix', '/paging/', '/paging/index.html', '/ui'):
            assert not any(re.fullmatch(pattern, path) for pattern in patterns)


@pytest.mark.parametrize('name', ['main-0A1B2C3D.js', 'page-ZZZZZZZZ.css', 'de-MBSN7664.js'])
def test_a_file_with_a_hash_in_its_name_is_cached_for_good(name: str) -> None:
    assert 'immutable' in cache_control(name)


@pytest.mark.parametrize('name', ['index.html', 'licences.txt', 'main-nothashed.js', 'main.js'])
def test_a_file_without_a_hash_is_checked_before_each_use(name: str) -> None:
    assert cache_control(name) == 'no-cache'
