"""The moment a day after one that stands in a row, the same on both databases."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.store.columns import UtcDateTime


class day_after(FunctionElement[Any]):
    """24 hours after a moment's column, to be compared with another one."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(day_after)
def _elsewhere(element: day_after, compiler: sa.sql.compiler.SQLCompiler, **more: Any) -> str:
    return f"({compiler.process(element.clauses, **more)} + interval '24 hours')"


@compiles(day_after, "sqlite")
def _on_sqlite(element: day_after, compiler: sa.sql.compiler.SQLCompiler, **more: Any) -> str:
    # Moments are text there, to the microsecond; strftime knows milliseconds.
    moment = compiler.process(element.clauses, **more)
    return f"(strftime('%Y-%m-%d %H:%M:%f', {moment}, '+24 hours') || '999')"
