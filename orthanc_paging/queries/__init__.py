"""What is asked for: which studies, in which order, and from where on."""
