"""Everything about one person as a ZIP: complete, readable without anything else, theirs alone, and audited."""

from __future__ import annotations

import io
import json
import re
import zipfile

from app.domain.contacts import fields, labels
from app.domain.people import joins
from app.domain.runs import lists
from app.domain.runs.lists import NewRun
from app.store.tables import Audit, InboundMedia, Message
from app.web.shell.services import services
from tests.domain.consent.sealing import add_records
from tests.support.cast import ACCOUNT, ADA, AVA, NOOR, conversation_with, hear, only, rows, tell
from tests.support.hosted import picture
from tests.support.office import Office
from tests.support.outcomes import accepted
from tests.support.rewriting import rewrite
from tests.support.templates import template


def with_files(office: Office) -> int:
    """Ava wrote with a picture, agreed, was answered, and that was delivered. Returns her contact's number."""
    database, store = office.database, services(office.application).media_store
    told = hear(database, "Look <here>", NumMedia="1", MediaUrl0="https://x.test/1", MediaContentType0="image/png")
    store.write(ACCOUNT, f"in/{told.id}-0", picture())
    row = only(database, InboundMedia, message_id=told.id)
    rewrite(database, row, state="fetched", key=f"in/{told.id}-0", stored_type="image/png", size=len(picture()))
    add_records(database, 1, proof="Signed at the counter", notice_text="May we write to you?")
    accepted(database, "It's ready")
    tell(database, only(database, Message, body="It's ready").sid, "delivered")
    hear(database, "Someone else", From=NOOR)
    return conversation_with(database, AVA).contact_id


def opened(content: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    return archive


def test_an_export_holds_all_of_one_person(office: Office) -> None:
    ava = with_files(office)
    office.database.write(lambda session: labels.add(session, ADA, ava, "Spring fair"))
    office.database.write(lambda session: fields.add(session, ADA, ava, "Order number", "<4711>"))
    answer = office.browser("otto").client.get(f"/privacy/people/{ava}/export")
    assert answer.content_type == "application/zip"
    archive = opened(answer.data)
    told = json.loads(archive.read("person.json"))
    messages = [message for one in told["conversations"] for message in one["messages"]]
    assert [message["body"] for message in messages] == ["Look <here>", "It's ready"]
    ours = messages[1]
    assert [one["status"] for one in ours["statuses"]] == ["delivered"]
    assert ours["attempts"][0]["decision"]["rules"]
    assert ours["forms"][0]["pairs"]
    assert ["Body", "Look <here>"] in messages[0]["forms"][0]["pairs"]
    assert told["labels"] == ["spring fair"]
    assert told["fields"] == {"order number": "<4711>"}
    (record,) = told["consent_records"]
    assert (record["proof"], record["notice_text"]) == ("Signed at the counter", "May we write to you?")
    assert [one["address"] for one in told["addresses"]][0] == AVA
    assert "privacy.export" in [row["verb"] for row in told["audit"]]
    (picture_name,) = [name for name in archive.namelist() if name.startswith("files/")]
    assert archive.read(picture_name) == picture()
    document = archive.read("person.html").decode()
    assert f'href="{picture_name}"' in document
    assert "Look &lt;here&gt;" in document
    assert "Signed at the counter" in document
    assert "spring fair" in document
    assert "&lt;4711&gt;" in document
    assert not re.search(r"<script|src=|href=\"(?!files/)", document)
    assert NOOR not in document + archive.read("person.json").decode()
    assert only(office.database, Audit, verb="privacy.export").actor_name == "Otto Brandt"


def test_of_joined_contacts_all_is_exported(office: Office) -> None:
    ava = with_files(office)
    noor = conversation_with(office.database, NOOR).contact_id
    office.database.write(lambda session: joins.join(session, ADA, ava, noor))
    archive = opened(office.browser("ana").client.get(f"/privacy/people/{noor}/export").data)
    assert "Someone else" in archive.read("person.json").decode()


def test_lines_of_lists_that_name_the_person_are_exported(office: Office) -> None:
    ava = with_files(office)
    sid = template(office.database).sid
    lists.from_numbers(office.database, ADA, NewRun("Bikes", sid), f"(415) 555-0123\n{NOOR}\n{AVA}")
    archive = opened(office.browser("ana").client.get(f"/privacy/people/{ava}/export").data)
    told = json.loads(archive.read("person.json"))["lines_of_lists"]
    assert told == [{"list": "run", "cells": [AVA]}]


def test_an_agent_may_not_export(office: Office) -> None:
    ava = with_files(office)
    assert office.browser("kim").get(f"/privacy/people/{ava}/export").status_code == 403
    assert rows(office.database, Audit, verb="privacy.export") == []
    assert office.browser("ana").get("/privacy/people/987654/export").status_code == 404
