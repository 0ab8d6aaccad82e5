"""What a single value of an attribute is: folded, compared and matched."""
