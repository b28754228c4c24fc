"""Errors of the database."""

from __future__ import annotations

import sqlalchemy as sa

# A webhook is answered from the spool when the database doesn't answer within this (docs/architecture.md#in).
PATIENCE_SECONDS = 3.0


class DatabaseUnavailable(Exception):
    """The database could not be reached, was locked for too long, is read-only or full."""


class HeldUp(DatabaseUnavailable):
    """This work waited too long for a row or a turn that others had; what wants none of these gets through."""


def is_the_databases_fault(error: Exception) -> bool:
    """True for errors that say the database is in trouble, whatever was asked of it; False for the work's own."""
    if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, sa.exc.OperationalError | sa.exc.TimeoutError | sa.exc.InterfaceError)
