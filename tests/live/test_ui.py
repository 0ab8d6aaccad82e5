"""The way of the web page to the browser: its files, their headers, its button in Orthanc Explorer."""

import re
import shutil
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from orthanc_paging.faces.web_page import POLICY
from tests.conftest import OrthancStarter, require
from tests.support.orthanc import PLUGIN_SCRIPT, Orthanc
from tests.support.page import why_no_page
from tests.support.systems import CHECKOUT

ADDRESSES = ['/paging/ui/', '/paging/ui', '/paging/ui/index.html']
PLAIN = {'Accept-Encoding': 'identity'}
GZIP = {'Accept-Encoding': 'gzip, deflate, br'}
ELSEWHERE = [
    '/paging/ui/sources.sha256',
    '/paging/ui/index.html.gz',
    '/paging/ui/folder/index.html',
    '/paging/ui/..%2fbuild.mjs',
    '/paging/ui/%2e%2e/build.mjs',
    '/paging/ui/built/index.html',
    '/paging/index.html',
]
EXPLORER_EXTENSIONS = '/plugins/explorer.js'


@pytest.fixture
def page(request: pytest.FixtureRequest) -> None:
    require(request, 'the web page', why_no_page())


@pytest.fixture
def orthanc(page: None, start_orthanc: OrthancStarter) -> Orthanc:  # noqa: ARG001
    return start_orthanc()


def named_files(orthanc: Orthanc, address: str) -> list[str]:
    """The paths of the files that the page names which is at an address. It names them relative to that."""
    names: list[str] = re.findall(r'(?:href|src)="(?!data:)([^"]+)"', orthanc.get(address).text)
    assert len(names) >= 2
    assert not [name for name in names if name.startswith(('/', 'http'))]
    return [urljoin(address, name) for name in names]


def assert_is_problem(answer: httpx.Response) -> None:
    """Raise AssertionError unless it is a 404 of the plugin."""
    assert answer.status_code == 404
    assert (answer.json()['status'], answer.json()['type']) == (404, 'about:blank')


def test_the_page_and_its_files_are_there_with_and_without_a_slash(orthanc: Orthanc) -> None:
    for address in ADDRESSES:
        html = orthanc.get(address)
        assert html.status_code == 200
        assert html.headers['Content-Type'] == 'text/html; charset=utf-8'
        assert '<title>Studies</title>' in html.text
        files = {path: orthanc.get(path) for path in named_files(orthanc, address)}
        types = {Path(path).suffix: file.headers['Content-Type'] for path, file in files.items()}
        assert types == {'.css': 'text/css; charset=utf-8', '.js': 'application/javascript; charset=utf-8'}


def test_a_file_whose_name_has_a_hash_is_kept_for_good_and_the_page_is_not_kept(orthanc: Orthanc) -> None:
    for path in named_files(orthanc, '/paging/ui/'):
        assert orthanc.get(path).headers['Cache-Control'] == 'public, max-age=31536000, immutable'
    assert orthanc.get('/paging/ui/').headers['Cache-Control'] == 'no-store'


def test_a_file_that_has_no_hash_is_requested_again(orthanc: Orthanc) -> None:
    licences = orthanc.get('/paging/ui/licences.txt')
    assert licences.headers['Cache-Control'] == 'no-cache'
    again = orthanc.get('/paging/ui/licences.txt', {'If-None-Match': licences.headers['ETag']})
    assert (again.status_code, again.content, again.headers['ETag']) == (304, b'', licences.headers['ETag'])
    assert orthanc.get('/paging/ui/licences.txt', {'If-None-Match': 'W/"another"'}).status_code == 200


@pytest.mark.parametrize('by_orthanc', [None, True, False])
@pytest.mark.usefixtures('page')
def test_files_are_compressed_once_for_who_takes_that(
    start_orthanc: OrthancStarter, by_orthanc: bool | None
) -> None:
    orthanc = start_orthanc({} if by_orthanc is None else {'HttpCompressionEnabled': by_orthanc})
    for path in ['/paging/ui/licences.txt', *named_files(orthanc, '/paging/ui/')]:
        plain, compressed = orthanc.get(path, PLAIN), orthanc.get(path, GZIP)
        assert 'Content-Encoding' not in plain.headers
        assert compressed.headers['Content-Encoding'] == 'gzip'
        assert compressed.content == plain.content
        assert compressed.headers['Vary'] == 'Accept-Encoding'


def test_the_page_may_contact_its_own_orthanc_only(orthanc: Orthanc) -> None:
    html = orthanc.get('/paging/ui/')
    [nonce] = re.findall(r'<meta name="nonce" content="([\w-]{20,})">', html.text)
    assert html.headers['Content-Security-Policy'] == POLICY.format(nonce=nonce)
    assert nonce not in orthanc.get('/paging/ui/').text
    assert "default-src 'none'" in POLICY
    assert 'unsafe' not in POLICY
    assert html.headers['Referrer-Policy'] == 'no-referrer'
    assert set(html.headers.get_list('X-Content-Type-Options', split_commas=True)) == {'nosniff'}
    assert not re.search(r'<script(?![^>]* src=)|<style| on\w+=| style=', html.text)


def test_nothing_else_is_served(orthanc: Orthanc) -> None:
    assert_is_problem(orthanc.get('/paging/ui/none.js'))
    for path in ELSEWHERE:
        answer = orthanc.get(path)
        assert answer.status_code == 404, path
        assert 'import' not in answer.text


def test_other_methods_are_not_allowed(orthanc: Orthanc) -> None:
    answer = orthanc.post('/paging/ui/', content=b'')
    assert (answer.status_code, answer.headers['Allow']) == (405, 'GET')


def test_a_button_in_orthanc_explorer_leads_to_it(orthanc: Orthanc) -> None:
    [address] = re.findall(r"href: '([^']+)'", orthanc.get(EXPLORER_EXTENSIONS).text)
    assert orthanc.get(urljoin('/app/explorer.html', address)).status_code == 200


def test_an_option_takes_all_of_it_away(start_orthanc: OrthancStarter) -> None:
    orthanc = start_orthanc({'Paging': {'UI': False}})
    for address in ADDRESSES:
        assert orthanc.get(address).status_code == 404
    assert 'paging' not in orthanc.get(EXPLORER_EXTENSIONS).text
    assert orthanc.get_json('/sort-studies') == []


def test_if_the_page_was_not_built_it_says_how_to_build_it_and_all_else_works(
    start_orthanc: OrthancStarter, tmp_path: Path
) -> None:
    copy = tmp_path / 'copy'
    unbuilt = shutil.ignore_patterns('built', 'node_modules', '__pycache__')
    shutil.copytree(CHECKOUT / 'orthanc_paging', copy / 'orthanc_paging', ignore=unbuilt)
    orthanc = start_orthanc(script=copy / PLUGIN_SCRIPT.relative_to(CHECKOUT))
    for address in [*ADDRESSES, '/paging/ui/none.js']:
        answer = orthanc.get(address)
        assert_is_problem(answer)
        assert 'config/packaging/page.py' in answer.json()['detail']
    assert 'paging' not in orthanc.get(EXPLORER_EXTENSIONS).text
    assert orthanc.get_json('/sort-studies') == []
