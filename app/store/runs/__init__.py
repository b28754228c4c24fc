"""Rows of runs and of their recipients."""
