"""The audit looked at, and what it tells beside deeds: bodies read, settings changed."""
