"""Whether PostgreSQL looks for rows among all that an account has, of which it could look up each by a value.

Asked of tables that were never counted, as those of an installation that is new: a plan from then may be kept, and each
statement is planned by what was counted last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.errors import UndefinedColumn, UndefinedTable

# One condition, which is about the account.
_BY_THE_ACCOUNT = re.compile(r"^\(\(?account_sid\)?(?:::text)? = (?!.* AND )")
# A list of values, and a row that is joined by its number.
_NAMES_ROWS = re.compile(r"\bid = ANY |\w\.id = \w+\.|\w+ = \w+\.id\b")


def seeks_in_the_account(connection: sa.Connection, statement: str, values: Any, small: frozenset[str]) -> str:
    """The step of the statement's plan that reads all of an account for some rows of it; '' where there is none."""
    url = connection.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(url, options="-c enable_seqscan=off -c jit=off -c lock_timeout=100") as apart:
            (found,) = apart.execute(f"EXPLAIN (FORMAT JSON) {statement}".encode(), values).fetchone() or ([],)
    except (UndefinedTable, UndefinedColumn, psycopg.OperationalError):
        # A migration's, whose tables nobody else sees yet; or the server is down.
        return ""
    return next(_complaints(found[0]["Plan"], (), small), "")


def _complaints(node: dict[str, Any], above: tuple[dict[str, Any], ...], small: frozenset[str]) -> Iterator[str]:
    if _BY_THE_ACCOUNT.match(node.get("Index Cond", "")):
        heap, conditions = _then_looked_at(node, above)
        table = heap.get("Relation Name", "")
        if table not in small and any(map(_NAMES_ROWS.search, conditions)):
            yield f"{table} by {node['Index Cond']}, then {' '.join(conditions)[:300]}"
    for child in node.get("Plans", ()):
        yield from _complaints(child, (*above, node), small)


def _then_looked_at(node: dict[str, Any], above: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], list[str]]:
    """The step that reads the rows which the index gave, and the conditions that each of them is looked at for."""
    heap = above[-1] if node["Node Type"] == "Bitmap Index Scan" else node
    join: dict[str, Any] = next((one for one in reversed(above[-2:]) if "Join Filter" in one), {})
    return heap, [heap.get("Filter", ""), join.get("Join Filter", "")]
