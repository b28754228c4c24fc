"""What a scenario found, beside what was wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.databases import ENGINES
from faults.ground import Ground
from faults.oracle import Violation


@dataclass
class Verdict:
    """Figures of one scenario on one database. `holds` when every figure does and the oracle objects to nothing."""

    runs: int
    wanted: str
    seen: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def figure(self, said: str, holds: bool = True) -> None:
        """One figure as it was seen, and whether it is as it must be."""
        self.seen.append(said)
        if not holds:
            self.broken.append(said)

    def judge(self, violations: Sequence[Violation]) -> None:
        """What the oracle says."""
        self.figure(f"{len(violations)} violations of I1–I6", not violations)
        self.broken += [str(violation) for violation in violations[:10]]

    @property
    def holds(self) -> bool:
        """Everything is as wanted."""
        return not self.broken


@dataclass(frozen=True)
class Scenario:
    """One fault: its name in the table, what is done, how often in the whole run and in the sample."""

    name: str
    what: str
    run: Callable[[Ground, int], Verdict]
    whole: int
    sample: int
    # Measured times mean something only when nothing else runs.
    alone: bool = False
    engines: tuple[str, ...] = ENGINES
