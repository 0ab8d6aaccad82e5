"""The Debian systems on which the tests run Orthanc.

Debian's packages tie each version of Orthanc to one Debian, so a version is named by its Debian: `bookworm`
has 1.10.1, `trixie` 1.12.7, `sid` a moving one (1.13.0 in November 2026). The Debian of this machine is used
as it is; the others are folders that `tests/systems.sh` makes.
"""

import os
import platform
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
ORTHANC = '/usr/sbin/Orthanc'
PYTHON_PLUGIN = '/usr/share/orthanc/plugins/libOrthancPython.so'

_ENTER_SYSTEM = Path(__file__).with_name('enter-system.sh')


def is_native(system: str) -> bool:
    """Return whether `system` is the Debian of this machine."""
    return platform.freedesktop_os_release().get('VERSION_CODENAME') == system


def folder_of(system: str) -> Path:
    """Return the folder with the files of `system`: `/` for the Debian of this machine."""
    systems = Path(os.environ.get('ORTHANC_SYSTEMS') or '/var/tmp/orthanc-systems')
    return Path('/') if is_native(system) else systems / system


def why_missing(system: str) -> str | None:
    """Return why Orthanc cannot run on `system`, and what to do about it; None if it can."""
    if not (folder_of(system) / PYTHON_PLUGIN.lstrip('/')).exists():
        remedy = 'apt-get install orthanc-python' if is_native(system) else f'tests/systems.sh {system}'
        return f'{folder_of(system)} has no Orthanc with the Python plugin ({remedy} installs it)'
    if not is_native(system) and not _can_unshare():
        return 'entering another Debian needs root or user namespaces (run the tests as root)'
    return None


def command_on(system: str, command: Sequence[str], visible: Sequence[Path]) -> list[str]:
    """The command line that runs `command` on `system`, by one process that keeps its process ID.

    If `system` is not the Debian of this machine, only the `visible` folders of this machine are seen
    there, at the same paths. The process ends with the thread that starts it.
    """
    if is_native(system):
        return ['setpriv', '--pdeathsig', 'KILL', *command]
    folders = [str(folder) for folder in visible]
    return [*_unshare(), str(_ENTER_SYSTEM), str(folder_of(system)), *folders, '--', *command]


def _unshare() -> list[str]:
    """Return the start of a command line that gets mounts of its own."""
    return ['unshare', '--mount'] if os.geteuid() == 0 else ['unshare', '--mount', '--map-root-user']


@cache
def _can_unshare() -> bool:
    """Return whether this user may have mounts of their own."""
    return subprocess.run([*_unshare(), 'true'], stderr=subprocess.DEVNULL, check=False).returncode == 0
