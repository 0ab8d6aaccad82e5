"""The web page, which tests of its routes need built."""

from orthanc_paging.ui import page


def why_no_page() -> str | None:
    """What keeps the page of these sources from being served, and what to do about it; None where nothing does."""
    return None if page.is_built() else 'it is not built (python3 orthanc_paging/ui/page.py does that)'
