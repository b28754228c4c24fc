"""`bin/switchboard media`: what Twilio's support asks for."""

from __future__ import annotations

from app.store.database import Database
from app.store.media import inbound as inbound_media
from app.store.tables import InboundMedia
from tests.commands.conftest import Run
from tests.support.cast import ACCOUNT, hear, only


def test_late_files_are_listed_as_text_and_as_csv(switchboard: Run, database: Database) -> None:
    message = hear(database, NumMedia="1", MediaContentType0="image/png", MediaUrl0="https://api.twilio.com/x")
    row = only(database, InboundMedia)
    database.write(lambda session: inbound_media.update(session, ACCOUNT, row.id or 0, not_there=4))
    done = switchboard("media", "escalation", "--days", "2")
    assert done.code == 0
    assert f"MessageSid: {message.sid}" in done.out
    assert "Answered404: 4" in done.out
    assert done.err == "1 files came late in the last 2 days.\n"
    assert (
        switchboard("media", "escalation", "--output", "csv")
        .out.splitlines()[1]
        .startswith(f'"{message.sid}","https://')
    )
