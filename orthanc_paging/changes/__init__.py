"""The books of what Orthanc told and what is not yet applied. No Orthanc, and no thread."""
