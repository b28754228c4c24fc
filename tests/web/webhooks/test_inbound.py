"""Each kind of inbound form is stored as it came, and becomes the right message."""

from __future__ import annotations

import json
from typing import Any

from app.store.tables import Address, Contact, Conversation, FeedEvent, InboundMedia, Journal, Message
from tests.payloads import inbound_forms
from tests.support.cast import AVA, NOOR, SENDER, inbound_form, only, rows
from tests.support.twilio import Twilio

SAMPLES = inbound_forms()
QUOTED = {"quoted_sid": "SM00000000000000000000000000000386", "quoted_sender": SENDER}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("text", {}),
    "text, no number (business-scoped id)": ("text", {}),
    "text, right to left and emoji": ("text", {}),
    "picture with caption": ("image", {}),
    "picture without caption": ("image", {}),
    "voice note": ("audio", {}),
    "video": ("video", {}),
    "document": ("document", {}),
    "sticker": ("sticker", {}),
    "contact card": ("contact_card", {}),
    "location": (
        "location",
        {"latitude": "51.5229", "longitude": "-0.0443", "label": "Hoxton Yard", "address": "Hoxton Yard, London"},
    ),
    "button of a template": (
        "button",
        {
            "button_text": "Confirm",
            "button_payload": "confirm_18473",
            "quoted_sid": "MM00000000000000000000000000000384",
            "quoted_sender": SENDER,
        },
    ),
    "quick reply": (
        "button",
        {
            "button_text": "Tomorrow",
            "button_payload": '{"day":"tomorrow"}',
            "quoted_sid": "MM00000000000000000000000000000385",
            "quoted_sender": SENDER,
        },
    ),
    "list choice": (
        "list_reply",
        {
            "list_id": "dept_workshop",
            "list_title": "Workshop",
            "interactive": {"type": "list_reply", "id": "dept_workshop"},
        },
    ),
    "quoted reply": ("text", QUOTED),
    "forwarded": ("text", {"forwarded": True, "frequently_forwarded": True}),
    "from an ad": (
        "text",
        {
            "referral": {
                "headline": "Halden Cycles",
                "body": "Spring service, 20 % off",
                "source_url": "https://fb.me/3abc",
                "source_type": "ad",
                "source_id": "1203948",
                "media_url": "https://example.com/ad.jpg",
                "media_content_type": "image/jpeg",
                "ctwa_clid": "ARAkLk",
            }
        },
    ),
    "STOP": ("text", {}),
    "STOP, spaced and dotted": ("text", {}),
    "not a STOP": ("text", {}),
    "STOP answered by Twilio already": ("text", {}),
    "START": ("text", {}),
    "unknown kind": ("unknown", {"message_type": "order"}),
    "sandbox join": ("text", {}),
}


def test_every_sample_has_its_expectation() -> None:
    assert set(KINDS) == set(SAMPLES)


def test_every_kind_of_inbound_is_stored_and_applied(twilio: Twilio) -> None:
    for sample, form in SAMPLES.items():
        answer = twilio.inbound(form)
        assert (answer.status_code, answer.text) == (200, "<Response></Response>"), sample
        assert answer.mimetype == "text/xml"
        kind, details = KINDS[sample]
        journal = only(twilio.database, Journal, sid=form["MessageSid"])
        assert json.loads(journal.form) == [[name, value] for name, value in form.items()]
        assert (journal.state, journal.reason, journal.kind) == ("applied", "", "inbound")
        message = only(twilio.database, Message, sid=form["MessageSid"])
        assert (message.kind, message.details) == (kind, details), sample
        assert (message.direction, message.state, message.status) == ("inbound", "received", "received")
        assert (message.body, message.from_address, message.to_address) == (form["Body"], form["From"], form["To"])
        assert message.occurred_at == journal.occurred_at


def test_a_file_is_wanted_for_each_medium(twilio: Twilio) -> None:
    form = inbound_form("picture with caption", NumMedia="2", MediaUrl1="https://x.example", MediaContentType1="a/b")
    twilio.inbound(form)
    message = only(twilio.database, Message, sid=form["MessageSid"])
    files = sorted(rows(twilio.database, InboundMedia, message_id=message.id), key=lambda row: row.position)
    assert [(file.url, file.content_type, file.state) for file in files] == [
        (form["MediaUrl0"], "image/jpeg", "wanted"),
        ("https://x.example", "a/b", "wanted"),
    ]


def test_a_count_of_files_that_is_nonsense_is_none(twilio: Twilio) -> None:
    for count in ("-1", "x", "1e9", "²", "", "99999999999999999999"):
        form = inbound_form(NumMedia=count)
        assert twilio.inbound(form).status_code == 200
        assert only(twilio.database, Message, sid=form["MessageSid"]).num_media == 0


def test_a_customer_is_one_contact_with_one_conversation(twilio: Twilio) -> None:
    for body in ("Hello", "Anybody there?"):
        twilio.inbound(inbound_form(Body=body))
    twilio.inbound(inbound_form("text, no number (business-scoped id)"))
    ava = only(twilio.database, Address, address=AVA)
    noor = only(twilio.database, Address, address=NOOR)
    assert only(twilio.database, Contact, id=ava.contact_id).phone == "+14155550123"
    assert only(twilio.database, Contact, id=noor.contact_id).phone == ""
    assert only(twilio.database, Contact, id=noor.contact_id).country == "GB"
    conversation = only(twilio.database, Conversation, address_id=ava.id)
    newest = rows(twilio.database, Message, conversation_id=conversation.id)[-1]
    assert (conversation.unread, conversation.last_message_id) == (2, newest.id)
    assert conversation.last_inbound_at == newest.occurred_at


def test_the_name_that_whatsapp_tells_is_kept_up_to_date(twilio: Twilio) -> None:
    twilio.inbound(inbound_form(ProfileName="Ava"))
    twilio.inbound(inbound_form(ProfileName="Ava L."))
    twilio.inbound(inbound_form(ProfileName=""))
    assert only(twilio.database, Contact).profile_name == "Ava L."


def test_a_message_reopens_a_closed_conversation(twilio: Twilio) -> None:
    twilio.inbound(inbound_form())

    def close(session: Any) -> None:
        from app.domain.conversations import changes as conversations
        from tests.support.cast import KIM

        conversations.set_state(session, KIM, only(twilio.database, Conversation).id or 0, "closed")

    twilio.database.write(close)
    twilio.inbound(inbound_form())
    assert only(twilio.database, Conversation).state == "open"


def test_the_fallback_takes_the_same_form_once(twilio: Twilio) -> None:
    form = inbound_form()
    assert [twilio.post(f"/twilio/{door}", form).status_code for door in ("inbound", "fallback")] == [200, 200]
    assert len(rows(twilio.database, Message)) == 1


NOT_UNDERSTOOD: tuple[tuple[dict[str, str], str], ...] = (
    ({"From": "whatsapp:14155550123"}, "from_invalid"),
    ({"From": ""}, "from_invalid"),
    ({"From": "whatsapp:+1"}, "from_invalid"),
    ({"To": "sms:+14155238886"}, "to_invalid"),
    ({"MessageSid": "XX00"}, "sid_invalid"),
    ({"MessageSid": "SM" + "g" * 32}, "sid_invalid"),
    ({"MessageSid": ""}, "sid_invalid"),
)


def test_what_is_signed_but_not_understood_waits_in_quarantine(twilio: Twilio) -> None:
    for fields, reason in NOT_UNDERSTOOD:
        form = inbound_form(**fields)
        for _ in range(2):
            assert twilio.inbound(form).status_code == 200
        journal = rows(twilio.database, Journal)[-1]
        assert (journal.state, journal.reason, journal.applied_at) == ("quarantined", reason, None)
        assert json.loads(journal.form) == [[name, value] for name, value in form.items()]
        event = only(twilio.database, FeedEvent, kind="quarantine", journal_id=journal.id)
        assert event.word == reason
    assert len(rows(twilio.database, Journal)) == len(NOT_UNDERSTOOD)
    assert rows(twilio.database, Message) == []


def test_fields_that_nobody_knows_yet_are_kept(twilio: Twilio) -> None:
    form = inbound_form(HologramUrl="https://x.example", Übermut="ja")
    assert twilio.inbound(form).status_code == 200
    assert ["Übermut", "ja"] in json.loads(only(twilio.database, Journal).form)
