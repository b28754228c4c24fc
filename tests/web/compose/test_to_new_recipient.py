"""`/messages/new`: writing first, to a number that somebody types."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from app.store.tables import Contact, Conversation, Message
from tests.support.cast import AVA, SENDER, conversation_with, hear, opt_in, rows
from tests.support.office import Browser, Office
from tests.web.conversations.test_reply import token_in

SID = "HX" + "1" * 32
STRANGER = "+44 20 7946 0018"
ADDRESS = "whatsapp:+442079460018"
FORM = "/messages/new/template"


def choose(browser: Browser, to: str = STRANGER, sender: str = "") -> TestResponse:
    browser.get("/messages/new")
    return browser.post("/messages/new", {"to": to, "from": sender})


def form_for(browser: Browser, to: str = STRANGER, sender: str = "") -> str:
    """The form for the template, to somebody who was chosen and has agreed."""
    assert choose(browser, to, sender).location == FORM
    return browser.get(FORM).text


def send(browser: Browser, token: str, sid: str = SID, variables: str = "Ava") -> TestResponse:
    return browser.post(FORM, {"compose_token": token, "content_sid": sid, "variables": variables})


def ours(office: Office) -> list[Message]:
    return rows(office.database, Message, direction="outbound")


def test_a_stranger_is_written_to_with_a_template(office: Office) -> None:
    opt_in(office.database, ADDRESS)
    kim = office.browser("kim")
    assert 'href="/messages/new"' in kim.get("/").text
    page = form_for(kim)
    assert "must be an approved template" in page
    assert "+44 20 7946 0018" in page
    answer = send(kim, token_in(page))
    (new,) = ours(office)
    assert (answer.status_code, answer.location) == (303, f"/conversations/{new.conversation_id}#m-{new.id}")
    assert (new.to_address, new.from_address, new.content_sid) == (ADDRESS, SENDER, SID)
    assert (new.content_variables, new.author_id) == ({"1": "Ava"}, office.ids["kim"])


def test_somebody_who_is_known_is_found_in_their_conversation(office: Office) -> None:
    hear(office.database)
    answer = choose(office.browser("kim"), AVA.removeprefix("whatsapp:"))
    assert (answer.status_code, answer.location) == (303, f"/conversations/{conversation_with(office.database).id}")


def test_a_double_click_and_two_tabs_send_once(office: Office) -> None:
    opt_in(office.database, ADDRESS)
    kim = office.browser("kim")
    first, second = (token_in(form_for(kim)) for _ in range(2))
    answers = [send(kim, token) for token in (first, first, second)]
    assert {answer.status_code for answer in answers} == {303}
    assert len(ours(office)) == 1


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("0207 946 0018", "neither a whole number nor a WhatsApp id"),
        ("+4420", "neither a whole number nor a WhatsApp id"),
        ("Ava", "neither a whole number nor a WhatsApp id"),
        ("", "neither a whole number nor a WhatsApp id"),
        ("<script>", "neither a whole number nor a WhatsApp id"),
        ("+98 912 345 6789", "does not deliver to this country"),
        (SENDER, "This is our own sender"),
    ],
)
def test_what_can_not_be_reached_is_refused_with_the_reason_and_nothing_is_kept(
    office: Office, to: str, why: str
) -> None:
    answer = choose(office.browser("kim"), to)
    assert answer.status_code == 422
    assert why in answer.text
    assert "<script>" not in answer.text.split("<main", 1)[1]
    assert [*rows(office.database, Contact), *rows(office.database, Conversation), *ours(office)] == []


def test_who_opted_out_is_not_written_to(office: Office) -> None:
    hear(office.database, "STOP")
    answer = choose(office.browser("kim"), AVA)
    assert answer.status_code == 422
    assert "opted out" in answer.text


@pytest.mark.parametrize(
    ("sid", "variables", "why"),
    [("HX1", "Ava", "A Content SID is HX and 32 characters"), (SID, "one\n\ntwo", "Variable 2")],
)
def test_a_template_that_can_not_be_sent_is_refused_with_all_that_was_typed(
    office: Office, sid: str, variables: str, why: str
) -> None:
    opt_in(office.database, ADDRESS)
    kim = office.browser("kim")
    answer = send(kim, token_in(form_for(kim)), sid, variables)
    assert answer.status_code == 422
    assert why in answer.text
    assert f'value="{sid}"' in answer.text
    assert variables.split("\n")[0] in answer.text
    assert ours(office) == []
    assert rows(office.database, Conversation) == []


def test_without_a_recipient_there_is_no_form(office: Office) -> None:
    kim = office.browser("kim")
    assert kim.get(FORM).location == "/messages/new"
    assert send(kim, "anything").location == "/messages/new"
    assert ours(office) == []


def test_the_number_is_in_no_address(office: Office) -> None:
    opt_in(office.database, ADDRESS)
    kim = office.browser("kim")
    assert "2079460018" not in str(choose(kim).location)
    assert "2079460018" not in str(send(kim, token_in(kim.get(FORM).text)).location)


def test_who_opts_out_meanwhile_is_not_written_to(office: Office) -> None:
    opt_in(office.database, ADDRESS)
    kim = office.browser("kim")
    token = token_in(form_for(kim))
    hear(office.database, "STOP", From=ADDRESS)
    answer = send(kim, token)
    assert answer.status_code == 422
    assert "opted out" in answer.text
    assert [message.content_sid for message in ours(office)] == [""]


def test_whoever_has_not_agreed_is_not_written_to_and_the_way_out_is_said(office: Office) -> None:
    answer = choose(office.browser("kim"))
    assert answer.status_code == 422
    assert "There is no opt-in for such messages" in answer.text
    assert "Record their opt-in for this purpose" in answer.text
    assert STRANGER in answer.text
    assert rows(office.database, Contact) == []


def test_the_sender_may_be_chosen_where_there_are_several(office: Office) -> None:
    opt_in(office.database, ADDRESS)
    kim = office.browser("kim")
    assert "<select" not in kim.get("/messages/new").text.split("<main", 1)[1]
    hear(office.database, To="whatsapp:+14155238887")
    assert "whatsapp:+14155238887" in kim.get("/messages/new").text
    send(kim, token_in(form_for(kim, sender="whatsapp:+14155238887")))
    assert [message.from_address for message in ours(office)] == ["whatsapp:+14155238887"]


def test_an_auditor_may_not(office: Office) -> None:
    otto = office.browser("otto")
    assert 'href="/messages/new"' not in otto.get("/").text
    assert otto.get("/messages/new").status_code == 403
    assert choose(otto).status_code == 403
