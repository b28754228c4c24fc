"""`/conversations/<id>/template`: a template from the closed composer."""

from __future__ import annotations

import threading

from werkzeug.test import TestResponse

from app.store.tables import Message
from tests.support.cast import NOOR, conversation_with, hear, rows
from tests.support.office import Browser, Office
from tests.web.conversations.test_reply import token_in, with_window_closed

SID = "HX" + "1" * 32


def form_of(office: Office, browser: Browser, customer: str = "") -> tuple[str, str]:
    """The form's address, and its token."""
    found = conversation_with(office.database, customer) if customer else conversation_with(office.database)
    there = f"/conversations/{found.id}/template"
    return there, token_in(browser.get(there).text)


def press(browser: Browser, there: str, token: str, variables: str = "Ava", sid: str = SID) -> TestResponse:
    return browser.post(there, {"compose_token": token, "content_sid": sid, "variables": variables})


def ours(office: Office) -> list[Message]:
    return rows(office.database, Message, direction="outbound")


def test_the_closed_composer_leads_to_the_form_and_the_template_is_sent(office: Office) -> None:
    hear(office.database)
    with_window_closed(office)
    kim = office.browser("kim")
    there, token = form_of(office, kim)
    thread = there.removesuffix("/template")
    assert f'href="{there}"' in kim.get(thread).text
    page = kim.get(there).text
    assert "The reply window is closed." in page
    answer = press(kim, there, token)
    (new,) = ours(office)
    assert (answer.status_code, answer.location) == (303, f"{thread}#m-{new.id}")
    assert (new.content_sid, new.content_variables, new.resend_of) == (SID, {"1": "Ava"}, None)


def test_an_open_composer_has_no_such_button_but_the_form_works(office: Office) -> None:
    hear(office.database)
    kim = office.browser("kim")
    there, token = form_of(office, kim)
    assert f'href="{there}"' not in kim.get(there.removesuffix("/template")).text
    assert "The reply window is open for" in kim.get(there).text
    assert press(kim, there, token).status_code == 303


def test_two_tabs_and_a_double_click_send_once(office: Office) -> None:
    hear(office.database)
    kim = office.browser("kim")
    there, first = form_of(office, kim)
    _, second = form_of(office, kim)
    answers: list[int] = []
    clicks = [
        threading.Thread(target=lambda token=token: answers.append(press(kim, there, token).status_code))
        for token in (first, first, second)
    ]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert answers == [303] * 3
    assert len(ours(office)) == 1


def test_other_values_and_the_same_on_purpose_are_other_messages(office: Office) -> None:
    hear(office.database)
    kim = office.browser("kim")
    there, token = form_of(office, kim)
    press(kim, there, token)
    press(kim, there, token, "Amelia")
    press(kim, there, form_of(office, kim)[1])
    assert [message.content_variables["1"] for message in ours(office)] == ["Ava", "Amelia", "Ava"]


def test_a_strange_token_sends_nothing_and_keeps_what_was_typed(office: Office) -> None:
    hear(office.database)
    kim = office.browser("kim")
    there, _ = form_of(office, kim)
    for token in (form_of(office, office.browser("ana"))[1], form_of(office, kim, NOOR)[1], "", "x.y"):
        answer = press(kim, there, token, "Kept <words>")
        assert answer.status_code == 422
        assert "This page was not loaded by you, or too long ago." in answer.text
        assert "Kept &lt;words&gt;" in answer.text
    assert ours(office) == []


def test_what_is_wrong_is_said_at_its_field(office: Office) -> None:
    hear(office.database)
    kim = office.browser("kim")
    there, token = form_of(office, kim)
    answer = press(kim, there, token, "Ava     W.", "HX1")
    assert answer.status_code == 422
    assert 'id="content_sid_wrong" role="alert"' in answer.text
    assert 'id="variables_wrong" role="alert"' in answer.text
    assert answer.text.count("autofocus=") == 1
    assert 'value="HX1"' in answer.text
    assert ours(office) == []


def test_to_somebody_who_opted_out_there_is_no_form(office: Office) -> None:
    hear(office.database)
    kim = office.browser("kim")
    there, token = form_of(office, kim)
    hear(office.database, "STOP")
    page = kim.get(there).text
    assert "This contact has opted out, so nothing may be sent." in page
    assert "<textarea" not in page
    waiting = len(ours(office))
    answer = press(kim, there, token, "Typed in vain")
    assert (answer.status_code, "Typed in vain" in answer.text) == (422, True)
    assert len(ours(office)) == waiting


def test_who_only_reads_is_refused_and_no_conversation_is_not_there(office: Office) -> None:
    hear(office.database)
    otto, kim = office.browser("otto"), office.browser("kim")
    there = f"/conversations/{conversation_with(office.database).id}/template"
    assert otto.get(there).status_code == 403
    assert otto.post(there, {"content_sid": SID}).status_code == 403
    assert kim.get("/conversations/999999/template").status_code == 404
    kim.get("/failures")
    assert press(kim, "/conversations/999999/template", "x").status_code == 404
