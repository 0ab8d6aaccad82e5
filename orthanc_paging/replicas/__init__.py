"""What other Orthancs do to the same database."""
