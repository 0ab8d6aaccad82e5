"""The lock that keeps two Orthancs from using the same snapshot."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import SnapshotError

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]

LOCK = 'orthanc-paging.lock'


class FolderLock:
    """A lock of a folder. The system releases it when the process ends, also if it is killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None

    @property
    def is_taken(self) -> bool:
        """Whether this process has the lock."""
        return self._descriptor is not None

    def take(self) -> None:
        """Take the lock. Raises `SnapshotError` if another process has it or there are no locks; OSError."""
        if fcntl is None:
            raise SnapshotError('files cannot be locked on this system')
        descriptor = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if isinstance(error, BlockingIOError):
                raise SnapshotError('another Orthanc uses its folder') from None
            raise
        self._descriptor = descriptor

    def release(self) -> None:
        """Release the lock, if this process has it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
