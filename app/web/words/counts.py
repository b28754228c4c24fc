"""Numbers that are counted so far and no further."""

from __future__ import annotations

from app.store.counts import MOST_COUNTED


def counted(count: int) -> str:
    """The number, or "99+" for more than anybody counts."""
    return str(count) if count <= MOST_COUNTED else f"{MOST_COUNTED}+"
