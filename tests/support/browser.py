"""The browser in which the web page is tested: Debian's Chromium, driven by Playwright."""

import os
from pathlib import Path

from playwright.sync_api import Browser, Playwright

CHROMIUM = Path('/usr/bin/chromium')


def why_no_browser() -> str | None:
    """Return why the browser cannot start, and what to do about it; None if it can."""
    return None if CHROMIUM.exists() else 'apt-get install chromium installs it'


def launch(playwright: Playwright) -> Browser:
    """Start the browser without a window."""
    # Chromium's sandbox does not work for root.
    arguments = ['--no-sandbox'] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
