"""`docker compose up --build`, as the README has it."""

import json
import re
import shlex
import subprocess
from contextlib import suppress

import pytest

from tests.stack.confinement import assert_is_confined, published
from tests.stack.stack import ALL_STUDIES, Stack
from tests.support.rest import RestClient
from tests.support.systems import CHECKOUT
from tests.support.truth import assert_pages_are_the_truth
from tests.support.waiting import wait_until

CALLS = re.findall(r'^\$ (curl -u .*)\n((?:[^$`].*\n)+)', (CHECKOUT / 'README.md').read_text(), flags=re.MULTILINE)
"""Each call of the README to the stack, with its answer."""


def test_the_readme_has_three_calls() -> None:
    assert len(CALLS) == 3


@pytest.mark.parametrize(('call', 'answer'), CALLS, ids=range(len(CALLS)))
def test_a_call_of_the_readme_has_its_answer(alone: Stack, call: str, answer: str) -> None:
    command = [*shlex.split(call.replace('localhost:8042', f'localhost:{alone.port}')), '--silent', '--show-error']

    def answered() -> object:
        return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)

    with suppress(AssertionError):  # what Orthanc computes of new studies comes a moment later
        wait_until(lambda: answered() == json.loads(answer), 'the answer', 30.0)
    assert answered() == json.loads(answer)


def test_the_container_is_healthy_and_its_pages_are_the_truth(alone: Stack) -> None:
    alone.wait_healthy('orthanc')
    assert_pages_are_the_truth(alone.client, path=ALL_STUDIES)


@pytest.mark.parametrize(
    'path',
    [
        '/paging/status',
        '/paging/count',
        '/paging/facets?field=PatientSex',
        '/paging/openapi.json',
        '/paging/ui/',
        ALL_STUDIES,
    ],
)
def test_nothing_is_answered_without_a_password(alone: Stack, path: str) -> None:
    assert alone.client.get(path).status_code == 200
    for user in ('', 'demo:wrong@', ':@', 'nobody:orthanc-paging-demo@'):
        answer = RestClient(f'http://{user}127.0.0.1:{alone.port}').get(path)
        assert (answer.status_code, answer.text) == (401, '')


def test_the_image_has_the_web_page_and_nothing_that_built_it(alone: Stack) -> None:
    html = alone.client.get('/paging/ui/')
    assert '<title>Studies</title>' in html.text
    for name in re.findall(r'(?:href|src)="(?!data:)([^"]+)"', html.text):
        assert alone.client.get(f'/paging/ui/{name}').status_code == 200
    assert alone.run_in('orthanc', 'sh', '-c', 'command -v node npm || echo none').strip() == 'none'


def test_the_image_has_the_licence_and_offers_the_source(alone: Stack) -> None:
    licence = '/usr/lib/python3/dist-packages/orthanc_paging-*.dist-info/licenses/LICENSE'
    assert 'GNU AFFERO GENERAL PUBLIC LICENSE' in alone.run_in('orthanc', 'sh', '-c', f'cat {licence}')
    answer = alone.client.get('/paging/ui/source.tgz')
    assert (answer.status_code, answer.headers['Content-Type']) == (200, 'application/gzip')


def test_a_restart_keeps_the_studies_and_starts_from_the_snapshot(alone: Stack) -> None:
    before = alone.client.get_json(ALL_STUDIES)
    alone.compose('restart', 'orthanc')
    alone.wait_healthy('orthanc')
    assert alone.client.get_json('/paging/status')['Snapshot']['UsedAtStart']
    assert [study['ID'] for study in alone.client.get_json(ALL_STUDIES)] == [study['ID'] for study in before]
    assert_pages_are_the_truth(alone.client, path=ALL_STUDIES)


def test_down_ends_all_without_killing_and_up_has_the_studies_again(alone: Stack) -> None:
    before = alone.client.get_json('/paging/count')
    assert alone.down() == []
    assert alone.containers() == {}
    alone.up()
    assert alone.client.get_json('/paging/status')['Snapshot']['UsedAtStart']
    assert alone.client.get_json('/paging/count') == before
    assert 'nothing to do' in alone.logs('demo-data')


def test_the_containers_cannot_harm_the_machine(alone: Stack) -> None:
    assert_is_confined(alone, 'orthanc')
    assert alone.inspect('demo-data')['Config']['User'] == 'nobody'
    assert published(alone) == {('127.0.0.1', str(alone.port))}
