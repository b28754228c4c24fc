"""Customers who write: genuine forms of every kind, and Twilio's rules of transport."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from harness.simulator import ACCOUNT, CUSTOMER, SENDER, SERVICE, Simulator
from tests.simulator.conftest import Twilio
from tests.simulator.receiver import Receiver, Webhook


def write(simulator: Simulator, **what: Any) -> dict[str, Any]:
    answer: dict[str, Any] = simulator.control("inbound", **{"from": CUSTOMER, "profile_name": "Ava", **what})
    return answer


def test_a_text_arrives_as_twilio_posts_it(simulator: Simulator, receiver: Receiver) -> None:
    told = write(simulator, body="Where is my order?")
    (webhook,) = receiver.webhooks
    assert webhook.genuine
    assert webhook.path == "/twilio/inbound"
    assert webhook.headers["I-Twilio-Idempotency-Token"]
    assert told["answer"]["status"] == 204
    sid = told["sid"]
    assert webhook.form == {
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ProfileName": "Ava",
        "MessageType": "text",
        "SmsSid": sid,
        "WaId": "14155550123",
        "SmsStatus": "received",
        "Body": "Where is my order?",
        "To": SENDER,
        "MessagingServiceSid": SERVICE,
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "ChannelMetadata": '{"type":"whatsapp","data":{"context":{"ProfileName":"Ava","WaId":"14155550123"}}}',
        "From": CUSTOMER,
        "ExternalUserId": "whatsapp:US.1349155550123",
        "ApiVersion": "2010-04-01",
    }


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ({"media": ["picture"], "body": "Worn?"}, {"MessageType": "image", "MediaContentType0": "image/jpeg"}),
        ({"media": ["voice"]}, {"MessageType": "audio", "MediaContentType0": "audio/ogg"}),
        ({"media": ["video"]}, {"MessageType": "video", "MediaContentType0": "video/mp4"}),
        ({"media": ["document"]}, {"MessageType": "document", "MediaContentType0": "application/pdf"}),
        ({"media": ["sticker"]}, {"MessageType": "sticker", "MediaContentType0": "image/webp"}),
        ({"media": ["card"]}, {"MessageType": "contacts", "MediaContentType0": "text/vcard"}),
        ({"num_media": 2}, {"NumMedia": "2", "MediaContentType1": "image/jpeg"}),
        (
            {"location": {"Latitude": "51.5", "Longitude": "-0.04", "Label": "Yard", "Address": "London"}},
            {"MessageType": "location", "Latitude": "51.5", "Label": "Yard", "Address": "London"},
        ),
        (
            {"body": "Confirm", "button": {"text": "Confirm", "payload": "c1"}, "reply_to": "MM" + "3" * 32},
            {
                "MessageType": "button",
                "ButtonText": "Confirm",
                "ButtonPayload": "c1",
                "OriginalRepliedMessageSid": "MM" + "3" * 32,
                "OriginalRepliedMessageSender": SENDER,
            },
        ),
        (
            {"body": "Tomorrow", "button": {"text": "Tomorrow"}, "kind": "interactive"},
            {"MessageType": "interactive", "ButtonText": "Tomorrow", "ButtonPayload": "Tomorrow"},
        ),
        (
            {"body": "Workshop", "list_choice": {"id": "dept", "title": "Workshop"}},
            {"MessageType": "interactive", "ListId": "dept", "ListTitle": "Workshop"},
        ),
        ({"body": "Seen?", "forwarded": True}, {"Forwarded": "true", "FrequentlyForwarded": "true"}),
        (
            {"body": "Offer", "referral": {"Headline": "Cycles", "SourceType": "ad"}},
            {"ReferralHeadline": "Cycles", "ReferralSourceType": "ad", "ReferralNumMedia": "0"},
        ),
        ({"body": "STOP", "opt_out_type": "STOP"}, {"OptOutType": "STOP"}),
        ({"kind": "order", "extra": {"OrderItems": "[]"}}, {"MessageType": "order", "OrderItems": "[]"}),
        ({"body": "هل يمكنكم؟ 🙏"}, {"Body": "هل يمكنكم؟ 🙏"}),
        ({"body": "hi", "external_user_id": "whatsapp:GB.77"}, {"ExternalUserId": "whatsapp:GB.77"}),
        ({"body": "hi", "to": "+14155238887"}, {"To": "whatsapp:+14155238887"}),
    ],
)
def test_every_kind_is_genuine(
    simulator: Simulator, receiver: Receiver, what: dict[str, Any], fields: dict[str, str]
) -> None:
    write(simulator, **what)
    (webhook,) = receiver.webhooks
    assert webhook.genuine
    assert {name: webhook.form.get(name) for name in fields} == fields
    prefix = "MM" if webhook.form["NumMedia"] != "0" else "SM"
    assert webhook.form["MessageSid"].startswith(prefix)


def test_a_customer_without_a_number_has_no_waid(simulator: Simulator, receiver: Receiver) -> None:
    write(simulator, **{"from": "whatsapp:GB.13490801221918", "body": "Hi"})
    form = receiver.webhooks[0].form
    assert form["From"] == form["ExternalUserId"] == "whatsapp:GB.13490801221918"
    assert "WaId" not in form
    assert json.loads(form["ChannelMetadata"])["data"]["context"]["WaId"] == ""


def test_what_the_console_missed_stays_in_the_list(simulator: Simulator, receiver: Receiver, twilio: Twilio) -> None:
    receiver.answers.append(500)
    told = write(simulator, body="Anybody?")
    assert (told["answer"]["status"], told["answer"]["tries"]) == (500, 1)
    unposted = write(simulator, body="Never posted", post=False)
    assert unposted["answer"] is None
    assert len(receiver.webhooks) == 1
    assert {m.sid for m in twilio.messages.list(to=SENDER)} == {told["sid"], unposted["sid"]}


def test_the_urls_rules_say_what_is_tried_again(simulator: Simulator, receiver: Receiver) -> None:
    simulator.control("settings", inbound_rules="rc=2&rp=5xx,ct,rt")
    receiver.answers += [503, 500]
    told = write(simulator, body="Third time lucky")
    assert (told["answer"]["status"], told["answer"]["tries"]) == (204, 3)
    assert all(webhook.genuine for webhook in receiver.webhooks)
    assert len({webhook.headers["I-Twilio-Idempotency-Token"] for webhook in receiver.webhooks}) == 1
    assert len({webhook.form["MessageSid"] for webhook in receiver.webhooks}) == 1


def test_a_slow_answer_is_given_up(simulator: Simulator, receiver: Receiver) -> None:
    simulator.control("settings", inbound_rules="rt=150")
    release = threading.Event()

    def hold(_: Webhook) -> None:
        release.wait(3)

    receiver.before_answer = hold
    told = write(simulator, body="Slow")
    release.set()
    assert (told["answer"]["status"], told["answer"]["kind"]) == (0, "rt")


def test_the_fallback_gets_what_failed(simulator: Simulator, receiver: Receiver) -> None:
    simulator.control("settings", fallback_url=f"{receiver.url}/twilio/fallback")
    receiver.answers.append(500)
    assert write(simulator, body="Hi")["answer"]["status"] == 204
    first, second = receiver.webhooks
    assert (first.path, second.path) == ("/twilio/inbound", "/twilio/fallback")
    assert second.genuine
    assert second.form["ErrorCode"] == "11200"


@pytest.mark.parametrize("asked", [{}, {"from": CUSTOMER, "mood": "good"}, {"from": CUSTOMER, "media": ["song"]}])
def test_a_message_that_cannot_be_made_is_refused(simulator: Simulator, asked: dict[str, Any]) -> None:
    status, body = simulator.ask("POST", "/control/inbound", asked)
    assert status == 400
    assert body["error"]
