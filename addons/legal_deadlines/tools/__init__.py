"""Computation that needs no database."""
