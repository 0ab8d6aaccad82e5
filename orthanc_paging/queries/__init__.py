"""What a client requests: which studies, in which order, and from which place on."""
