"""Connections to PostgreSQL on which prepared statements go by a line of their own."""

from __future__ import annotations

from typing import Any

import psycopg

from app.store.libpq import Line


class Connection(psycopg.Connection[Any]):
    """A connection that has a line; what waits there goes before what SQLAlchemy runs by a cursor."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.line = Line(self)
        self.cursor_factory = Cursor


class Cursor(psycopg.Cursor[Any]):
    """What runs SQLAlchemy's own statements."""

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run a statement, after what waits."""
        self._line.settle()
        return super().execute(*args, **options)

    def executemany(self, *args: Any, **options: Any) -> None:
        """Run a statement many times, after what waits."""
        self._line.settle()
        super().executemany(*args, **options)

    @property
    def _line(self) -> Line:
        line: Line = self.connection.line  # type: ignore[attr-defined]
        return line
