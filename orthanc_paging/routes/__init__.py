"""The routes that Orthanc gets from this package, a module each."""
