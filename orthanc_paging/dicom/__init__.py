"""The rules of DICOM for values: folding, equality, dates and times, sort keys, matching. Pure functions."""
