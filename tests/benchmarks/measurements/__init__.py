"""What is measured, one module each. A `measure` takes the servers and the effort, and returns figures."""
