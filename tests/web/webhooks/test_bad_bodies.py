"""Bodies that no Twilio would post: a clear 4xx, or stored and shown as text; never a 5xx, never a lost form."""

from __future__ import annotations

import json
from urllib.parse import quote

from app.store.tables import Contact, Journal, Message, StatusEvent
from tests.payloads import inbound_forms, status_forms
from tests.support.cast import CALLBACK_BASE, inbound_form, new_sid, only, rows, signature, status_form
from tests.support.twilio import Twilio

HUGE = "x" * 100_000
EVERY_FIELD = sorted({name for form in inbound_forms().values() for name in form} | {"FlowData", "OptOutType"})
NASTY = {
    "NUL": "a\x00b",
    "a replacement sign": "a\ufffdb",
    "right to left override": "\u202egpj.exe",
    "a lone surrogate in JSON": '{"a": "\\ud800"}',
    "NUL in JSON": '{"a": "\\u0000"}',
    "deep JSON": "[" * 20_000,
    "a huge number in JSON": "9" * 5_000,
    "not a number in JSON": '{"a": NaN, "b": Infinity}',
    "markup": "<script>alert(1)</script>",
    "SQL": "'; DROP TABLE message; --",
    "a template": "{{ 7 * 7 }} ${7*7} %s %(x)s",
    "private use and noncharacters": "\ue000\uffff\U0010ffff",
}


def test_nasty_values_in_any_field_are_text(twilio: Twilio) -> None:
    together = " ".join(NASTY.values())
    for name in EVERY_FIELD:
        if name != "AccountSid":
            assert twilio.inbound({**inbound_form(), name: together}).status_code == 200, name
            assert [name, together] in json.loads(rows(twilio.database, Journal)[-1].form)
    for name in status_forms()["failed, media"]:
        if name != "AccountSid":
            form = {**status_form(new_sid(), "failed", "63019"), name: together}
            assert twilio.status(form).status_code == 204, name
    assert_understood(twilio)


def test_a_nasty_value_where_json_is_expected_is_kept_as_it_was_said(twilio: Twilio) -> None:
    for what, value in NASTY.items():
        form = inbound_form(InteractiveData=value, FlowData=value, ChannelMetadata=value, ButtonPayload=value)
        assert twilio.inbound(form).status_code == 200, what
    assert_understood(twilio)
    kept = [row.details["flow"] for row in rows(twilio.database, Message)]
    assert kept == [value.replace("\x00", "\ufffd") for value in NASTY.values()]


def assert_understood(twilio: Twilio) -> None:
    assert not [row.reason for row in rows(twilio.database, Journal) if row.reason.startswith("error:")]


def test_a_hundred_kilobytes_in_every_field_are_stored_or_in_quarantine(twilio: Twilio) -> None:
    for name in EVERY_FIELD:
        if name != "AccountSid":
            assert twilio.inbound({**inbound_form(), name: HUGE}).status_code == 200, name
    for name in status_forms()["failed, media"]:
        if name != "AccountSid":
            assert twilio.status({**status_form(new_sid(), "failed", "63019"), name: HUGE}).status_code == 204, name
    reasons = {row.reason for row in rows(twilio.database, Journal)}
    assert reasons <= {"", "sid_invalid", "from_invalid", "to_invalid", "status_invalid"}


def test_a_long_message_is_kept_whole(twilio: Twilio) -> None:
    form = inbound_form(Body=HUGE, ProfileName="n" * 5_000)
    twilio.inbound(form)
    assert only(twilio.database, Message, sid=form["MessageSid"]).body == HUGE
    assert only(twilio.database, Contact).profile_name == "n" * 300


def test_nul_becomes_visible_in_the_message_and_stays_in_the_raw_form(twilio: Twilio) -> None:
    form = inbound_form(Body="a\x00b")
    twilio.inbound(form)
    assert only(twilio.database, Message).body == "a\ufffdb"
    assert ["Body", "a\x00b"] in json.loads(only(twilio.database, Journal).form)


def test_invalid_utf8_is_refused_or_stored(twilio: Twilio) -> None:
    for raw in (b"%FF%FE", b"%ED%A0%80", b"\xff\xfe", b"%C0%AF", b"%", b"%zz"):
        form = inbound_form(Body="BODY")
        body = "&".join(f"{quote(name)}={quote(value)}" for name, value in form.items()).encode().replace(b"BODY", raw)
        for read_as in ("BODY", "\ufffd", "\ufffd\ufffd", "\ufffd\ufffd\ufffd"):
            pairs = list((form | {"Body": read_as}).items())
            signed_by = {"X-Twilio-Signature": signature(f"{CALLBACK_BASE}/twilio/inbound", pairs)}
            answer = twilio.post("/twilio/inbound", form, body=body, headers=signed_by)
            assert answer.status_code in (200, 403)


def test_a_body_beyond_the_caps_is_refused(twilio: Twilio) -> None:
    bodies = {b"x" * 1_000_000: 413, b"&".join([b"a=1"] * 200_000): 413, b"&".join([b"a"] * 1_000): 400, b"": 400}
    for body, code in bodies.items():
        assert twilio.post("/twilio/inbound", {}, body=body).status_code == code


def test_anything_but_a_form_is_refused(twilio: Twilio) -> None:
    for content_type in ("application/json", "multipart/form-data; boundary=x", "text/plain", "", "x" * 1_000):
        assert twilio.post("/twilio/inbound", inbound_form(), content_type=content_type).status_code == 415
    assert rows(twilio.database, Journal) == []


def test_the_form_may_name_its_charset(twilio: Twilio) -> None:
    form = inbound_form(Body="Grüße 🙏")
    content_type = "application/x-www-form-urlencoded; charset=utf-8"
    assert twilio.post("/twilio/inbound", form, content_type=content_type).status_code == 200
    assert only(twilio.database, Message).body == "Grüße 🙏"


def test_a_status_that_can_be_none_waits_in_quarantine(twilio: Twilio) -> None:
    for status in ("", "x" * 41, "x" * 10_000):
        for _ in range(2):
            assert twilio.status(status_form(new_sid(), status)).status_code == 204
    assert {row.reason for row in rows(twilio.database, Journal)} == {"status_invalid"}
    assert rows(twilio.database, StatusEvent) == []


def test_a_callback_for_a_message_that_never_was_is_an_orphan(twilio: Twilio) -> None:
    for path in ("/twilio/status/0/0", f"/twilio/status/{'9' * 18}/1", f"/twilio/status/1/{2**63 - 1}"):
        sid = new_sid()
        assert twilio.post(path, status_form(sid, "sent")).status_code == 204, path
        assert only(twilio.database, StatusEvent, sid=sid).message_id is None
