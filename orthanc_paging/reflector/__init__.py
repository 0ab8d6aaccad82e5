"""Keeps the index in step with Orthanc: list, watch, relist (the pattern of client-go)."""
