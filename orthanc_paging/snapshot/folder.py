"""The folder of the snapshot, which one Orthanc at a time may use."""

from __future__ import annotations

import os
from pathlib import Path

from ..orthanc_api.protocol import OrthancApi

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]

FILE = 'orthanc-paging.snapshot'
UNFINISHED = 'orthanc-paging.snapshot.new'
LOCK = 'orthanc-paging.lock'


class SnapshotFolder:
    """The folder of the snapshot. Whatever fails here costs a warning: the index goes on without a snapshot."""

    def __init__(self, api: OrthancApi, path: Path) -> None:
        self.file = path / FILE
        self.unfinished = path / UNFINISHED
        self._api = api
        self._path = path
        self._lock: int | None = None  # the file descriptor

    @property
    def is_locked(self) -> bool:
        """Whether this process may use the folder."""
        return self._lock is not None

    def lock(self) -> bool:
        """Return whether this process may use the folder from now on. If not, a warning says why.

        The system releases the lock when the process ends, also if it is killed.
        """
        if fcntl is None:
            self._api.log_warning('no snapshot is kept: files cannot be locked on this system')
            return False
        try:
            self._lock = os.open(self._path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            self._api.log_warning(
                f'no snapshot is kept: another Orthanc uses {self.file}; '
                'give each a folder of its own by Paging.SnapshotFolder'
            )
        except OSError as error:
            self.release()
            self.warn(error)
        return self.is_locked

    def release(self) -> None:
        """Let another process use the folder."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def remove(self) -> None:
        """Remove the snapshot, since from now on its journal is not kept."""
        try:
            self.file.unlink(missing_ok=True)
        except OSError as error:
            self.warn(error)

    def warn(self, error: OSError) -> None:
        """Log why the snapshot cannot be kept."""
        self._api.log_warning(f'the snapshot in {self._path} cannot be kept: {error.strerror}')
