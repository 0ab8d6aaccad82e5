"""Benchmarks: the speed of pages, their memory, and their cost for Orthanc; see `__main__.py`."""
