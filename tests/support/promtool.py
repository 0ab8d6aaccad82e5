"""Prometheus' own tool for its rules, which `tests/run.sh` puts into the tests' environment."""

import sys
from pathlib import Path

PROMTOOL = Path(sys.prefix) / 'bin' / 'promtool'


def why_no_promtool() -> str | None:
    """Return why the rules cannot be checked, and what to do about it; None if they can."""
    return None if PROMTOOL.exists() else f'{PROMTOOL} does not exist (tests/run.sh puts it there)'
