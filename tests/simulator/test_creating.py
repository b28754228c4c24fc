"""POST Messages.json, by Twilio's own SDK."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from harness.simulator import ACCOUNT, CUSTOMER, KEY, SECOND_SENDER, SENDER, SERVICE, TOKEN, Simulator
from harness.waiting import until
from tests.simulator.conftest import Send, Twilio
from tests.simulator.sdk import client

TEMPLATE = "HX" + "5" * 32


def test_a_create_answers_twilios_resource(send: Send) -> None:
    message = send()
    assert re.fullmatch(r"SM[0-9a-f]{32}", message.sid or "")
    assert (message.to, message.from_, message.body) == (CUSTOMER, SENDER, "Your bike is ready")
    assert (message.status, message.direction, message.num_media) == ("queued", "outbound-api", "0")
    assert (message.error_code, message.date_sent, message.messaging_service_sid) == (None, None, None)
    assert message.date_created
    assert message.uri == f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{message.sid}.json"
    assert message.subresource_uris == {"media": f"{message.uri[:-5]}/Media.json"}


def test_the_answers_headers_say_when_and_which(simulator: Simulator) -> None:
    answer = requests.post(
        f"{simulator.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
        {"To": CUSTOMER, "From": SENDER, "Body": "Hello"},
        auth=(ACCOUNT, TOKEN),
        timeout=5,
    )
    assert answer.status_code == 201
    assert re.fullmatch(r"RQ[0-9a-f]{32}", answer.headers["Twilio-Request-Id"])
    assert parsedate_to_datetime(answer.headers["Date"]).tzinfo
    assert parsedate_to_datetime(answer.json()["date_created"]).tzinfo


def test_a_messaging_service_chooses_the_sender_later(send: Send, twilio: Twilio) -> None:
    message = send(messaging_service_sid=SERVICE)
    assert (message.status, message.from_, message.messaging_service_sid) == ("accepted", None, SERVICE)
    until(lambda: twilio.messages(message.sid).fetch().status == "read")
    assert twilio.messages(message.sid).fetch().from_ == SENDER


def test_an_api_key_may_send(simulator: Simulator) -> None:
    with_key = client(simulator.url, *KEY)
    sent = with_key.messages.create(to=CUSTOMER, from_=SECOND_SENDER, body="Hello")
    with_key.http_client.session.close()
    assert sent.from_ == SECOND_SENDER


def test_a_template_is_rendered_where_its_text_is_known(simulator: Simulator, send: Send) -> None:
    simulator.control("templates", sid=TEMPLATE, text="Hello {{1}}, your {{ 2 }} is ready")
    sent = send(body="", content_sid=TEMPLATE, content_variables='{"1": "Ava", "2": "bike"}')
    assert sent.body == "Hello Ava, your bike is ready"


def test_a_customer_without_a_number_is_reached_by_id(send: Send) -> None:
    assert send(to="whatsapp:GB.13490801221918").to == "whatsapp:GB.13490801221918"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"to": "whatsapp:+1"}, 21211),
        ({"to": "whatsapp:nobody"}, 21211),
        ({"to": "+14155550123"}, 21910),
        ({"to": ""}, 21604),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"from_": ""}, 21603),
        ({"from_": "whatsapp:+14155239999"}, 63007),
        ({"messaging_service_sid": "MG" + "0" * 32}, 21701),
        ({"to": SENDER}, 63031),
        ({"content_sid": "HX" + "6" * 32, "body": ""}, 21655),
        ({"content_sid": "bike_ready", "body": ""}, 21655),
        ({"content_variables": "{}"}, 21654),
        ({"content_sid": TEMPLATE}, 63030),
        ({"content_sid": TEMPLATE, "body": "", "media_url": ["https://example.com/x.jpg"]}, 63030),
        ({"content_sid": TEMPLATE, "body": "", "content_variables": "{"}, 21656),
        ({"content_sid": TEMPLATE, "body": "", "content_variables": '["Ava"]'}, 21656),
        ({"content_sid": TEMPLATE, "body": "", "content_variables": '"Ava"'}, 21656),
        ({"content_sid": TEMPLATE, "body": "", "content_variables": '{"1": ""}'}, 21656),
        ({"content_sid": TEMPLATE, "body": "", "content_variables": '{"1": null}'}, 21656),
        ({"status_callback": "nowhere"}, 21609),
        ({"media_url": ["nowhere"]}, 21620),
    ],
)
def test_what_twilio_refuses_is_refused(
    send: Send, simulator: Simulator, changed: dict[str, object], code: int
) -> None:
    simulator.control("templates", sid=TEMPLATE, text="Hello {{1}}")
    with pytest.raises(TwilioRestException) as refusal:
        send(**changed)
    assert (refusal.value.status, refusal.value.code) == (400, code)
    assert simulator.control("record/count") == {"count": 0}


def test_1600_characters_are_taken(send: Send) -> None:
    assert send(body="x" * 1600).sid


def test_a_wrong_token_is_401(simulator: Simulator) -> None:
    stranger = client(simulator.url, ACCOUNT, "wrong")
    with pytest.raises(TwilioRestException) as refusal:
        stranger.messages.create(to=CUSTOMER, from_=SENDER, body="Hello")
    stranger.http_client.session.close()
    assert (refusal.value.status, refusal.value.code) == (401, 20003)


def test_a_refusal_has_twilios_shape(simulator: Simulator) -> None:
    url = f"{simulator.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/SM{'0' * 32}.json"
    answer = requests.get(url, auth=(ACCOUNT, TOKEN), timeout=5)
    assert answer.status_code == 404
    assert answer.json() == {
        "code": 20404,
        "message": f"The requested resource {url.removeprefix(simulator.url)} was not found",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "status": 404,
    }


def test_a_path_that_is_not_there_is_404_in_the_same_shape(simulator: Simulator) -> None:
    status, body = simulator.ask("GET", "/v9/Nothing")
    assert (status, body["code"]) == (404, 20404)
