"""All studies, and the sorted lists over them. No Orthanc, and no thread."""
