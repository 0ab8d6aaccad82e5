"""Instant, sorted pages of the studies of an Orthanc DICOM server.

A script of Orthanc's Python plugin starts it with two lines::

    from orthanc_paging import plugin
    plugin.install()

and hands it Orthanc's changes: see `plugin.on_change`, and `README.md` in this folder for the design.
"""

__version__ = '0.2.0'
