"""A study as it is kept, what is known of it, and the forms in which it is sent."""
