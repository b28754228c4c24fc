"""Counts that end where nobody counts further, so that they cost no more with every row that comes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

# From here on it is shown as "99+".
MOST_COUNTED = 99


def bounded(rows: Any) -> Any:
    """How many rows this SELECT has, above MOST_COUNTED one more; to be selected."""
    return sa.select(sa.func.count()).select_from(rows.limit(MOST_COUNTED + 1).subquery()).scalar_subquery()
