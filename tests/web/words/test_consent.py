"""How somebody agreed or opted out, in the sentence for what is in force."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.consent.standing import Standing
from app.store.tables import ConsentRecord, ConsentState
from app.web.consent.in_force import sentences

SINCE = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "state", "said"),
    [
        ("import", "given", "They agreed elsewhere (as an imported file says) on 5 January 2026."),
        ("import", "withdrawn", "They opted out elsewhere (as an imported file says) on 5 January 2026."),
        ("import", "refused", "They refused elsewhere (as an imported file says) on 5 January 2026."),
        ("kept_opt_out", "withdrawn", "They opted out before somebody at this address was erased on 5 January 2026."),
    ],
)
def test_a_sentence_says_how_it_is_known_before_the_day(source: str, state: str, said: str) -> None:
    decides = ConsentRecord(
        record_id="r",
        purpose="marketing",
        state=state,
        source=source,
        expressed_by="import",
        evidence_key="k",
        actor_kind="agent",
        address_id=1,
        occurred_at=SINCE,
        recorded_at=SINCE,
    )
    held = ConsentState(purpose="marketing", state=state, source=source, record_id=1, since=SINCE, identity="a")
    found = sentences(Standing((held,)), {1: decides})[0]
    assert found.why.startswith(said)
