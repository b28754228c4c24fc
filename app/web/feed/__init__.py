"""The feed page."""
