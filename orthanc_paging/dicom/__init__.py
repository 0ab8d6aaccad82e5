"""The rules of DICOM for single values: folding, matching, dates, sort keys. Pure functions."""
