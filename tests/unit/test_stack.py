"""The files of the Docker stack agree with each other, and let nobody in without a password."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from orthanc_paging import __version__
from orthanc_paging.config import parse
from tests.support.systems import CHECKOUT

STACK = CHECKOUT / 'config' / 'stack'
COMPOSE = (CHECKOUT / 'docker-compose.yml').read_text()
DEFAULTS = dict(re.findall(r'^(\w+)=(.*)$', (CHECKOUT / '.env').read_text(), flags=re.MULTILINE))
SECRETS = ('ORTHANC_USER', 'ORTHANC_PASSWORD', 'POSTGRES_PASSWORD')
DEMO_PASSWORD = DEFAULTS['ORTHANC_PASSWORD']


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script that starts Orthanc, with one that only says what it is to start."""
    orthanc = tmp_path / 'Orthanc'
    orthanc.write_text('#!/bin/sh\necho "started $1"\n')
    orthanc.chmod(0o755)
    path = f'{tmp_path}:/usr/bin:/bin'
    return subprocess.run(
        [STACK / 'start.sh', 'alone.json'],
        env={'PATH': path, 'DEMO_PASSWORD': DEMO_PASSWORD, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize('address', ['127.0.0.1', '::1', '[::1]', 'localhost'])
def test_with_the_password_of_the_demo_it_starts_for_this_machine_alone(tmp_path: Path, address: str) -> None:
    ran = start(tmp_path, ORTHANC_USER='demo', ORTHANC_PASSWORD=DEMO_PASSWORD, PUBLISHED_ON=address)
    assert (ran.returncode, ran.stdout) == (0, 'started /opt/orthanc-paging/alone.json\n')


@pytest.mark.parametrize('address', ['0.0.0.0', '', '192.0.2.7', '::', '127'])
def test_with_the_password_of_the_demo_it_does_not_start_for_others(tmp_path: Path, address: str) -> None:
    ran = start(tmp_path, ORTHANC_USER='demo', ORTHANC_PASSWORD=DEMO_PASSWORD, PUBLISHED_ON=address)
    assert (ran.returncode, ran.stdout) == (78, '')
    assert 'ORTHANC_PASSWORD is the one of the demo' in ran.stderr


def test_with_a_password_of_its_own_it_starts_for_others(tmp_path: Path) -> None:
    ran = start(tmp_path, ORTHANC_USER='demo', ORTHANC_PASSWORD='another', PUBLISHED_ON='0.0.0.0')
    assert ran.returncode == 0


@pytest.mark.parametrize(
    'environment', [{}, {'ORTHANC_USER': 'demo'}, {'ORTHANC_USER': '', 'ORTHANC_PASSWORD': 'x'}]
)
def test_without_a_user_and_a_password_it_does_not_start(tmp_path: Path, environment: dict[str, str]) -> None:
    ran = start(tmp_path, PUBLISHED_ON='127.0.0.1', **environment)
    assert ran.returncode == 78
    assert 'nobody could log in' in ran.stderr


def test_each_replica_keeps_its_snapshot_in_a_folder_of_its_own(tmp_path: Path) -> None:
    own = {'ORTHANC_USER': 'demo', 'ORTHANC_PASSWORD': 'another'}
    ran = start(tmp_path, **own, SNAPSHOTS=str(tmp_path / 'snapshots'), HOSTNAME='replica-1')
    assert ran.returncode == 0
    assert [folder.name for folder in (tmp_path / 'snapshots').iterdir()] == ['replica-1']


def test_the_password_of_the_demo_is_the_same_everywhere() -> None:
    assert f'DEMO_PASSWORD: {DEMO_PASSWORD}\n' in COMPOSE
    for document in ('README.md', 'config/README.md'):
        assert DEMO_PASSWORD in (CHECKOUT / document).read_text()


def test_the_images_have_the_version_of_the_package() -> None:
    assert set(re.findall(r'image: orthanc-paging[\w-]*:(\S+)', COMPOSE)) == {__version__}


@pytest.mark.parametrize('name', ['alone.json', 'replica.json'])
def test_a_configuration_has_options_that_there_are_and_lets_nobody_in_without_a_password(name: str) -> None:
    text = re.sub(r'^\s*//.*$', '', (STACK / name).read_text(), flags=re.MULTILINE)
    configuration = json.loads(text)
    configuration['Paging'].pop('SnapshotFolder', None)  # made when the container starts
    parse(configuration)
    assert configuration['AuthenticationEnabled'] is True
    assert configuration['RegisteredUsers'] == {'${ORTHANC_USER}': '${ORTHANC_PASSWORD}'}


def test_the_manifest_for_kubernetes_gives_what_the_image_and_its_configuration_need() -> None:
    manifest = list(yaml.safe_load_all((CHECKOUT / 'config' / 'kubernetes.yml').read_text()))
    assert [part['kind'] for part in manifest] == ['StatefulSet', 'PersistentVolumeClaim', 'Service']
    pod = manifest[0]['spec']['template']['spec']
    [container] = pod['containers']
    assert container['image'].endswith(f'/orthanc-paging:{__version__}')
    given = {variable['name'] for variable in container['env']} | set(SECRETS)
    needed = re.findall(r'\$\{(\w+)\}', (STACK / 'replica.json').read_text())
    assert set(needed) <= given
    claimed = {claim['metadata']['name'] for claim in manifest[0]['spec']['volumeClaimTemplates']}
    assert {mount['name'] for mount in container['volumeMounts']} == {
        part['name'] for part in pod['volumes']
    } | claimed
    recipe = (CHECKOUT / 'config' / 'recipes.md').read_text()
    for secret in SECRETS:
        assert f'--from-literal={secret}=' in recipe
