"""`/messages/<id>/again`: another text, template or files in place of a message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from app.domain.sending import resend
from app.store.messages import rows as messages
from app.store.tables import Conversation, Message
from tests.support.cast import ACCOUNT, KIM, ago, hear, only, rows
from tests.support.hosted import with_picture
from tests.support.office import Browser, Office
from tests.support.outcomes import accepted, unconfirmed, undelivered
from tests.support.rewriting import rewrite
from tests.web.conversations.test_message_actions import strangers_message

SID = "HX" + "1" * 32


def closed(office: Office, code: str = "63016") -> Message:
    """A message to Ava that failed, whose window is closed by now."""
    message = undelivered(office.database, code, "Your bike is ready.")
    rewrite(office.database, only(office.database, Conversation), last_inbound_at=ago(days=2))
    return message


def open_page(browser: Browser, message: Message, query: str = "") -> str:
    return browser.get(f"/messages/{message.id}/again{query}").text


def template(browser: Browser, message: Message, **fields: str) -> TestResponse:
    """Fill in the template's form and press its button."""
    open_page(browser, message)
    form = {"as": "template", "content_sid": SID, "variables": "Ava", **fields}
    return browser.post(f"/messages/{message.id}/again", form)


def sent(office: Office, message: Message) -> list[Message]:
    return rows(office.database, Message, resend_of=message.id)


def test_in_a_closed_window_only_a_template_is_offered(office: Office) -> None:
    message = closed(office)
    page = open_page(office.browser("kim"), message)
    assert "Your bike is ready." in page
    assert "the reply window was closed (63016)." in page
    assert 'name="content_sid"' in page
    assert 'name="body"' not in page
    assert "The reply window is closed, so only an approved template can be sent." in page


def test_a_template_goes_in_its_place_and_is_linked(office: Office) -> None:
    message = closed(office)
    kim = office.browser("kim")
    answer = template(kim, message, content_sid=f" {SID} ", variables="Ava\r\nbike 7\r\n\r\n")
    (new,) = sent(office, message)
    assert (answer.status_code, answer.location) == (303, f"/conversations/{message.conversation_id}#m-{new.id}")
    assert (new.content_sid, new.content_variables, new.body) == (SID, {"1": "Ava", "2": "bike 7"}, "")
    thread = kim.get(f"/conversations/{message.conversation_id}").text
    assert "Second try of" in thread
    assert "Template HX1111…1111\n{{1}}: Ava\n{{2}}: bike 7" in thread


def test_pressed_twice_it_is_one_message_and_both_presses_lead_to_it(office: Office) -> None:
    message = closed(office)
    kim = office.browser("kim")
    first, second = template(kim, message), template(kim, message)
    assert first.location == second.location
    assert len(sent(office, message)) == 1


def test_what_another_sent_in_its_place_before_is_said_and_nothing_typed_is_lost(office: Office) -> None:
    message = closed(office)
    template(office.browser("ana"), message)
    kim = office.browser("kim")
    answer = template(kim, message, variables="Amelia")
    assert answer.status_code == 422
    assert "It was sent again at" in answer.text
    assert f"#m-{sent(office, message)[0].id}" in answer.text
    assert ">Amelia</p>" in answer.text
    assert 'name="content_sid"' not in open_page(kim, message)


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"content_sid": "bike_ready"}, "content_sid", "A Content SID is HX and 32 characters"),
        ({"variables": "Ava\n\nbike"}, "variables", "Variable 2 is empty"),
        ({"variables": "Ava\tW."}, "variables", "Variable 1 is empty, or holds a tab"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_all_is_kept(
    office: Office, fields: dict[str, str], field: str, words: str
) -> None:
    message = closed(office)
    answer = template(office.browser("kim"), message, **fields)
    assert answer.status_code == 422
    assert sent(office, message) == []
    assert f'id="{field}_wrong" role="alert"' in answer.text
    assert words in answer.text
    assert answer.text.count("autofocus=") == 1
    assert re.search(f'id="{field}"[^>]*autofocus', answer.text)
    for value in {"content_sid": SID, "variables": "Ava", **fields}.values():
        assert value in answer.text


def test_in_an_open_window_text_comes_first_or_what_the_address_asks_for(office: Office) -> None:
    message = undelivered(office.database, "63016", "Your bike is ready.")
    kim = office.browser("kim")
    page, asked = open_page(kim, message), open_page(kim, message, "?as=template")
    assert page.index('name="body"') < page.index('name="content_sid"')
    assert asked.index('name="content_sid"') < asked.index('name="body"')
    assert open_page(kim, message, "?as=nonsense")


def test_text_and_files_are_changed(office: Office) -> None:
    message = undelivered(office.database, "63019", "Here is the invoice.")
    rewrite(office.database, message, media_urls=["https://x.example/a", "https://x.example/b"])
    kim = office.browser("kim")
    assert open_page(kim, message).count('name="media_url"') == 2
    form = {"csrf_token": kim._key, "as": "text", "body": "As a link.", "media_url": ["", "https://x.example/c"]}
    answer = kim.client.post(f"/messages/{message.id}/again", data=form)
    assert answer.status_code == 303
    assert (sent(office, message)[0].body, sent(office, message)[0].media_urls) == (
        "As a link.",
        ["https://x.example/c"],
    )


def test_a_file_that_is_hosted_here_is_kept_by_its_name_or_left_out(office: Office, tmp_path: Path) -> None:
    message = with_picture(office.database, tmp_path)
    database = office.database
    database.write(
        lambda session: messages.update(session, ACCOUNT, message.id or 0, state="failed", error_code="63019")
    )
    kim, there = office.browser("kim"), f"/messages/{message.id}/again"
    page = open_page(kim, message)
    assert "With the file wheel.png" in page
    (reference,) = message.media_urls
    assert page.count(f'value="{reference}"') == 1
    form = {"csrf_token": kim._key, "as": "text", "body": "", "files_shown": "1"}
    assert kim.client.post(there, data=form).status_code == 422
    with_another = {**form, "media_url": "hosted:99"}
    assert kim.client.post(there, data=with_another).status_code == 422
    assert kim.client.post(there, data={**form, "media_url": reference}).status_code == 303
    assert sent(office, message)[0].media_urls == [reference]


def test_a_file_needs_a_whole_address(office: Office) -> None:
    message = undelivered(office.database, "63019", "Here is the invoice.")
    rewrite(office.database, message, media_urls=["https://x.example/a"])
    kim = office.browser("kim")
    open_page(kim, message)
    form = {"as": "text", "body": "Here", "media_url": "x.example/a"}
    answer = kim.post(f"/messages/{message.id}/again", form)
    assert answer.status_code == 422
    assert 'id="media_url_0_wrong" role="alert"' in answer.text
    assert 'value="x.example/a"' in answer.text


def test_a_templates_values_are_changed_under_their_own_names(office: Office) -> None:
    message = undelivered(office.database, "63028")
    values = {"name": "Ava", "bike": "7"}
    rewrite(office.database, message, kind="template", body="", content_sid=SID, content_variables=values)
    kim = office.browser("kim")
    assert "The lines fill, in this order: " in open_page(kim, message)
    names = list(only(office.database, Message, id=message.id).content_variables)
    template(kim, message, variables="\n".join({"name": "Amelia", "bike": "8"}[name] for name in names))
    assert sent(office, message)[0].content_variables == {"name": "Amelia", "bike": "8"}


def test_text_typed_while_the_window_closed_is_kept(office: Office) -> None:
    message = closed(office)
    kim = office.browser("kim")
    open_page(kim, message)
    answer = kim.post(f"/messages/{message.id}/again", {"as": "text", "body": "Too late by a minute"})
    assert answer.status_code == 422
    assert "Send an approved template" in answer.text
    assert "Too late by a minute</p>" in answer.text
    assert 'name="content_sid"' in answer.text
    assert sent(office, message) == []


@pytest.mark.parametrize("body", ["", "x" * 1601])
def test_no_text_and_too_long_a_text_are_refused_at_the_field(office: Office, body: str) -> None:
    message = undelivered(office.database, "63019", "Here is the invoice.")
    kim = office.browser("kim")
    open_page(kim, message)
    answer = kim.post(f"/messages/{message.id}/again", {"as": "text", "body": body})
    assert answer.status_code == 422
    assert 'id="body_wrong" role="alert"' in answer.text


def test_to_somebody_who_opted_out_nothing_is_offered(office: Office) -> None:
    message = closed(office)
    hear(office.database, "STOP")
    kim = office.browser("kim")
    page = open_page(kim, message)
    assert "This contact has opted out, so nothing may be sent." in page
    assert "<textarea" not in page
    answer = template(kim, message, variables="Typed in vain")
    assert (answer.status_code, "Typed in vain" in answer.text) == (422, True)
    assert sent(office, message) == []


def test_what_arrived_has_a_page_that_says_so(office: Office) -> None:
    message = accepted(office.database)
    kim = office.browser("kim")
    page = open_page(kim, message)
    assert "This message can&#39;t be sent again: it arrived, or is under way." in page
    assert "<textarea" not in page
    assert template(kim, message).status_code == 422


def test_what_is_not_confirmed_may_be_changed(office: Office) -> None:
    message = unconfirmed(office.database)
    assert "could deliver it twice" in open_page(office.browser("kim"), message)
    assert template(office.browser("kim"), message).status_code == 303


def test_the_templates_sent_lately_are_offered(office: Office) -> None:
    message = closed(office)
    kim = office.browser("kim")
    assert "<datalist" not in open_page(kim, message)
    template(kim, message)
    other = undelivered(office.database, "63016", customer="whatsapp:+4915112345678")
    assert f'<option value="{SID}" label="sent ' in open_page(kim, other)


def test_who_only_reads_is_refused_and_a_strangers_message_is_not_there(office: Office) -> None:
    message = closed(office)
    otto = office.browser("otto")
    assert otto.get(f"/messages/{message.id}/again").status_code == 403
    assert otto.post(f"/messages/{message.id}/again", {"as": "template", "content_sid": SID}).status_code == 403
    kim = office.browser("kim")
    kim.get("/failures")
    for number in (strangers_message(office), 999999):
        assert kim.get(f"/messages/{number}/again").status_code == 404
        assert kim.post(f"/messages/{number}/again", {"as": "template"}).status_code == 404
    assert sent(office, message) == []


def test_plain_and_changed_come_to_one_message(office: Office) -> None:
    message = undelivered(office.database, "63019")
    office.database.write(lambda session: resend.send_again(session, KIM, message.id or 0))
    assert template(office.browser("kim"), message).status_code == 422
    assert len(sent(office, message)) == 1


def test_what_was_called_off_does_not_stand_in_the_way(office: Office) -> None:
    message, kim = undelivered(office.database, "63019", "Your bike is ready."), office.browser("kim")
    rewrite(office.database, message, media_urls=["https://example.com/wheel.png"], num_media=1)
    kim.post(f"/messages/{message.id}/send-again")
    (new,) = sent(office, message)
    rewrite(office.database, new, state="held", reason="preflight")
    assert "It is sent in place of only once." in open_page(kim, message)
    kim.post(f"/messages/{new.id}/call-off")
    thread = kim.get(f"/conversations/{message.conversation_id}").text
    assert f'href="#m-{new.id}"' in thread
    for verb in ("rehost", "send-again"):
        assert f'action="/messages/{message.id}/{verb}"' in thread
    assert f'action="/messages/{message.id}/again"' in open_page(kim, message)
    kim.post(f"/messages/{message.id}/again", {"as": "text", "body": "It is ready, without the picture."})
    assert [(one.state, one.body) for one in sent(office, message)] == [
        ("cancelled", "Your bike is ready."),
        ("ready", "It is ready, without the picture."),
    ]
