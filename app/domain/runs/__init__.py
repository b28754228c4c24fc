"""Runs: a template that is sent to a list of people."""
