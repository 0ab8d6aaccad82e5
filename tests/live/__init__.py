"""Tests on real Orthancs, whose own answers are the oracle."""
