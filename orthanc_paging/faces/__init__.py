"""The ways to ask: one module for each route."""
