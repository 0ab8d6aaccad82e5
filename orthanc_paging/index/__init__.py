"""All studies in memory, and the sorted views over them. No Orthanc, no thread."""
