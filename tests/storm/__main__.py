"""The command line of the storms."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from tests.storm.storm import storms
from tests.support.orthanc import Orthanc
from tests.support.systems import why_missing


def main() -> None:
    """Let storms rage on one Orthanc, and say how each ended."""
    parser = argparse.ArgumentParser('python -m tests.storm', description='Storms against a real Orthanc.')
    parser.add_argument('--system', default='trixie', choices=['bookworm', 'trixie', 'sid'])
    parser.add_argument('--seconds', type=float, default=60.0)
    parser.add_argument('--seed', type=int, default=random.randrange(2**32))
    arguments = parser.parse_args()
    if reason := why_missing(arguments.system):
        parser.error(reason)
    with tempfile.TemporaryDirectory(prefix='orthanc-paging-storm-') as folder:
        orthanc = Orthanc.start(arguments.system, Path(folder) / 'orthanc')
        orthanc.wait_ready()
        print(f'Orthanc on {arguments.system}, seed {arguments.seed}')
        started = time.monotonic()
        try:
            storms(
                orthanc,
                arguments.seconds,
                arguments.seed,
                lambda line: print(f'{time.monotonic() - started:6.0f} s: {line}', flush=True),
            )
        finally:
            if orthanc.is_running:
                orthanc.kill()


if __name__ == '__main__':
    main()
