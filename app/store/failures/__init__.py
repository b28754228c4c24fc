"""Queries about what failed and what is not settled."""
