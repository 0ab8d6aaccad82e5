"""The web page, which tests of its routes need built."""

import sys
from pathlib import Path

from tests.support.systems import CHECKOUT

PACKAGING = CHECKOUT / 'config' / 'packaging'
sys.path.append(str(PACKAGING))

import page  # noqa: E402
import source  # noqa: E402

__all__ = ['PACKAGING', 'UI', 'source', 'why_no_page']

UI: Path = page.UI
"""The folder of the page's sources."""


def why_no_page() -> str | None:
    """Return why the page of the present sources cannot be served, and what to do; None if it can."""
    return None if page.is_built() else 'it is not built (python3 config/packaging/page.py does that)'
