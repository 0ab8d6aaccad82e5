"""Requests, answers, and the forms in which studies are sent."""
