"""Shared parts of the tests: real Orthancs, DICOM files, and the comparison of pages with Orthanc itself."""
