"""Somebody here knows that a keyword was no opt-out."""

from __future__ import annotations

import pytest

from app.domain.access import NotAllowed
from app.domain.consent import keyword_undo
from app.store.database import Database
from app.store.tables import Address, Audit, ConsentRecord, FeedEvent
from tests.support.cast import ADA, KIM, OTTO, STRANGER, ask, hear, rows


def undo(database: Database, record: ConsentRecord, by: object = KIM) -> bool:
    return database.write(lambda session: keyword_undo.undo(session, by, record.id or 0))  # type: ignore[arg-type]


def is_out(database: Database) -> bool:
    return rows(database, Address)[0].opt_out_record_id is not None


def test_an_undone_keyword_is_out_of_force_by_a_record_of_its_own(database: Database) -> None:
    hear(database, "End")
    (heard,) = rows(database, ConsentRecord)
    assert undo(database, heard)
    assert not is_out(database)
    assert ask(database).decision.allowed
    kept, correction = rows(database, ConsentRecord)
    assert (kept.state, correction.state, correction.supersedes) == ("withdrawn", "invalidated", kept.id)
    assert (correction.source, correction.expressed_by, correction.actor_kind) == ("agent", "agent", "agent")
    (audited,) = rows(database, Audit, verb="consent.undo")
    assert (audited.actor_name, audited.subject_id) == ("Kim", str(kept.id))
    assert [row.word for row in rows(database, FeedEvent, kind="consent")] == ["opt_out", "corrected"]


def test_it_is_undone_once_and_the_next_stop_holds(database: Database) -> None:
    hear(database, "Cancel")
    (heard,) = rows(database, ConsentRecord)
    assert undo(database, heard)
    assert not undo(database, heard, ADA)
    assert len(rows(database, ConsentRecord)) == 2
    hear(database, "STOP")
    assert is_out(database)
    assert not undo(database, heard)
    assert is_out(database)


def test_an_earlier_opt_out_still_stands(database: Database) -> None:
    hear(database, "STOP")
    hear(database, "End")
    assert undo(database, rows(database, ConsentRecord)[1])
    assert is_out(database)


def test_what_twilio_blocks_and_what_is_none_of_ours_stays(database: Database) -> None:
    hear(database, "STOP", OptOutType="STOP")
    hear(database, "START", OptOutType="START")
    for record in rows(database, ConsentRecord):
        assert not undo(database, record)
    hear(database, "STOP")
    last = rows(database, ConsentRecord)[-1]
    assert not undo(database, last, STRANGER)
    with pytest.raises(NotAllowed):
        undo(database, last, OTTO)
    assert is_out(database)
