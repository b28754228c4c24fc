"""Every kind of message that Twilio posts is shown, and nothing in it is more than text."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from app.store.messages import rows as messages
from app.store.tables import Message
from tests.payloads import inbound_forms
from tests.support.cast import ACCOUNT, ask, hear, inbound_form, new_sid, only, take, webhook
from tests.support.office import Office
from tests.web.conversations.test_page import bubble, bubbles

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def shown(office: Office, sample: str, **fields: str) -> str:
    """The bubble of a sample message."""
    form = inbound_form(sample, **fields)
    (received,) = take(office.database, webhook("inbound", form))
    assert received.quarantined == ""
    message = only(office.database, Message, sid=form["MessageSid"])
    pane = office.browser("kim").get(f"/conversations/{message.conversation_id}/pane")
    assert pane.status_code == 200
    return bubble(pane.text, message)


def elements(html: str) -> dict[str, list[dict[str, str]]]:
    """The attributes of every element, by its name."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found[tag].append({name: value or "" for name, value in attrs})

    Reader().feed(html)
    return found


@pytest.mark.parametrize("sample", inbound_forms())
def test_every_sample_has_a_bubble_with_something_in_it(office: Office, sample: str) -> None:
    html = shown(office, sample)
    inside = re.search(r'<div class="m__b" dir="auto">(.*?)</div>', html, re.DOTALL)
    assert inside
    assert re.sub(r"<[^>]+>", "", inside[1]).strip()
    assert "No text" not in html
    assert "style=" not in html


@pytest.mark.parametrize("sample", inbound_forms())
def test_markup_in_any_field_is_text(office: Office, sample: str) -> None:
    kept = {"AccountSid", "MessageSid", "SmsSid", "SmsMessageSid", "From", "To", "NumMedia", "MessageType"}
    fields = {name: value + EVIL for name, value in inbound_forms()[sample].items() if name not in kept}
    html = shown(office, sample, **fields)
    assert "script" not in (tags := elements(html))
    assert tags["img"] == [] or "picture" in sample
    for attributes in (attributes for found in tags.values() for attributes in found):
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert re.match(r"/|https?://|#|$", attributes.get("href", ""))


def test_a_file_that_is_on_its_way_says_so(office: Office) -> None:
    assert "Fetching from Twilio…" in shown(office, "picture with caption")


def test_a_location_has_its_coordinates_and_a_map(office: Office) -> None:
    html = shown(office, "location")
    assert "51.5229, \N{MINUS SIGN}0.0443" in html
    assert "https://www.openstreetmap.org/?mlat=51.5229&amp;mlon=-0.0443" in html


@pytest.mark.parametrize(("latitude", "longitude"), [("x", "1"), ("91", "0"), ("nan", "nan"), ("1e400", "2")])
def test_a_location_that_is_none_has_no_map(office: Office, latitude: str, longitude: str) -> None:
    html = shown(office, "location", Latitude=latitude, Longitude=longitude)
    assert "openstreetmap" not in html
    assert f"{latitude}, {longitude}" in html


def test_an_answer_quotes_what_it_answers(office: Office) -> None:
    hear(office.database)
    asked, sid = ask(office.database, "Thursday or Friday?"), new_sid()
    office.database.write(lambda session: messages.update(session, ACCOUNT, asked.message_id or 0, sid=sid))
    html = shown(office, "quoted reply", OriginalRepliedMessageSid=sid)
    assert f'href="#m-{asked.message_id}"' in html
    assert "You: Thursday or Friday?" in html
    assert "Answers a message that isn&#39;t here" in shown(office, "quoted reply")


def test_an_unknown_kind_says_which(office: Office) -> None:
    html = shown(office, "unknown kind")
    assert "this version does not know: order" in html
    assert "Show its fields" in html


def test_an_ad_is_told_and_linked_only_by_a_web_address(office: Office) -> None:
    (sample,) = (name for name, form in inbound_forms().items() if form.get("ReferralHeadline"))
    html = shown(office, sample)
    assert "Came from an ad:" in html
    assert 'href="https://fb.me/3abc" rel="noopener noreferrer nofollow"' in html
    assert "javascript:" not in shown(office, sample, ReferralSourceUrl="javascript:alert(1)")


@pytest.mark.parametrize(
    ("body", "links"),
    [
        ("See https://example.com/a?b=1&c=2.", ["https://example.com/a?b=1&amp;c=2"]),
        ("(http://example.com/x_(y))", ["http://example.com/x_(y)"]),
        ("javascript:alert(1) data:text/html,x ftp://a.example", []),
        ("https:// and http://", []),
        ('https://a.example/"onclick="alert(1)', ["https://a.example/"]),
        ("https://[::1 is no address", []),
    ],
)
def test_only_web_addresses_become_links(office: Office, body: str, links: list[str]) -> None:
    html = shown(office, "text", Body=body)
    assert re.findall(r'<a href="([^"]*)" rel="noopener noreferrer nofollow" target="_blank">', html) == links


def test_messages_of_another_way_are_marked(office: Office) -> None:
    form = inbound_form()
    take(office.database, replace(webhook("inbound", form), source="pull"))
    message = only(office.database, Message, sid=form["MessageSid"])
    page = office.browser("kim").get(f"/conversations/{message.conversation_id}/pane").text
    assert "Recovered from Twilio" in bubble(page, message)
    assert bubbles(page) == [message.id]


def answers(html: str) -> list[tuple[str, str]]:
    """The answers of a form that the bubble shows, with their names."""
    return re.findall(r'<dt>(.*?)</dt>\s*<dd dir="auto">(.*?)</dd>', html, re.DOTALL)


def test_every_answer_of_a_form_is_shown(office: Office) -> None:
    flow = '{"q_all":["A","B"],"q_one":"C","address":{"city":"Porto"},"flow_token":"t"}'
    for field in ("FlowData", "InteractiveData"):
        found = answers(shown(office, "text", Body="", **{field: flow}))
        # PostgreSQL keeps the fields of an object in an order of its own.
        assert sorted(found) == [("address › city", "Porto"), ("q_all", "A, B"), ("q_one", "C")]


def test_answers_that_are_nested_deep_are_all_there(office: Office) -> None:
    for deep in (8, 90, 101, 1_000, 20_000):
        flow = '{"a":' * deep + '"the answer"' + "}" * deep
        ((name, value),) = answers(shown(office, "text", Body="", FlowData=flow, InteractiveData=flow))
        assert "the answer" in value
        assert len(name) < 40


def test_what_an_earlier_version_kept_too_deep_is_shown(office: Office) -> None:
    form = inbound_form("text", Body="", FlowData="{}")
    take(office.database, webhook("inbound", form))
    message = only(office.database, Message, sid=form["MessageSid"])
    deep: object = "the answer"
    for _ in range(400):
        deep = {"a": deep}
    kept = {"flow": deep}
    office.database.write(lambda session: messages.update(session, ACCOUNT, message.id or 0, details=kept))
    pane = office.browser("kim").get(f"/conversations/{message.conversation_id}/pane")
    assert "the answer" in bubble(pane.text, message)


def test_a_choice_shows_its_title_and_a_form_beside_it_its_answers(office: Office) -> None:
    (sample,) = (name for name, form in inbound_forms().items() if form.get("ListId"))
    assert answers(shown(office, sample)) == []
    assert answers(shown(office, sample, FlowData='{"size": "M"}')) == [("size", "M")]
