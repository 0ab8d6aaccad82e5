"""How fast the pages are, what they take of memory, and what they cost Orthanc; see `__main__.py`."""
