"""A message is WhatsApp's where one of its ends is, and a plain SMS waits in quarantine and says so."""

from __future__ import annotations

import json

from app.store.tables import Journal, Message
from tests.support.cast import AVA, NOOR, SENDER, hear, inbound_form, only, rows, take, webhook
from tests.support.office import Office
from tests.support.twilio import Twilio

BARE_AVA, BARE_SENDER = AVA.removeprefix("whatsapp:"), SENDER.removeprefix("whatsapp:")


def test_a_bare_number_beside_a_whatsapp_address_is_whatsapps(twilio: Twilio) -> None:
    for customer, sender in ((BARE_AVA, SENDER), (AVA, BARE_SENDER), (AVA, SENDER), (NOOR, BARE_SENDER)):
        form = inbound_form(From=customer, To=sender)
        assert twilio.inbound(form).status_code == 200
        message = only(twilio.database, Message, sid=form["MessageSid"])
        assert (message.from_address, message.to_address) == (NOOR if customer == NOOR else AVA, SENDER)
        assert ["From", customer] in json.loads(only(twilio.database, Journal, sid=form["MessageSid"]).form)
    assert len({row.conversation_id for row in rows(twilio.database, Message)}) == 2


def test_an_opt_out_by_a_bare_number_holds_for_the_whatsapp_address(twilio: Twilio) -> None:
    hear(twilio.database)
    twilio.inbound(inbound_form(From=BARE_AVA, Body="STOP"))
    told = rows(twilio.database, Message, direction="outbound")
    assert [(row.to_address, row.origin) for row in told] == [(AVA, "opt_out_confirmation")]


def test_a_plain_sms_waits_in_quarantine(twilio: Twilio) -> None:
    for customer, sender in ((BARE_AVA, BARE_SENDER), ("12345", BARE_SENDER), ("ACME", BARE_SENDER)):
        assert twilio.inbound(inbound_form(From=customer, To=sender)).status_code == 200
        row = rows(twilio.database, Journal)[-1]
        assert (row.state, row.reason) == ("quarantined", "plain_sms")
    for customer, sender in (("12345", SENDER), ("ACME", SENDER), ("messenger:1", BARE_SENDER), ("", BARE_SENDER)):
        assert twilio.inbound(inbound_form(From=customer, To=sender)).status_code == 200
        assert rows(twilio.database, Journal)[-1].reason == "from_invalid"
    assert rows(twilio.database, Message) == []


def test_the_pages_say_that_it_is_a_plain_sms(office: Office) -> None:
    (received,) = take(office.database, webhook("inbound", inbound_form(From=BARE_AVA, To=BARE_SENDER)))
    kim = office.browser("kim")
    for page in (f"/journal/{received.journal_id}", "/failures", "/feed"):
        assert "It is a plain SMS, since neither From nor To begins with whatsapp:." in kim.get(page).text, page


def test_fields_that_are_mostly_there_may_be_absent(twilio: Twilio) -> None:
    for absent in (("Body",), ("NumMedia",), ("Body", "NumMedia", "NumSegments", "ProfileName", "WaId")):
        form = inbound_form()
        for name in absent:
            form.pop(name, None)
        assert twilio.inbound(form).status_code == 200, absent
        message = only(twilio.database, Message, sid=form["MessageSid"])
        assert (message.body, message.num_media) == (form.get("Body", ""), 0)
    only_needed = {name: inbound_form()[name] for name in ("AccountSid", "MessageSid", "From", "To")}
    assert twilio.inbound(only_needed).status_code == 200
    assert {row.state for row in rows(twilio.database, Journal)} == {"applied"}


def test_what_a_message_can_not_be_without_is_required(twilio: Twilio) -> None:
    for name in ("MessageSid", "From", "To"):
        form = inbound_form()
        del form[name]
        assert twilio.inbound(form).status_code == 400
    assert rows(twilio.database, Journal) == []


def test_a_body_may_name_any_field(twilio: Twilio) -> None:
    for body in ("Body", "NumMedia", "ButtonPayload", "my Body hurts", "From To MessageSid"):
        assert twilio.inbound(inbound_form(Body=body)).status_code == 200
    form = inbound_form(Body="NumMedia")
    del form["NumMedia"]
    assert twilio.inbound(form).status_code == 200
