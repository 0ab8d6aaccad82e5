"""What keeps the index in step with Orthanc: list, watch, relist, and a warm start."""
