"""One door in all the ways that its address is written, and signed: with slashes too many, apostrophes, shared keys."""

from __future__ import annotations

import io
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from flask import Flask

from app.application import create_app
from app.settings import Settings
from app.store.tables import Journal, Message
from tests.support.cast import CALLBACK_BASE, TOKEN, inbound_form, new_sid, only, rows, signature, status_form
from tests.support.twilio import FORM, Twilio

SLASHES = ("//twilio/inbound", "/twilio//inbound", "/twilio/inbound/", "///twilio/inbound//", "/twilio/inbound/?a=1")
STATUSES = ("/twilio/status/", "//twilio/status", "/twilio/status/7/1/", "/twilio//status/7/1")
SHARED_KEY = "a-shared-key-of-the-tests"
BY_SHARED_KEY = {"X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"}


def test_a_slash_too_many_leads_to_the_same_door_and_is_signed_as_it_came(twilio: Twilio) -> None:
    for path in SLASHES:
        form = inbound_form()
        answer = twilio.post(path, form)
        assert (answer.status_code, answer.text) == (200, "<Response></Response>"), path
        assert only(twilio.database, Message, sid=form["MessageSid"]).body == form["Body"]
        bare = twilio.post(path, inbound_form(), signed_url=f"{CALLBACK_BASE}/twilio/inbound")
        assert bare.status_code == 403, path
    for path in STATUSES:
        assert twilio.post(path, status_form(new_sid(), "sent")).status_code == 204, path
    assert {row.path.rstrip("/") for row in rows(twilio.database, Journal)} == {
        "/twilio/inbound",
        "/twilio/status",
        "/twilio/status/7/1",
    }


def test_the_same_form_by_another_spelling_of_the_door_is_a_repeat(twilio: Twilio) -> None:
    form = inbound_form()
    for path in ("/twilio/inbound", *SLASHES):
        assert twilio.post(path, form).status_code == 200
    assert len(rows(twilio.database, Journal)) == 1


def test_other_pages_keep_their_paths(twilio: Twilio) -> None:
    client = twilio.application.test_client()
    assert client.get("/login/").status_code == 404
    assert client.get("/settings//agents").status_code == 308
    assert client.post("/twilio//", data={}).status_code == 404


def test_an_apostrophe_in_the_query_is_known_in_both_spellings(twilio: Twilio) -> None:
    plain, coded = "/twilio/inbound?who=O'Brien's&b=1", "/twilio/inbound?who=O%27Brien%27s&b=1"
    for sent in (plain, coded):
        for signed in (plain, coded):
            answer = twilio.post(sent, inbound_form(), signed_url=f"{CALLBACK_BASE}{signed}")
            assert answer.status_code == 200, (sent, signed)
        other = twilio.post(sent, inbound_form(), signed_url=f"{CALLBACK_BASE}/twilio/inbound?who=OBriens&b=1")
        assert other.status_code == 403


@pytest.fixture
def shared(
    database_url: str, make_settings: Callable[..., Settings], twilio: Twilio, through: Callable[[Flask], Flask]
) -> Twilio:
    """Twilio, at an application that knows two shared keys."""
    settings = {**Twilio.SETTINGS, "TWILIO_WEBHOOK_SHARED_KEYS": f"another, {SHARED_KEY}"}
    application = create_app(make_settings(DATABASE_URL=database_url, **settings))
    return Twilio(through(application))


def by_key(twilio: Twilio, key: str, algorithm: str, named: str) -> int:
    """The answer to a form signed with a key, when the header names this algorithm."""
    pairs = list(inbound_form().items())
    signed = signature(f"{CALLBACK_BASE}/twilio/inbound", pairs, key, algorithm)
    headers = {"X-Twilio-Signature": signed, "X-Twilio-Webhooks-Signature-Settings": named}
    return twilio.post("/twilio/inbound", pairs, headers=headers).status_code


def test_a_shared_key_signs_by_the_algorithm_that_is_named(shared: Twilio) -> None:
    for key, algorithm, named, code in (
        (SHARED_KEY, "HMAC_SHA256", "key=k,algorithm=HMAC_SHA256", 200),
        ("another", "HMAC_SHA256", "algorithm=hmac_sha256, key=k", 200),
        (SHARED_KEY, "HMAC_SHA1", "key=k", 200),
        (SHARED_KEY, "HMAC_SHA1", "key=k,algorithm=HMAC_SHA256", 403),
        (SHARED_KEY, "HMAC_SHA256", "key=k", 403),
        (SHARED_KEY, "HMAC_SHA256", "", 403),
        (SHARED_KEY, "HMAC_SHA256", "key=k,algorithm=HMAC_SHA512", 403),
        (SHARED_KEY, "HMAC_SHA256", "algorithm=" + "x" * 5_000, 403),
        ("a third", "HMAC_SHA256", "key=k,algorithm=HMAC_SHA256", 403),
        (TOKEN, "HMAC_SHA256", "key=k,algorithm=HMAC_SHA256", 403),
        (TOKEN, "HMAC_SHA1", "key=k", 403),
        (TOKEN, "HMAC_SHA1", "", 200),
    ):
        assert by_key(shared, key, algorithm, named) == code, (key, algorithm, named)
    shared.database.close()


def test_without_shared_keys_none_signs_and_the_refusal_names_the_setting(twilio: Twilio) -> None:
    for key in (TOKEN, "", SHARED_KEY):
        assert by_key(twilio, key, "HMAC_SHA256", "key=k,algorithm=HMAC_SHA256") == 403
    answer = twilio.post("/twilio/inbound", inbound_form(), headers=BY_SHARED_KEY)
    assert "TWILIO_WEBHOOK_SHARED_KEYS" in answer.text
    assert rows(twilio.database, Journal) == []


def test_a_form_in_chunks_that_is_too_large_is_told_so(twilio: Twilio) -> None:
    """No length is said beforehand; the server marks where the body ends."""
    for length, code in ((200_000, 200), (262_144, 413), (300_000, 413), (2_000_000, 413)):
        form = inbound_form(Body="x" * length)
        signed = signature(f"{CALLBACK_BASE}/twilio/inbound", list(form.items()))
        answer = twilio.application.test_client().post(
            "/twilio/inbound",
            input_stream=io.BytesIO(urlencode(form).encode()),
            content_type=FORM,
            headers={"X-Twilio-Signature": signed},
            environ_overrides={"wsgi.input_terminated": True},
        )
        assert answer.status_code == code, length
    assert len(rows(twilio.database, Journal)) == 1


@pytest.mark.parametrize("spelling", ["", "/"])
def test_whoever_opens_a_door_is_told_what_to_set(twilio: Twilio, spelling: str) -> None:
    client = twilio.application.test_client()
    for door in ("inbound", "fallback", "status"):
        answer = client.get(f"/twilio/{door}{spelling}", headers={"Accept": "text/html"})
        assert (answer.status_code, answer.mimetype) == (405, "text/plain")
        assert answer.text.endswith(f"HTTP POST: {CALLBACK_BASE}/twilio/{door}")
    assert client.get("/twilio/status/1/2").text == client.get("/twilio/status").text
    for method in (client.put, client.patch, client.delete):
        assert method(f"/twilio/inbound{spelling}").text == client.get("/twilio/inbound").text
