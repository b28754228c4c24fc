"""Doors for programs, each with a token of its own."""
