"""A disk that is full, and what is open on it, for the tests of this folder."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file become longer than this, as a full disk would: what does not fit is cut, then refused."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def open_files(folder: Path) -> list[str]:
    """The files in that folder which this process has open."""
    targets = []
    for descriptor in os.listdir('/proc/self/fd'):
        with suppress(OSError):
            targets.append(os.readlink(f'/proc/self/fd/{descriptor}'))
    return [target for target in targets if target.startswith(str(folder))]
