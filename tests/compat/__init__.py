"""Ours and the Python Soniq on the same database."""
