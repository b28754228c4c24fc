"""`messages send --media FILE`: the file is hosted, Twilio fetches it, and its fetch proves what no answer did."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.store.database import Database
from app.store.tables import Attempt, HostedFile, MediaFetch, Message
from harness.processes import Stand
from harness.standin import StandIn
from harness.waiting import until
from tests.support.cast import ACCOUNT, AVA, only, rows
from tests.support.hosted import picture


@pytest.fixture
def stand(make_stand: Callable[..., Stand], database: Database) -> Stand:
    """Web, worker and stand-in; Ava has just written."""
    stand = make_stand(TWILIO_ACCOUNT_SID=ACCOUNT).start()
    StandIn(stand.simulator_url).customer_writes(AVA, "Do you have a picture?")
    return stand


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A picture on the disk, whose name says another type than it is."""
    file = tmp_path / "front wheel.jpg"
    file.write_bytes(picture("PNG"))
    return file


def sent(database: Database) -> Message:
    return only(database, Message, direction="outbound")


def test_a_file_of_the_disk_reaches_the_customer(stand: Stand, database: Database, wheel: Path) -> None:
    said = stand.command("messages", "send", "--to", AVA.removeprefix("whatsapp:"), "--media", str(wheel))
    assert "is in the outbox" in said
    until(lambda: sent(database).status in ("delivered", "read"))
    assert only(database, HostedFile).name == "front-wheel.png"
    until(lambda: {(row.method, row.status) for row in rows(database, MediaFetch)} == {("HEAD", 200), ("GET", 200)})
    (create,) = StandIn(stand.simulator_url).record()
    assert create["params"]["MediaUrl"][0].endswith("/front-wheel.png")


def test_several_files_are_several_messages_in_their_order(stand: Stand, database: Database, wheel: Path) -> None:
    brake = wheel.with_name("brake.png")
    brake.write_bytes(picture())
    stand.command("messages", "send", "--to", AVA, "--media", str(wheel), "--media", str(brake), "--body", "Both")
    until(lambda: {row.status for row in rows(database, Message, direction="outbound")} <= {"delivered", "read"})
    creates = [create["params"] for create in StandIn(stand.simulator_url).record()]
    named = [(create["MediaUrl"][0].rpartition("/")[2], create.get("Body", [""])[0]) for create in creates]
    assert named == [("front-wheel.png", "Both"), ("brake.png", "")]


def test_the_fetch_of_the_file_settles_a_send_whose_answer_got_lost(
    stand: Stand, database: Database, wheel: Path
) -> None:
    twilio = StandIn(stand.simulator_url)
    twilio.settings(callbacks="never")
    twilio.misbehave("create", "drop_after_accepting")
    twilio.misbehave("list", "500", times=-1)
    stand.command("messages", "send", "--to", AVA, "--media", str(wheel), "--body", "Here")
    until(lambda: sent(database).reason == "file_fetched")
    assert sent(database).state == "accepted"
    assert only(database, Attempt).settled_by == "media"
    assert len(twilio.record()) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"<html></html>", "WhatsApp takes JPEG"), (b"", "it is empty"), (None, "can't be read")],
)
def test_what_can_not_be_sent_is_refused_with_the_reason_and_nothing_is_kept(
    stand: Stand, database: Database, wheel: Path, content: bytes | None, why: str
) -> None:
    wrong = wheel.with_name("page.png")
    if content is not None:
        wrong.write_bytes(content)
    with pytest.raises(AssertionError, match=why):
        stand.command("messages", "send", "--to", AVA, "--media", str(wheel), "--media", str(wrong))
    assert rows(database, HostedFile) == []
    assert rows(database, Message, direction="outbound") == []
    assert not list((Path(stand.env["DATA_DIR"]) / "media").rglob("out/*"))


def test_a_file_for_a_message_that_the_gate_refuses_is_forgotten(stand: Stand, database: Database, wheel: Path) -> None:
    with pytest.raises(AssertionError, match="no opt-in"):
        stand.command("messages", "send", "--to", "+14155550999", "--media", str(wheel))
    assert rows(database, HostedFile) == []
    assert not list((Path(stand.env["DATA_DIR"]) / "media").rglob("out/*"))
