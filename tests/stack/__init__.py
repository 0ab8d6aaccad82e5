"""The Docker stack, really run: one Orthanc, and several behind a load balancer."""
