"""Runs of templates to many people."""
