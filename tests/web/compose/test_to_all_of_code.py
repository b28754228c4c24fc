"""`/failures/<code>/template`: a template in place of all that failed with one code."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from app.store.failures import replaceable as templates_store
from app.store.tables import Message
from tests.support.cast import AVA, NOOR, ago, conversation_with, hear, rows
from tests.support.office import Browser, Office
from tests.support.outcomes import undelivered
from tests.support.rewriting import rewrite

SID = "HX" + "1" * 32
THERE = "/failures/63016/template"


def closed(office: Office, customer: str) -> Message:
    message = undelivered(office.database, "63016", customer=customer)
    rewrite(office.database, conversation_with(office.database, customer), last_inbound_at=ago(days=2))
    return message


def press(browser: Browser, there: str = THERE, **fields: str) -> TestResponse:
    browser.get("/failures")
    return browser.post(there, {"content_sid": SID, "variables": "", **fields})


def templates(office: Office) -> list[Message]:
    return [message for message in rows(office.database, Message) if message.content_sid]


def test_everybody_gets_it_and_the_failures_page_tells_how_many(office: Office) -> None:
    ava, noor = closed(office, AVA), closed(office, NOOR)
    kim = office.browser("kim")
    assert f'href="{THERE}"' in kim.get("/failures").text
    page = kim.get(THERE).text
    assert "To 2 people" in page
    assert "Send it to 2 people" in page
    answer = press(kim)
    assert (answer.status_code, answer.location) == (303, "/failures")
    assert {message.resend_of for message in templates(office)} == {ava.id, noor.id}
    page = kim.get("/failures").text
    assert "The template is sent to 2 people." in page
    assert "Send a template to" not in page
    assert "Nobody is left to send to" in kim.get(THERE).text


def test_whom_it_may_not_go_to_is_told_with_the_reason(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    closed(office, AVA)
    kim = office.browser("kim")
    found = templates_store.replaceable

    def and_then_she_opts_out(*args: object, **named: object) -> list[int]:
        numbers = found(*args, **named)  # type: ignore[arg-type]
        hear(office.database, "STOP")
        return numbers

    monkeypatch.setattr(templates_store, "replaceable", and_then_she_opts_out)
    press(kim)
    page = kim.get("/failures").text
    assert "The template is sent to 0 people. 1 is not: This contact has opted out, so nothing may be sent." in page


def test_pressed_again_it_reaches_nobody_twice(office: Office) -> None:
    closed(office, AVA)
    kim = office.browser("kim")
    press(kim)
    press(kim)
    assert len(templates(office)) == 1


def test_what_is_wrong_is_said_before_anything_is_sent(office: Office) -> None:
    closed(office, AVA)
    kim = office.browser("kim")
    answer = press(kim, content_sid="HX", variables="a\n\nb")
    assert answer.status_code == 422
    assert 'id="content_sid_wrong" role="alert"' in answer.text
    assert "Variable 2 is empty" in answer.text
    assert templates(office) == []


def test_our_own_reason_has_it_too(office: Office) -> None:
    message = closed(office, AVA)
    rewrite(office.database, message, state="blocked", error_code="", status="", reason="window_closed")
    kim = office.browser("kim")
    assert "Not sent: The reply window is closed" in kim.get("/failures/window_closed/template").text
    press(kim, "/failures/window_closed/template")
    assert [one.resend_of for one in templates(office)] == [message.id]


def test_other_codes_have_no_such_page_and_who_only_reads_is_refused(office: Office) -> None:
    closed(office, AVA)
    kim, otto = office.browser("kim"), office.browser("otto")
    assert kim.get("/failures/63019/template").status_code == 404
    assert press(kim, "/failures/63019/template").status_code == 404
    assert otto.get(THERE).status_code == 403
    assert press(otto).status_code == 403
    assert templates(office) == []
