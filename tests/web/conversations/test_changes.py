"""Seeing, assigning and closing a conversation in the console."""

from __future__ import annotations

import pytest

from app.store.tables import Audit, Conversation, FeedEvent
from tests.support.cast import STRANGER_ACCOUNT, conversation_with, hear, inbound_form, rows, take, webhook
from tests.support.office import Browser, Office

HX = {"HX_Request": "true", "Accept": "*/*"}


def told(office: Office) -> list[str]:
    """What the feed says of conversations."""
    return [event.word for event in rows(office.database, FeedEvent, kind="conversation")]


@pytest.fixture
def kim(office: Office) -> Browser:
    """Kim, with Ava's conversation open."""
    browser = office.browser("kim")
    browser.get(f"/conversations/{hear(office.database).conversation_id}")
    return browser


def test_what_was_seen_is_read_and_what_came_after_is_not(office: Office, kim: Browser) -> None:
    seen = hear(office.database, "Second")
    hear(office.database, "Third, not on the screen yet")
    there = f"/conversations/{seen.conversation_id}/read"
    assert kim.post(there, {"seen": str(seen.id)}).status_code == 204
    assert conversation_with(office.database).unread == 1
    assert kim.post(there, {"seen": str(seen.id)}).status_code == 204
    assert kim.post(there).status_code == 204
    assert conversation_with(office.database).unread == 0
    assert told(office) == ["read", "read"]


def test_it_is_assigned_and_given_back(office: Office, kim: Browser) -> None:
    there = f"/conversations/{conversation_with(office.database).id}/assign"
    answer = kim.post(there, {"agent": str(office.ids["ana"])}, **HX)
    assert conversation_with(office.database).assigned_agent_id == office.ids["ana"]
    assert 'id="thread-head" hx-swap-oob="morph"' in answer.text
    assert 'id="contact" hx-swap-oob="morph"' in answer.text
    assert f'<option value="{office.ids["ana"]}" selected>' in answer.text
    assert "<textarea" not in answer.text
    assert kim.post(there, {"agent": ""}).status_code == 303
    assert conversation_with(office.database).assigned_agent_id is None
    assert told(office) == ["assigned", "unassigned"]
    assert [row.actor_name for row in rows(office.database, Audit, subject_kind="conversation")] == ["Kim Aalto"] * 2


def test_it_can_be_given_to_nobody_who_may_not_answer(office: Office, kim: Browser) -> None:
    there = f"/conversations/{conversation_with(office.database).id}/assign"
    for agent in (str(office.ids["otto"]), "999", "x", "-1", "9" * 40):
        assert kim.post(there, {"agent": agent}, **HX).status_code == 400
    assert conversation_with(office.database).assigned_agent_id is None
    assert "Otto" not in kim.get(f"/conversations/{conversation_with(office.database).id}/state").text


def test_it_is_closed_and_reopened_by_hand_and_by_the_customer(office: Office, kim: Browser) -> None:
    there = f"/conversations/{conversation_with(office.database).id}/state"
    assert "Reopen" in kim.post(there, {"state": "closed"}, **HX).text
    assert conversation_with(office.database).state == "closed"
    kim.post(there, {"state": "closed"})
    kim.post(there, {"state": "open"})
    assert conversation_with(office.database).state == "open"
    kim.post(there, {"state": "closed"})
    hear(office.database)
    assert conversation_with(office.database).state == "open"
    assert told(office) == ["closed", "reopened", "closed", "reopened"]
    assert kim.post(there, {"state": "gone"}).status_code == 400


@pytest.mark.parametrize(("verb", "form"), [("read", {}), ("assign", {"agent": ""}), ("state", {"state": "closed"})])
def test_an_auditor_and_a_stranger_change_nothing(office: Office, verb: str, form: dict[str, str]) -> None:
    heard = hear(office.database)
    take(office.database, webhook("inbound", inbound_form(AccountSid=STRANGER_ACCOUNT)))
    (strange,) = rows(office.database, Conversation, account_sid=STRANGER_ACCOUNT)
    assert office.browser("otto").post(f"/conversations/{heard.conversation_id}/{verb}", form).status_code == 403
    for number in (strange.id, 999):
        assert office.browser("ana").post(f"/conversations/{number}/{verb}", form).status_code == 404
    assert told(office) == []
    assert rows(office.database, Conversation, account_sid=STRANGER_ACCOUNT)[0].unread == 1


def test_to_an_auditor_no_button_is_shown(office: Office) -> None:
    page = office.browser("otto").get(f"/conversations/{hear(office.database).conversation_id}").text
    for word in ('id="assign"', 'id="state-change"', "data-marks-read"):
        assert word not in page
