"""Doors for those who run the installation, and for their programs."""
