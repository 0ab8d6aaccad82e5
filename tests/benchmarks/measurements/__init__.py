"""The measurements, one module each. A `measure` takes the servers and the effort, and returns figures."""
