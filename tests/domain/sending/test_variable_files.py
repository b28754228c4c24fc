"""A hosted file as the value of a template's variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.gate.draft import Draft
from app.domain.media import files
from app.domain.sending import outbox
from app.gateways.media_store import Folder
from app.store.database import Database
from app.store.tables import MediaGrant, Message
from tests.support.cast import CALLBACK_BASE, KIM, conversation_with, only, rows
from tests.support.hosted import claimed_with_key, picture
from tests.support.templates import template


@pytest.mark.parametrize("prefix", ["/", "/media/temp/"])
def test_the_value_is_the_rest_of_an_address_made_for_the_attempt(
    database: Database, tmp_path: Path, prefix: str
) -> None:
    media = {"twilio/media": {"body": "See {{2}}.", "media": [f"{CALLBACK_BASE}{prefix}{{{{1}}}}"]}}
    one = template(database, media)
    number = files.host(database, Folder(tmp_path), KIM, "wheel.png", picture())
    draft = Draft(content_sid=one.sid, content_variables=(("1", files.reference(number)), ("2", "hosted:1")))
    there = conversation_with(database).id or 0
    database.write(lambda session: outbox.enqueue(session, KIM, there, draft, ""))
    assert only(database, Message, direction="outbound").hosted_file_id == number
    outgoing = claimed_with_key(database)
    value = outgoing.content_variables["1"]
    assert value.endswith("/wheel.png")
    assert f"{CALLBACK_BASE}{prefix}{value}".startswith(
        f"{CALLBACK_BASE}/media/temp/{rows(database, MediaGrant)[0].id}."
    )
    # In a text it is what somebody wrote.
    assert outgoing.content_variables["2"] == "hosted:1"
