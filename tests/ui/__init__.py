"""The web page, used in a real browser as a person uses it."""
