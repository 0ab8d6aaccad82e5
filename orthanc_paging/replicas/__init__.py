"""Other Orthancs on the same database: seeing what they change, and letting them see what this one changes."""
