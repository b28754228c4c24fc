"""Forms and signatures without any server, for benches and fault runs."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from harness.simulator import ACCOUNT, CUSTOMER, SENDER, SERVICE, TOKEN
from simulator import forms, signing
from simulator.posting import Rules

LINE = forms.Line(ACCOUNT, SENDER, SERVICE)
URL = "https://console.example/twilio/inbound"
VALIDATOR: Any = RequestValidator(TOKEN)  # type: ignore[no-untyped-call]


def test_a_form_is_signed_so_that_twilios_library_agrees() -> None:
    form = forms.inbound(LINE, forms.Inbound(CUSTOMER, "شكراً 🙏 a&b=c+d", "Ava"))
    headers = signing.signed_headers(URL, form, TOKEN, "token-1")
    received = dict(parse_qsl(signing.encode(form).decode()))
    assert received == form
    assert VALIDATOR.validate(URL, received, headers["X-Twilio-Signature"])
    assert not VALIDATOR.validate(URL, {**received, "Body": "x"}, headers["X-Twilio-Signature"])
    assert headers["I-Twilio-Idempotency-Token"] == "token-1"


def test_the_fragment_is_not_signed() -> None:
    form = {"A": "1"}
    assert signing.signature(f"{URL}#rc=2", form, TOKEN) == signing.signature(URL, form, TOKEN)


def test_every_form_has_its_own_sid() -> None:
    message = forms.Inbound(CUSTOMER, "Hi")
    sids = {forms.inbound(LINE, message)["MessageSid"] for _ in range(1000)}
    assert len(sids) == 1000


def test_without_a_service_none_is_named() -> None:
    line = forms.Line(ACCOUNT, SENDER)
    assert "MessagingServiceSid" not in forms.inbound(line, forms.Inbound(CUSTOMER))
    assert "MessagingServiceSid" not in forms.status(line, "SM1", CUSTOMER, "sent")


def test_a_failed_status_says_why() -> None:
    form = forms.status(LINE, "SM1", CUSTOMER, "failed", error_code="63019", error_message="Media failed")
    assert (form["ErrorCode"], form["ErrorMessage"]) == ("63019", "Media failed")
    assert form["MessageStatus"] == form["SmsStatus"] == "failed"


@pytest.mark.parametrize(
    ("fragment", "rules"),
    [
        ("", Rules(5, 15, 15, 1, frozenset({"ct"}))),
        ("#ct=2000&rt=4500&rc=2&rp=5xx,ct,rt", Rules(2, 4.5, 15, 2, frozenset({"5xx", "ct", "rt"}))),
        ("#ct=1&rt=99999&rc=9&rp=nonsense", Rules(0.1, 15, 15, 5, frozenset({"ct"}))),
    ],
)
def test_the_rules_of_transport_are_read_from_the_fragment(fragment: str, rules: Rules) -> None:
    assert Rules.of(URL + fragment) == rules
