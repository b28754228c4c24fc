"""The demo's team writes down what customers say about messages at the workshop."""

from __future__ import annotations

from app.store.tables import ConsentRecord, ContactJoin
from tests.demo.conftest import Sample
from tests.support.cast import rows


def test_consent_was_written_down_corrected_and_joined(sample: Sample) -> None:
    given = rows(sample.database, ConsentRecord, state="given")
    assert len(given) > 12
    assert all(record.notice_text and record.proof and record.actor_kind == "agent" for record in given)
    assert [record.action for record in rows(sample.database, ConsentRecord) if record.supersedes] == ["corrected"]
    (join,) = rows(sample.database, ContactJoin)
    assert (join.reason, join.taken_back_at) == ("agent", None)
