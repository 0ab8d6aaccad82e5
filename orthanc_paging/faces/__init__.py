"""The routes: one module for each, and what they share."""
