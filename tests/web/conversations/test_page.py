"""An open conversation: page, pane, older messages, changes, timeline."""

from __future__ import annotations

import re

import pytest

from app.store.messages import rows as messages
from app.store.tables import Message
from tests.support.cast import (
    ACCOUNT,
    NOOR,
    STRANGER_ACCOUNT,
    ago,
    ask,
    conversation_with,
    hear,
    inbound_form,
    new_sid,
    only,
    rows,
    take,
    tell,
    webhook,
)
from tests.support.office import Office
from tests.support.outcomes import undelivered

PARTS = ("", "/pane", "/messages?before=1", "/changes", "/state")


def bubbles(html: str) -> list[int]:
    """The messages that the HTML shows, in their order."""
    return [int(number) for number in re.findall(r'<article class="m[^"]*" id="m-(\d+)"', html)]


def bubble(html: str, message: Message) -> str:
    """One message's HTML."""
    found = re.search(rf'<article class="m[^"]*" id="m-{message.id}".*?</article>', html, re.DOTALL)
    assert found
    return found[0]


def test_the_page_has_list_thread_contact_and_composer(office: Office) -> None:
    message = hear(office.database, "Where is my order?")
    page = office.browser("kim").get(f"/conversations/{message.conversation_id}?tab=all").text
    assert bubbles(page) == [message.id]
    assert f'<li id="row-{message.conversation_id}"' in page
    assert 'aria-current="true"' in page
    assert 'role="log" aria-live="off"' in page
    assert 'id="thread-says" role="status"' in page
    assert 'id="composer" data-composer="open"' in page
    assert "+1 415-555-0123" in page
    assert "style=" not in page


@pytest.mark.parametrize("part", PARTS)
def test_another_accounts_or_no_conversation_is_404(office: Office, part: str) -> None:
    take(office.database, webhook("inbound", inbound_form(AccountSid=STRANGER_ACCOUNT)))
    browser = office.browser("ana")
    for number in ("1", "999", "9223372036854775807", "9" * 40):
        assert browser.get(f"/conversations/{number}{part}").status_code == 404


def test_older_messages_come_by_keyset_in_their_order(office: Office) -> None:
    told = [hear(office.database, f"Number {number}", at=ago(minutes=100 - number)).id for number in range(95)]
    browser = office.browser("kim")
    there = f"/conversations/{conversation_with(office.database).id}"
    seen: list[int] = []
    html = browser.get(f"{there}/pane").text
    while True:
        seen = bubbles(html) + seen
        older = re.search(r'hx-get="(/conversations/\d+/messages\?before=\d+)"', html)
        if not older:
            break
        html = browser.get(older[1]).text
    assert seen == told
    assert "Beginning of the conversation" in html


def test_a_recovered_message_stands_where_it_happened(office: Office) -> None:
    first, third = hear(office.database, at=ago(hours=3)), hear(office.database, at=ago(hours=1))
    second = hear(office.database, at=ago(hours=2))
    page = office.browser("kim").get(f"/conversations/{first.conversation_id}/pane").text
    assert bubbles(page) == [first.id, second.id, third.id]


def test_before_must_be_a_message_of_this_conversation(office: Office) -> None:
    mine, other = hear(office.database), hear(office.database, From=NOOR)
    browser = office.browser("kim")
    for before in (str(other.id), "x", "-1", "9" * 30):
        there = f"/conversations/{mine.conversation_id}/messages?before={before}"
        assert browser.get(there).status_code == 404


def test_changes_tell_new_and_changed_bubbles_and_how_far(office: Office) -> None:
    heard = hear(office.database)
    there = f"/conversations/{heard.conversation_id}"
    browser = office.browser("kim")
    cursor = re.findall(r'data-cursor="([^"]+)"', browser.get(f"{there}/pane").text)[0]
    assert bubbles(browser.get(f"{there}/changes?after={cursor}").text) == []
    asked, sid = ask(office.database), new_sid()
    answer = browser.get(f"{there}/changes?after={cursor}")
    assert bubbles(answer.text) == [asked.message_id]
    office.database.write(
        lambda session: messages.update(session, ACCOUNT, asked.message_id or 0, state="accepted", sid=sid)
    )
    tell(office.database, sid, "delivered")
    hear(office.database, "Other", From=NOOR)
    answer = browser.get(f"{there}/changes?after={answer.headers['X-Live-Cursor']}")
    assert bubbles(answer.text) == [asked.message_id]
    assert "Delivered" in answer.text
    assert bubbles(browser.get(f"{there}/changes?after={answer.headers['X-Live-Cursor']}").text) == []


def test_what_stands_around_the_messages_comes_alone(office: Office) -> None:
    heard = hear(office.database, "Hello", ProfileName="Ava")
    kim, there = office.browser("kim"), f"/conversations/{heard.conversation_id}"
    page = kim.get(there).text
    assert f'data-concerns="conversation:{heard.conversation_id}" data-fragment="{there}/state"' in page
    kim.post(f"{there}/assign", {"agent": str(office.ids["kim"])})
    kim.post(f"{there}/state", {"state": "closed"})
    hear(office.database, "STOP", ProfileName="Ava B.")
    told = kim.get(f"{there}/state", X_Switchboard_Background="1").text
    assert re.findall(r'id="(thread-head|contact|composer|messages)"', told) == ["thread-head", "contact", "composer"]
    assert "Kim Aalto" in told
    assert "Ava B." in told
    assert 'data-composer="suppressed"' in told
    assert "Hello" not in told


def test_an_opt_out_that_twilio_told_of_names_its_code(office: Office) -> None:
    message = undelivered(office.database, "63014")
    page = office.browser("kim").get(f"/conversations/{message.conversation_id}").text
    assert "Twilio told it with error 63014" in page
    assert "Opted out: error 63014" in page


def test_the_timeline_tells_each_step_with_its_source_and_code(office: Office) -> None:
    hear(office.database)
    asked, sid = ask(office.database, by=office.actor("kim")), new_sid()
    office.database.write(
        lambda session: messages.update(session, ACCOUNT, asked.message_id or 0, state="accepted", sid=sid)
    )
    tell(office.database, sid, "sent")
    tell(office.database, sid, "undelivered", "63016")
    html = office.browser("otto").get(f"/messages/{asked.message_id}/timeline").text
    steps = re.findall(r"<span>([^<]+?)\s*(?:<b class=\"mono\">(\d+)</b>)?(?:<br>|</span>)", html)
    assert steps == [("Kim Aalto asked to send it", ""), ("Sent", ""), ("Undelivered", "63016")]
    assert "callback" in html
    assert f'data-copy="{sid}"' in html
    assert re.search(r">\d\d:\d\d:\d\d\.\d{3}<", html)


def test_the_timeline_of_an_inbound_message_has_its_raw_fields(office: Office) -> None:
    heard = hear(office.database, "<b>bold</b>")
    html = office.browser("kim").get(f"/messages/{heard.id}/timeline").text
    assert ">ProfileName<" in html
    assert "&lt;b&gt;bold" in html
    assert "<b>bold" not in html


def test_another_accounts_message_has_no_timeline(office: Office) -> None:
    take(office.database, webhook("inbound", inbound_form(AccountSid=STRANGER_ACCOUNT)))
    assert rows(office.database, Message, account_sid=STRANGER_ACCOUNT)
    for number in (1, 999, "9" * 40):
        assert office.browser("ana").get(f"/messages/{number}/timeline").status_code == 404


def test_what_is_wrong_with_a_message_of_ours_is_said_below_it(office: Office) -> None:
    hear(office.database)
    there = conversation_with(office.database).id
    browser = office.browser("kim")
    cases = {
        "Not confirmed.": {"state": "unconfirmed"},
        "They can come back by writing START.": {"state": "blocked", "reason": "suppressed"},
        "the reply window was closed (63016).": {"state": "accepted", "status": "undelivered", "error_code": "63016"},
        "Odd thing (64999).": {"state": "failed", "error_code": "64999", "error_message": "Odd thing"},
        "we stopped trying": {"state": "failed", "reason": "gave_up"},
    }
    for words, columns in cases.items():
        asked = ask(office.database, words)
        number = asked.message_id or 0
        office.database.write(lambda session, n=number, c=columns: messages.update(session, ACCOUNT, n, **c))  # type: ignore[misc]
        message = only(office.database, Message, id=number)
        html = bubble(browser.get(f"/conversations/{there}/pane").text, message)
        assert words in html
        assert "m__x" in html


def test_a_message_that_was_found_stands_among_those_around_it(office: Office) -> None:
    told = [hear(office.database, f"Number {number}", at=ago(minutes=200 - number)).id for number in range(120)]
    browser = office.browser("kim")
    there = f"/conversations/{conversation_with(office.database).id}"
    html = browser.get(f"{there}/pane?message={told[50]}").text
    assert bubbles(html) == told[35:91]
    assert re.findall(r'class="m m--found" id="m-(\d+)"', html) == [str(told[50])]
    assert f"messages?before={told[35]}" in html
    newer = re.search(r'hx-get="(/conversations/\d+/messages\?after=\d+)"', html)
    assert newer
    rest = browser.get(newer[1]).text
    assert bubbles(rest) == told[91:]
    assert 'id="newer"' not in rest
    near = browser.get(f"{there}?message={told[-1]}").text
    assert bubbles(near) == told[104:]
    assert 'id="newer"' not in near


def test_what_is_no_message_of_the_conversation_is_not_looked_for(office: Office) -> None:
    other = hear(office.database, From=NOOR)
    message = hear(office.database)
    for number in (other.id, 999, "x", "-1", "9" * 40):
        html = office.browser("kim").get(f"/conversations/{message.conversation_id}?message={number}").text
        assert bubbles(html) == [message.id]
        assert "m--found" not in html
