"""What this package needs of Orthanc, and how it gets that in the process of Orthanc."""
