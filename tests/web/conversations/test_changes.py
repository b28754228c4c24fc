"""Seeing, assigning and closing a conversation in the console."""

from __future__ import annotations

import re

import pytest

from app.store.tables import Agent, Audit, Conversation, FeedEvent
from tests.support.cast import STRANGER_ACCOUNT, conversation_with, hear, inbound_form, only, rows, take, webhook
from tests.support.office import Browser, Office
from tests.support.rewriting import rewrite

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


def test_what_was_done_can_be_undone_unless_somebody_changed_it_meanwhile(office: Office, kim: Browser) -> None:
    there = f"/conversations/{conversation_with(office.database).id}"
    ana, me = str(office.ids["ana"]), str(office.ids["kim"])
    for verb, deed, other in [
        ("state", {"state": "closed"}, {"state": "open"}),
        ("assign", {"agent": ana}, {"agent": me}),
    ]:
        before = conversation_with(office.database)
        way_back = fields_of(kim.post(f"{there}/{verb}", deed, **HX).text)
        assert conversation_with(office.database) != before
        assert fields_of(kim.post(f"{there}/{verb}", deed, **HX).text) == {}
        assert kim.post(f"{there}/{verb}", way_back, **HX).status_code == 200
        assert conversation_with(office.database) == before
        kim.post(f"{there}/{verb}", deed, **HX)
        kim.post(f"{there}/{verb}", other, **HX)
        changed = conversation_with(office.database)
        refused = kim.post(f"{there}/{verb}", way_back, **HX)
        assert (refused.status_code, refused.mimetype) == (409, "text/plain")
        assert "somebody has changed this conversation meanwhile" in refused.text
        assert conversation_with(office.database) == changed


def test_a_way_back_to_an_owner_who_may_not_be_one_any_more_is_refused_in_words(office: Office, kim: Browser) -> None:
    there = f"/conversations/{conversation_with(office.database).id}/assign"
    kim.post(there, {"agent": str(office.ids["ana"])}, **HX)
    way_back = fields_of(kim.post(there, {"agent": ""}, **HX).text)
    assert way_back == {"agent": str(office.ids["ana"]), "expected": ""}
    rewrite(office.database, only(office.database, Agent, id=office.ids["ana"]), role="auditor")
    refused = kim.post(there, way_back, **HX)
    assert (refused.status_code, refused.mimetype) == (400, "text/plain")
    assert "This person can't be given conversations" in refused.text


@pytest.mark.parametrize(("verb", "form"), [("state", {"state": "closed"}), ("assign", {"agent": ""})])
@pytest.mark.parametrize("expected", ["x", "-1", "9" * 40, "open,closed"])
def test_what_can_not_be_expected_is_refused(
    office: Office, kim: Browser, verb: str, form: dict[str, str], expected: str
) -> None:
    there = f"/conversations/{conversation_with(office.database).id}/{verb}"
    assert kim.post(there, {**form, "expected": expected}, **HX).status_code == 400


def test_bar_and_panel_come_only_where_they_are_on_the_screen(office: Office, kim: Browser) -> None:
    number = conversation_with(office.database).id
    for shown, there in [(str(number), True), ("", False), ("999", False)]:
        answer = kim.post(f"/conversations/{number}/state", {"state": "closed"}, X_Switchboard_Open=shown, **HX)
        assert ('id="thread-head"' in answer.text, 'id="contact"' in answer.text) == (there, there)


def test_the_dialog_offers_those_who_may_answer(office: Office, kim: Browser) -> None:
    there = f"/conversations/{conversation_with(office.database).id}/assign"
    shown = kim.get(there).text
    assert [name for name in ("Ana Souza", "Kim Aalto (you)", "Otto", "Nobody") if name in shown] == [
        "Ana Souza",
        "Kim Aalto (you)",
        "Nobody",
    ]
    assert office.browser("otto").get(there).status_code == 403


def fields_of(answer: str) -> dict[str, str]:
    """The hidden fields of the toast's form, beside the key that every form has."""
    _before, found, toast = answer.partition("data-undo=")
    return dict(re.findall(r'name="(state|agent|expected)" value="([^"]*)"', toast)) if found else {}


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
