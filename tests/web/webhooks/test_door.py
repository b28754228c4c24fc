"""Which webhooks are answered before Flask, which are left to it, and that nobody can tell by the answer or the log."""

from __future__ import annotations

import io
import json
from urllib.parse import urlencode

import pytest

from app import metrics
from app.store.tables import Journal
from app.web.webhooks import answer as answering
from app.web.webhooks import door
from tests.support.cast import CALLBACK_BASE, TOKEN, inbound_form, new_sid, rows, signature, status_form
from tests.support.twilio import FORM, Twilio

USUAL = ("/twilio/inbound", "/twilio/fallback", "/twilio/status", "/twilio/status/7/1", "/twilio/inbound?a=%20b")

TEXT = "Where is the parcel?"


def form_of(path: str) -> dict[str, str]:
    return status_form(new_sid(), "sent") if "status" in path else inbound_form()


def test_usual_webhooks_need_no_flask(twilio: Twilio, way: str, asked_flask: list[str]) -> None:
    for path in USUAL:
        for content_type in (FORM, f"{FORM}; charset=UTF-8"):
            assert twilio.post(path, form_of(path), content_type=content_type).status_code in (200, 204)
        assert twilio.post(path, form_of(path), token="wrong").status_code == 403
        assert twilio.post(path, {}).status_code == 400
    assert len(asked_flask) == (4 * len(USUAL) if way == "route" else 0)


def test_whatever_is_unusual_is_left_to_flask(twilio: Twilio, asked_flask: list[str]) -> None:
    client = twilio.application.test_client()
    assert client.get("/twilio/inbound").status_code == 405
    assert client.options("/twilio/inbound").status_code == 200
    assert client.post("/twilio/other").status_code == 404
    assert twilio.post(f"/twilio/status/{'9' * 19}/1", form_of("status")).status_code == 404
    assert twilio.post("/twilio/inbound/", inbound_form()).status_code == 200
    assert twilio.post("/twilio/inbound", inbound_form(), content_type="application/json").status_code == 415
    assert twilio.post("/twilio/inbound", inbound_form(), body=b"x" * 262_145).status_code == 413
    assert in_chunks(twilio, inbound_form()) == 200
    assert client.get("/login").status_code == 200
    assert len(asked_flask) == 9


def in_chunks(twilio: Twilio, form: dict[str, str]) -> int:
    return (
        twilio.application.test_client()
        .post(
            "/twilio/inbound",
            input_stream=io.BytesIO(urlencode(form).encode()),
            content_type=FORM,
            headers={"X-Twilio-Signature": signature(f"{CALLBACK_BASE}/twilio/inbound", list(form.items()))},
            environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
        )
        .status_code
    )


def test_an_answer_says_the_same_to_a_program(twilio: Twilio) -> None:
    taken = twilio.post("/twilio/inbound", inbound_form(), headers={"X-Request-Id": "router-0123456789"})
    told = twilio.status(status_form(new_sid(), "sent"))
    refused = twilio.post("/twilio/inbound", inbound_form(), token="wrong")
    assert [(one.status_code, one.content_length) for one in (taken, told)] == [(200, 21), (204, None)]
    assert (taken.content_type, refused.content_type) == ("text/xml", "text/plain")
    assert refused.text == "The signature does not match. Check PUBLIC_BASE_URL and TWILIO_AUTH_TOKEN."
    for answer in (taken, told, refused):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
    assert taken.headers["X-Request-Id"] == "router-0123456789"
    assert rows(twilio.database, Journal)[0].request_id == "router-0123456789"
    assert len(told.headers["X-Request-Id"]) == 32


def test_the_log_has_one_line_for_each_with_the_same_facts(twilio: Twilio, log: io.StringIO) -> None:
    form = inbound_form(Body=TEXT)
    told = status_form(new_sid(), "odd word")
    for _ in range(2):
        twilio.post("/twilio/inbound", form, headers={"X-Request-Id": "router-0123456789"})
    twilio.post("/twilio/status/7/1", told)
    twilio.post("/twilio/inbound", form, token="wrong")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert [(line["endpoint"], line["status"], line.get("repeated")) for line in requests] == [
        ("webhooks.inbound", 200, False),
        ("webhooks.inbound", 200, True),
        ("webhooks.status_of_attempt", 204, False),
        ("webhooks.inbound", 403, None),
    ]
    assert (requests[0]["sid"], requests[2]["told"]) == (form["MessageSid"], "unknown")
    assert {"level", "timestamp", "method", "ms", "request_id"} <= requests[0].keys()
    assert requests[0]["request_id"] == "router-0123456789"
    (refused,) = (line for line in lines if line["event"] == "webhook.refused")
    assert refused["request_id"] == requests[3]["request_id"] != requests[0]["request_id"]
    assert TEXT not in log.getvalue()
    assert form["From"] not in log.getvalue()


def test_each_is_counted_once(twilio: Twilio) -> None:
    def counted(outcome: str) -> float:
        return float(metrics.WEBHOOKS.labels("status", outcome)._value.get())

    before = {outcome: counted(outcome) for outcome in ("taken_in", "repeated", "refused_signature", "refused_form")}
    form = status_form(new_sid(), "sent")
    for token in (TOKEN, TOKEN, "wrong"):
        twilio.post("/twilio/status", form, token=token)
    twilio.post("/twilio/status", {})
    assert {outcome: counted(outcome) - number for outcome, number in before.items()} == dict.fromkeys(before, 1)


def test_a_mistake_of_ours_is_told_by_flask(
    twilio: Twilio, monkeypatch: pytest.MonkeyPatch, log: io.StringIO, asked_flask: list[str]
) -> None:
    def stumble(*_: object) -> None:
        raise LookupError(TEXT)

    monkeypatch.setattr(door, "take_in_together", lambda _, webhooks: [None] * len(webhooks))
    monkeypatch.setattr(answering, "take_in", stumble)
    answer = twilio.inbound(inbound_form())
    assert (answer.status_code, asked_flask) == (500, ["/twilio/inbound"])
    assert "request.failed" in log.getvalue()
    assert TEXT not in log.getvalue()
