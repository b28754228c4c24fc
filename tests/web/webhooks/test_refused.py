"""What Twilio did not sign is refused, without any work in the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from app.store.tables import Message
from tests.support.cast import CALLBACK_BASE, STRANGER_ACCOUNT, TOKEN, inbound_form, rows, signature, status_form
from tests.support.twilio import Pairs, Twilio

SECONDARY = Twilio.SETTINGS["TWILIO_AUTH_TOKEN_SECONDARY"]

DECIDING = (
    "AccountSid",
    "MessageSid",
    "From",
    "To",
    "Body",
    "NumMedia",
    "OptOutType",
    "ButtonPayload",
    "MessageStatus",
)


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every statement that any engine of this process is given."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


def test_a_wrong_signature_is_refused_at_every_door(twilio: Twilio, statements: list[str]) -> None:
    other = signature(CALLBACK_BASE, [])
    wrong = ("", "x", "x" * 100_000, "é" * 28, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "\x7f", "\t", other)
    statements.clear()
    for path in ("/twilio/inbound", "/twilio/status", "/twilio/status/1/1", "/twilio/fallback"):
        for signed in wrong:
            answer = twilio.post(path, inbound_form(), headers={"X-Twilio-Signature": signed})
            assert (answer.status_code, statements) == (403, []), (path, signed[:40])


def test_no_signature_at_all_is_refused(twilio: Twilio, statements: list[str]) -> None:
    statements.clear()
    client = twilio.application.test_client()
    assert client.post("/twilio/inbound", data=inbound_form()).status_code == 403
    assert statements == []


def test_both_tokens_sign_during_a_rotation_and_no_third(twilio: Twilio) -> None:
    answers = [twilio.post("/twilio/inbound", inbound_form(), token=token) for token in (TOKEN, SECONDARY, "third")]
    assert [answer.status_code for answer in answers] == [200, 200, 403]


def test_an_unknown_account_is_refused(twilio: Twilio, statements: list[str]) -> None:
    statements.clear()
    assert twilio.inbound(inbound_form(AccountSid=STRANGER_ACCOUNT)).status_code == 403
    assert twilio.inbound(inbound_form(AccountSid="")).status_code == 403
    assert statements == []


def test_a_form_without_its_account_is_refused(twilio: Twilio, statements: list[str]) -> None:
    form = inbound_form()
    del form["AccountSid"]
    statements.clear()
    assert (twilio.inbound(form).status_code, statements) == (400, [])


FORGED: tuple[dict[str, str], ...] = (
    {"Host": "evil.example"},
    {"Host": "evil.example:99999"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "ftp", "X-Forwarded-Prefix": "/x"},
    {"X-Forwarded-For": "6.6.6.6", "Forwarded": "host=evil.example;proto=ftp", "X-Original-URL": "/x"},
    {"X-Rewrite-Url": "/x", "X-Forwarded-Port": "1"},
)


def test_forged_headers_change_nothing(twilio: Twilio) -> None:
    for headers in FORGED:
        assert twilio.post("/twilio/inbound", inbound_form(), headers=headers).status_code == 200
        named = f"http://{headers.get('Host', 'evil.example')}/twilio/inbound"
        answer = twilio.post("/twilio/inbound", inbound_form(), headers=headers, signed_url=named)
        assert answer.status_code == 403


def test_a_query_is_part_of_what_is_signed(twilio: Twilio) -> None:
    bare = f"{CALLBACK_BASE}/twilio/inbound"
    for query in ("?a=1", "?a=1&b=%2F", "?bodySHA256=x", "?a=%C3%BC%20"):
        assert twilio.post(f"/twilio/inbound{query}", inbound_form()).status_code == 200
        assert twilio.post(f"/twilio/inbound{query}", inbound_form(), signed_url=bare).status_code == 403


def test_fields_of_the_query_decide_nothing(twilio: Twilio) -> None:
    form = inbound_form()
    account = form.pop("AccountSid")
    assert twilio.post(f"/twilio/inbound?AccountSid={account}", form).status_code == 400


def test_a_signature_holds_for_its_own_door_only(twilio: Twilio) -> None:
    form = status_form("SM" + "1" * 32, "sent")
    signed_url = f"{CALLBACK_BASE}/twilio/status/1/1"
    assert twilio.post("/twilio/status/1/2", form, signed_url=signed_url).status_code == 403
    assert twilio.post("/twilio/status/1/1", form, signed_url=signed_url).status_code == 204


def test_a_doubled_field_that_decides_is_refused(twilio: Twilio, statements: list[str]) -> None:
    statements.clear()
    for name in DECIDING:
        for value in ("the same", "another"):
            pairs = [*(inbound_form() | {name: "the same"}).items(), (name, value)]
            assert (twilio.inbound(pairs).status_code, statements) == (400, []), name


def test_a_moved_boundary_never_makes_another_message(twilio: Twilio) -> None:
    """Names and values are joined with nothing between, so that each of these is signed alike."""
    for swallowed in inbound_form():
        form = inbound_form(Body="hi")
        forged = _swallowing(form, swallowed)
        signed = signature(f"{CALLBACK_BASE}/twilio/inbound", list(form.items()))
        answer = twilio.post("/twilio/inbound", forged, headers={"X-Twilio-Signature": signed})
        # Body and NumMedia may be absent, but not hidden.
        decides = swallowed in ("AccountSid", "MessageSid", "From", "To", "Body", "NumMedia")
        # What is hidden behind AccountSid makes it another account.
        assert answer.status_code == (400 if decides else 403 if swallowed == "ApiVersion" else 200), swallowed
        for message in rows(twilio.database, Message, sid=form["MessageSid"]):
            assert (message.from_address, message.to_address) == (form["From"], form["To"])
            assert message.body.startswith("hi")


def test_a_status_whose_message_is_hidden_is_refused(twilio: Twilio) -> None:
    form = status_form("SM" + "1" * 32, "failed", "63016")
    signed = signature(f"{CALLBACK_BASE}/twilio/status", list(form.items()))
    forged = _swallowing(form, "MessageSid")
    answer = twilio.post("/twilio/status", forged, headers={"X-Twilio-Signature": signed})
    assert answer.status_code == 400


def _swallowing(form: dict[str, str], swallowed: str) -> Pairs:
    """The form with one field hidden in the value of the one that is signed before it."""
    names = sorted(form)
    place = names.index(swallowed)
    if place == 0:
        return [(f"{name}{value}", "") if name == swallowed else (name, value) for name, value in form.items()]
    before = names[place - 1]
    forged = {**form, before: f"{form[before]}{swallowed}{form[swallowed]}"}
    del forged[swallowed]
    return list(forged.items())


def test_only_post_is_taken(twilio: Twilio, statements: list[str]) -> None:
    statements.clear()
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH"):
        answer = twilio.application.test_client().open("/twilio/inbound", method=method)
        assert (answer.status_code, statements) == (405, [])
        assert "POST" in (answer.allow or ())


def test_a_door_that_is_none_is_not_found(twilio: Twilio) -> None:
    for path in ("/twilio/status/1", "/twilio/status/x/1", "/twilio/status/-1/1", "/twilio/other"):
        assert twilio.post(path, inbound_form()).status_code == 404
