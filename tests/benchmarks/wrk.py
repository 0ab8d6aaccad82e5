"""Drives wrk, the load generator of Debian: GET requests over connections that are kept."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).with_name('get_in_turn.lua')


@dataclass(frozen=True, slots=True)
class Load:
    """The result of wrk: answers a second, and the median and the 99 % quantile of their times in seconds."""

    rate: float
    median: float
    late: float


def run(url: str, addresses: Iterable[str], connections: int, seconds: float) -> Load:
    """Request the addresses from the server at `url` in turn, over and over, for whole `seconds`.

    One thread sends requests, over `connections`. Raises AssertionError if a response is not a success.
    """
    with tempfile.NamedTemporaryFile('w', suffix='.txt') as file:
        file.write('\n'.join(addresses))
        file.flush()
        command = [
            'wrk',
            '--threads=1',
            f'--connections={connections}',
            f'--duration={max(1, round(seconds))}s',
        ]
        output = subprocess.run(
            [*command, f'--script={_SCRIPT}', url, '--', file.name],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
    counted = json.loads(output.splitlines()[-1])
    assert counted['answers'] > 0, f'wrk saw no answer: {counted}'
    assert counted['errors'] == 0, f'wrk saw errors: {counted}'
    return Load(counted['answers'] / counted['duration'] * 1e6, counted['median'] / 1e6, counted['late'] / 1e6)
