"""What the gate decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.domain.gate import in_force
from app.gate_words import WAYS_OUT


@dataclass(frozen=True)
class Decision:
    """May it leave, by which rule, and on what evidence (ids and times, never text)."""

    allowed: bool
    rule: str
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def way_out(self) -> str:
        """What would make it possible, as a code; '' where it may leave."""
        return "" if self.allowed else WAYS_OUT.get(self.rule, "")

    def as_json(self) -> dict[str, Any]:
        """The decision as the attempt keeps it, with the version of the rules."""
        kept = {"allowed": self.allowed, "rule": self.rule, "evidence": self.evidence}
        return {**kept, "rules": in_force.rules().version}
