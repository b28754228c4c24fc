"""Errors of the database."""

from __future__ import annotations

# A webhook is answered from the spool when the database doesn't answer within this (docs/architecture.md#in).
PATIENCE_SECONDS = 3.0


class DatabaseUnavailable(Exception):
    """The database could not be reached, was locked for too long, is read-only or full."""
