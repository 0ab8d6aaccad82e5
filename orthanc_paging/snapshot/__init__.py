"""The file from which the index starts warm."""
