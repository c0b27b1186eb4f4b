"""Excerpts of installed packages, and references to their lines."""
