"""What one look at the oldest rows of a kind found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Looked:
    """The rows to delete, by what names them, and what stays, by reason.

    `oldest` is when the oldest of the former was recorded. `end` is where the next look goes on; None where nothing
    older than the limit is left.
    """

    old: Sequence[Any] = ()
    oldest: datetime | None = None
    kept: Mapping[str, int] = field(default_factory=dict)
    end: Any = None
