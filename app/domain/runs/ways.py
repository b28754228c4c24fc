"""Which sender of ours each person of a run is written to from, and what the gate looks at there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from app.domain.gate import facts
from app.domain.gate.facts import Facts
from app.domain.sending import routing
from app.store.database import Session
from app.store.tables import TemplateRun


def facts_of(session: Session, run: TemplateRun, addresses: Sequence[str]) -> dict[str, Facts]:
    """The facts about each address, as written to from the run's sender, or from the one that the routes say."""
    by_sender = defaultdict(list)
    for address in addresses:
        sender = run.sender or routing.way_to(session, run.account_sid, address).sender
        by_sender[sender].append(address)
    found: dict[str, Facts] = {}
    for sender, some in by_sender.items():
        found |= facts.of_recipients(session, run.account_sid, some, sender)
    return found
