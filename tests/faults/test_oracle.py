"""The oracle itself: it objects to every kind of broken promise, and to nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.domain.clock import now
from app.domain.media import files
from app.gateways.media_store import Folder
from app.store.database import Database
from app.store.feed import events as feed
from app.store.messages import attempts
from app.store.messages import rows as messages
from app.store.tables import Attempt, HostedFile
from faults.oracle import Place, look
from tests.support.cast import ACCOUNT, KIM, ago, asked_message, claimed, hear, new_sid, only, tell
from tests.support.hosted import picture


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Place:
    return Place(database.url, ACCOUNT, tmp_path / "media", tmp_path / "spool")


def hook(path: str, sid: str, status: str = "", answer: int = 200) -> dict[str, Any]:
    """An entry of the stand-in's log of webhooks."""
    url = f"http://127.0.0.1:8000{path}#rc=2"
    return {"url": url, "sid": sid, "status": status, "error_code": "", "answer": answer}


def create(message_id: int, attempt_id: int, sid: str) -> dict[str, Any]:
    """An entry of the stand-in's record of creates."""
    return {
        "sid": sid,
        "params": {"StatusCallback": [f"http://127.0.0.1:8000/twilio/status/{message_id}/{attempt_id}"]},
    }


def broken(place: Place, record: list[Any] | None = None, webhooks: list[Any] | None = None) -> list[str]:
    return [violation.promise for violation in look(place, record or [], webhooks or [])]


def test_it_objects_to_nothing_when_all_is_well(database: Database, place: Place) -> None:
    message = hear(database)
    assert tell(database, "SM" + "e" * 32, "sent").quarantined == ""
    posted = [hook("/twilio/inbound", message.sid), hook("/twilio/status", "SM" + "e" * 32, "sent", 204)]
    assert broken(place, webhooks=posted) == []


def test_an_answered_webhook_that_is_nowhere(place: Place) -> None:
    assert broken(place, webhooks=[hook("/twilio/inbound", new_sid())]) == ["I1"]
    assert broken(place, webhooks=[hook("/twilio/inbound", new_sid(), answer=503)]) == []


def test_an_answered_webhook_that_waits_in_the_spool(place: Place) -> None:
    sid = new_sid()
    place.spool.mkdir()
    (place.spool / "one.json").write_text(f'{{"pairs": [["MessageSid", "{sid}"]]}}')
    assert broken(place, webhooks=[hook("/twilio/inbound", sid)]) == []


def test_a_webhook_that_was_applied_twice(database: Database, place: Place) -> None:
    message = hear(database)
    database.write(lambda session: feed.append(session, ACCOUNT, "inbound", now(), message_id=message.id))
    assert "I1" in broken(place)


def test_a_message_that_was_sent_twice(database: Database, place: Place) -> None:
    asked_message(database)
    (outgoing,) = claimed(database)
    twice = [create(outgoing.message_id, outgoing.attempt_id, new_sid()) for _ in range(2)]
    assert broken(place, record=twice) == ["I2"]


def test_a_message_that_was_sent_and_is_said_to_wait(database: Database, place: Place) -> None:
    message = asked_message(database)
    assert message.id is not None
    assert broken(place, record=[create(message.id, 1, new_sid())]) == ["I2"]


def test_a_message_that_is_stuck(database: Database, place: Place) -> None:
    asked_message(database)
    (outgoing,) = claimed(database)
    assert broken(place) == []
    late = ago(minutes=1)
    database.write(lambda session: attempts.update(session, ACCOUNT, outgoing.attempt_id, open_until=late))
    assert broken(place) == ["I3"]


def test_a_status_that_went_down(database: Database, place: Place) -> None:
    message = asked_message(database)
    for word in ("delivered", "sent"):
        database.write(
            lambda session, word=word: feed.append(  # type: ignore[misc]
                session, ACCOUNT, "status", now(), word=word, message_id=message.id, sid="SM1"
            )
        )
    assert broken(place) == ["I4"]


def test_rows_that_do_not_agree(database: Database, place: Place) -> None:
    message = asked_message(database)
    claimed(database)
    database.write(lambda session: messages.update(session, ACCOUNT, message.id or 0, tries=5, state="ready"))
    assert only(database, Attempt).number == 1
    assert broken(place) == ["I5"]


def test_a_file_of_ours_without_a_row_and_a_row_without_its_file(database: Database, place: Place) -> None:
    number = files.host(database, Folder(place.media), KIM, "wheel.png", picture())
    assert broken(place) == []
    kept = only(database, HostedFile, id=number)
    (place.media / ACCOUNT / "out" / "another").write_bytes(b"x")
    (place.media / ACCOUNT / kept.key).write_bytes(b"cut short")
    assert broken(place) == ["I6", "I6"]


def test_a_file_without_a_row(place: Place) -> None:
    folder = place.media / ACCOUNT / "in"
    folder.mkdir(parents=True)
    (folder / "77-0").write_bytes(b"nobody's")
    assert broken(place) == ["I6"]
