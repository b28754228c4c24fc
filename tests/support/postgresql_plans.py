"""Whether PostgreSQL looks for rows among all that an account has, of which it could look up each by its number.

Asked of tables that were never counted, as those of an installation that is new: a plan from then may be kept, and each
statement is planned by what was counted last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg.errors import UndefinedColumn, UndefinedTable

from app.store.feed.waking import dsn_of

# One condition, which is about the account.
_BY_THE_ACCOUNT = re.compile(r"^\(\(?account_sid\)?(?:::text)? = (?!.* AND )")
# The numbers of some rows.
_NAMES_ROWS = re.compile(r"\bid = ANY ")


class UntouchedTables:
    """The tables of a database in which nobody writes, where a statement's plan is the same at every hour.

    In one that is written in, plans go by how much was there when the server happened to count.
    """

    def __init__(self, url: str) -> None:
        options = "-c enable_seqscan=off -c jit=off"
        self._connection = psycopg.connect(dsn_of(url), autocommit=True, options=options)

    def seeks_in_the_account(self, statement: str, values: Any, small: frozenset[str]) -> str:
        """The step of the statement's plan that reads all of an account for some rows of it; '' where there is none."""
        try:
            found = self._connection.execute(f"EXPLAIN (FORMAT JSON) {statement}".encode(), values).fetchone()
        except (UndefinedTable, UndefinedColumn):
            # A migration's, which are no more once all are done.
            return ""
        return next(_complaints(found[0][0]["Plan"], {}, small), "") if found else ""

    def close(self) -> None:
        """Let go of them."""
        self._connection.close()


def _complaints(node: dict[str, Any], above: dict[str, Any], small: frozenset[str]) -> Iterator[str]:
    if _BY_THE_ACCOUNT.match(node.get("Index Cond", "")):
        # A bitmap's rows are read, and looked at, by the step above.
        heap = above if node["Node Type"] == "Bitmap Index Scan" else node
        table, condition = heap.get("Relation Name", ""), heap.get("Filter", "")
        if table not in small and _NAMES_ROWS.search(condition):
            yield f"{table} by {node['Index Cond']}, then {condition[:300]}"
    for child in node.get("Plans", ()):
        yield from _complaints(child, node, small)
