"""What the gate decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

RULES_VERSION = "3"


@dataclass(frozen=True)
class Decision:
    """May it leave, by which rule, and on what evidence (ids and times, never text)."""

    allowed: bool
    rule: str
    evidence: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The decision as the attempt keeps it."""
        return {"allowed": self.allowed, "rule": self.rule, "evidence": self.evidence, "rules": RULES_VERSION}
