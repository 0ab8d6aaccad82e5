"""The script that Orthanc loads, alone in its folder: Orthanc puts this folder first on Python's path.

In the package's own folder, `http/` would hide Python's module of that name.
"""
