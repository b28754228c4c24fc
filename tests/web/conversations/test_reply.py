"""Answering a customer from the composer."""

from __future__ import annotations

import re
import threading

import pytest
from werkzeug.test import TestResponse

from app.store.conversations import rows as conversations
from app.store.tables import Audit, Message
from tests.support.cast import (
    AVA,
    NOOR,
    STRANGER_ACCOUNT,
    ago,
    conversation_with,
    hear,
    inbound_form,
    rows,
    take,
    webhook,
)
from tests.support.office import Browser, Office
from tests.web.conversations.test_page import bubbles

TOKEN = re.compile(r'name="compose_token" value="([^"]*)"')


def token_in(html: str) -> str:
    """The composer's token."""
    found = TOKEN.search(html)
    assert found
    return found[1]


def composer(office: Office, browser: Browser, customer: str = AVA) -> tuple[str, str]:
    """The conversation's address, and the token of a composer that was just opened."""
    there = f"/conversations/{conversation_with(office.database, customer).id}"
    return there, token_in(browser.get(there).text)


def send(browser: Browser, there: str, token: str, body: str) -> TestResponse:
    """Press Send, with htmx."""
    form = {"compose_token": token, "body": body}
    return browser.post(f"{there}/messages", form, HX_Request="true", Accept="*/*")


def ours(office: Office) -> list[Message]:
    """What waits to be sent."""
    return rows(office.database, Message, direction="outbound")


def test_a_reply_goes_to_the_outbox_and_comes_back_as_a_bubble(office: Office) -> None:
    hear(office.database)
    browser = office.browser("kim")
    there, token = composer(office, browser)
    answer = send(browser, there, token, "On its way.\r\nSee you 🚲")
    assert answer.status_code == 200
    (message,) = ours(office)
    assert (message.body, message.state, message.author_id) == ("On its way.\nSee you 🚲", "ready", office.ids["kim"])
    assert bubbles(answer.text) == [message.id]
    assert 'hx-swap-oob="beforeend:#messages"' in answer.text
    assert token_in(answer.text) != token
    assert "Kim Aalto" in answer.text
    assert [row.actor_name for row in rows(office.database, Audit, verb="message.send")] == ["Kim Aalto"]


def test_without_a_script_the_page_comes_back_with_the_message(office: Office) -> None:
    hear(office.database)
    browser = office.browser("kim")
    there, token = composer(office, browser)
    answer = browser.post(f"{there}/messages", {"compose_token": token, "body": "On its way."})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{there}#m-{ours(office)[0].id}"


def test_the_same_draft_is_sent_once_from_two_tabs_and_by_the_back_button(office: Office) -> None:
    hear(office.database)
    browser = office.browser("kim")
    there, first_tab = composer(office, browser)
    _, second_tab = composer(office, browser)
    for token in (first_tab, second_tab, first_tab):
        assert send(browser, there, token, "On its way.").status_code == 200
    assert len(ours(office)) == 1
    assert "was not sent again" in send(browser, there, first_tab, "On its way.").text


def test_a_double_click_sends_once(office: Office) -> None:
    hear(office.database)
    browser = office.browser("kim")
    there, token = composer(office, browser)
    answers: list[int] = []
    clicks = [
        threading.Thread(target=lambda: answers.append(send(browser, there, token, "Once.").status_code))
        for _ in range(4)
    ]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert answers == [200] * 4
    assert len(ours(office)) == 1


def test_the_same_words_on_purpose_are_sent_again(office: Office) -> None:
    hear(office.database)
    browser = office.browser("kim")
    there, token = composer(office, browser)
    again = token_in(send(browser, there, token, "Yes.").text)
    assert send(browser, there, again, "Yes.").status_code == 200
    assert [message.body for message in ours(office)] == ["Yes.", "Yes."]


def test_other_words_with_the_same_token_are_another_message(office: Office) -> None:
    hear(office.database)
    browser = office.browser("kim")
    there, token = composer(office, browser)
    send(browser, there, token, "Yes.")
    send(browser, there, token, "No.")
    assert [message.body for message in ours(office)] == ["Yes.", "No."]


@pytest.mark.parametrize(
    ("body", "why"), [("", "nothing to send"), (" \n ", "nothing to send"), ("x" * 1601, "longer than 1,600")]
)
def test_a_refused_reply_comes_back_as_typed_with_the_reason(office: Office, body: str, why: str) -> None:
    hear(office.database)
    browser = office.browser("kim")
    there, token = composer(office, browser)
    answer = send(browser, there, token, body)
    assert answer.status_code == 422
    assert why in answer.text
    assert 'aria-invalid="true" aria-describedby="body-error"' in answer.text
    assert f">\n{body}</textarea>" in answer.text
    assert ours(office) == []


def test_a_refusal_without_a_script_is_the_whole_page(office: Office) -> None:
    hear(office.database)
    browser = office.browser("kim")
    there, token = composer(office, browser)
    answer = browser.post(f"{there}/messages", {"compose_token": token, "body": "x" * 1601})
    assert answer.status_code == 422
    assert "<html" in answer.text
    assert "x" * 1601 in answer.text


def test_1600_characters_of_any_kind_are_taken(office: Office) -> None:
    hear(office.database)
    browser = office.browser("kim")
    there, token = composer(office, browser)
    assert send(browser, there, token, "🚲" * 1600).status_code == 200


def test_a_token_of_somebody_else_or_of_elsewhere_or_of_nobody_sends_nothing(office: Office) -> None:
    hear(office.database)
    hear(office.database, From=NOOR)
    browser = office.browser("kim")
    there, _ = composer(office, browser)
    foreign = [composer(office, office.browser("ana"))[1], composer(office, browser, NOOR)[1], "", "x.y", "é"]
    for token in foreign:
        answer = send(browser, there, token, "Kept <words>")
        assert answer.status_code == 422
        assert "Kept &lt;words&gt;" in answer.text
    assert ours(office) == []


def test_a_closed_window_offers_no_free_text_and_keeps_what_was_typed(office: Office) -> None:
    hear(office.database, at=ago(hours=23))
    browser = office.browser("kim")
    there, token = composer(office, browser)
    with_window_closed(office)
    answer = send(browser, there, token, "Too late")
    assert answer.status_code == 422
    assert 'data-composer="closed"' in answer.text
    assert f'hx-post="{there}/pending-reply"' in answer.text
    assert f'hx-post="{there}/messages"' not in answer.text
    assert ">\nToo late</textarea>" in answer.text
    assert "The reply window is closed." in answer.text
    assert ours(office) == []


def with_window_closed(office: Office) -> None:
    """A day passes."""
    there = conversation_with(office.database)
    office.database.write(
        lambda session: conversations.change(session, there.account_sid, there.id or 0, last_inbound_at=ago(hours=25))
    )


def test_to_someone_who_opted_out_nothing_is_offered(office: Office) -> None:
    hear(office.database)
    browser = office.browser("kim")
    there, token = composer(office, browser)
    hear(office.database, "Unsubscribe")
    waiting = len(ours(office))
    page = browser.get(there).text
    assert "<textarea" not in page
    assert "They sent UNSUBSCRIBE:" in page
    assert "They can come back by writing START." in page
    answer = send(browser, there, token, "One more thing")
    assert answer.status_code == 422
    assert len(ours(office)) == waiting
    hear(office.database, "START")
    assert "<textarea" in browser.get(there).text


def test_an_auditor_reads_and_sends_nothing(office: Office) -> None:
    hear(office.database)
    kim, otto = office.browser("kim"), office.browser("otto")
    there, token = composer(office, kim)
    page = otto.get(there).text
    assert "You can read here, not answer." in page
    assert "<textarea" not in page
    for stolen in (token, ""):
        assert send(otto, there, stolen, "Hello").status_code == 403
    assert ours(office) == []


def test_to_another_accounts_conversation_nothing_is_sent(office: Office) -> None:
    hear(office.database)
    browser = office.browser("ana")
    _, token = composer(office, browser)
    take(office.database, webhook("inbound", inbound_form(AccountSid=STRANGER_ACCOUNT)))
    for number in (2, 999):
        assert send(browser, f"/conversations/{number}", token, "Hello").status_code in (404, 422)
        assert browser.get(f"/conversations/{number}").status_code == 404
    assert ours(office) == []


def test_a_form_without_our_key_sends_nothing(office: Office) -> None:
    hear(office.database)
    browser = office.browser("kim")
    there, token = composer(office, browser)
    answer = browser.post(f"{there}/messages", {"compose_token": token, "body": "Hello", "csrf_token": "x"})
    assert answer.status_code == 400
    assert ours(office) == []
