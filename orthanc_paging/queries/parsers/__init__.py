"""Parsers: what the parameters of a request mean, as a selection, words, and a place."""
