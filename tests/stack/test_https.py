"""The stack by HTTPS, with a certificate of its own: `config/stack/tls.yml`."""

import json
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.stack.confinement import published
from tests.stack.conftest import up
from tests.stack.engine import Docker
from tests.stack.stack import Stack
from tests.support.rest import RestClient


class HttpsStack(Stack):
    """The stack with the variant for HTTPS laid over it."""

    files = ('docker-compose.yml', 'config/stack/tls.yml')

    @property
    def client(self) -> RestClient:
        """A client of what is published, which believes any certificate."""
        return RestClient(super().client.url.replace('http:', 'https:'))


@pytest.fixture(scope='module')
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that is its own authority, and its key, in one file."""
    folder = tmp_path_factory.mktemp('certificate')
    files: list[str | Path] = ['-keyout', folder / 'key.pem', '-out', folder / 'certificate.pem']
    subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
    command: list[str | Path] = [
        'openssl',
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        *files,
        *subject,
    ]
    subprocess.run(command, check=True, capture_output=True)
    both = folder / 'both.pem'
    both.write_text((folder / 'certificate.pem').read_text() + (folder / 'key.pem').read_text())
    folder.chmod(0o755)
    both.chmod(0o644)  # HAProxy does not run as the user who owns it
    return both


@pytest.fixture(scope='module')
def https(docker: Docker, certificate: Path) -> Iterator[Stack]:
    """One Orthanc, by HTTPS alone."""
    yield from up(HttpsStack(docker, 'alone', CERTIFICATE=str(certificate)))


def test_pages_come_by_https_with_that_certificate(https: Stack, certificate: Path) -> None:
    context = ssl.create_default_context(cafile=str(certificate))
    with httpx.Client(base_url=https.client.url, verify=context) as client:
        answer = client.get('/paging/count', headers={'Cache-Control': 'no-cache'})
    assert answer.status_code == 200
    assert answer.json()['Count'] > 300
    assert 'max-age' in answer.headers['Strict-Transport-Security']


def test_nothing_comes_without(https: Stack) -> None:
    assert published(https) == {('127.0.0.1', str(https.port))}
    with pytest.raises(httpx.HTTPError):
        httpx.get(f'http://127.0.0.1:{https.port}/paging/count').raise_for_status()


def test_of_the_cluster_nothing_else_is_published(docker: Docker, certificate: Path) -> None:
    stack = HttpsStack(docker, 'cluster', CERTIFICATE=str(certificate))
    services = json.loads(stack.compose('config', '--format=json'))['services']
    assert [name for name, service in services.items() if service.get('ports')] == ['tls']
