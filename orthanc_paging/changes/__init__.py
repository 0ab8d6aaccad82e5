"""What Orthanc reported and what is not applied yet."""
