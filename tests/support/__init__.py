"""What the tests share: real Orthancs, DICOM files, and the comparison of pages with Orthanc itself."""
