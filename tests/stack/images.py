"""The public images on which the stack is built, or their stand-ins if no registry can be reached."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from tests.stack.engine import Docker
from tests.support.systems import CHECKOUT, folder_of

BASE = 'debian:trixie-slim'

_STAND_INS = Path(__file__).with_name('stand-ins')
_OWN_AUTHORITIES = Path('/usr/local/share/ca-certificates')


@contextmanager
def provide_public_images(docker: Docker) -> Iterator[None]:
    """Have them in the engine meanwhile: those that are not there, and cannot be pulled, are stood in for."""
    made: list[str] = []
    try:
        for image in [BASE, *_of_the_stack()]:
            if not _is_to_be_had(docker, image):
                made.append(image)
                _stand_in(docker, image)
        yield
    finally:
        if made:
            docker.run('image', 'rm', '--force', *made)


def _of_the_stack() -> list[str]:
    """The images in docker-compose.yml that are not built from this checkout."""
    images = re.findall(r'^ +image: (\S+)$', (CHECKOUT / 'docker-compose.yml').read_text(), flags=re.MULTILINE)
    return [image for image in images if not image.startswith('orthanc-paging')]


def _is_to_be_had(docker: Docker, image: str) -> bool:
    """Return whether it is there, or could be pulled."""
    return any(docker.run(*command, image).returncode == 0 for command in (('image', 'inspect'), ('pull',)))


def _stand_in(docker: Docker, image: str) -> None:
    """Make the base from a folder with a minimal Debian, and another image from Debian's package.

    The base trusts whom the administrator of this machine trusts, as builds reach npm's registry by HTTPS.
    """
    if image == BASE:
        folder = folder_of('trixie-slim')
        assert folder.is_dir(), f'{BASE} cannot be pulled, and there is no {folder} (tests/systems.sh trixie-slim)'
        with NamedTemporaryFile(suffix='.tar') as tar:
            subprocess.run(['tar', '-C', folder, '--exclude=./var/cache/apt/*', '-cf', tar.name, '.'], check=True)
            if _OWN_AUTHORITIES.is_dir():
                subprocess.run(['tar', '-C', '/', '-rf', tar.name, f'.{_OWN_AUTHORITIES}'], check=True)
            docker('import', tar.name, BASE)
    else:
        dockerfile = _STAND_INS / f'{image.partition(":")[0]}.Dockerfile'
        docker('build', '--tag', image, '--file', str(dockerfile), str(_STAND_INS))
