"""`/metrics`: who may ask, and what happened at the web's doors."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.application import create_app
from app.settings import Settings
from app.store.tables import Message
from app.web.live import streams as live_streams
from harness.waiting import until
from tests.counted import risen, samples
from tests.support.cast import AVA, STRANGER_ACCOUNT, asked_message, begin, claimed, inbound_form, only, status_form
from tests.support.listening import Stream, served
from tests.support.office import Office
from tests.support.outcomes import unconfirmed
from tests.support.twilio import Twilio
from tests.web.media.test_temp import address_of

TOKEN = "a-token-of-the-tests"
NOWHERE = "postgres://postgres@127.0.0.1:1/none"
# What it asks of the database is the same on both.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Make = Callable[..., Twilio]


@pytest.fixture
def make_twilio(database_url: str, make_settings: Callable[..., Settings]) -> Iterator[Make]:
    """`make_twilio(SETTING=…)`: Twilio and an application whose metrics may be asked for."""
    made: list[Twilio] = []

    def make(**changed: str) -> Twilio:
        settings = {**Twilio.SETTINGS, "METRICS_TOKEN": TOKEN, "DATABASE_URL": database_url, **changed}
        made.append(Twilio(create_app(make_settings(**settings))))
        if settings["DATABASE_URL"] != NOWHERE:
            begin(made[-1].database)
        return made[-1]

    yield make
    for twilio in made:
        twilio.database.close()


def text(twilio: Twilio | Office) -> str:
    answer = twilio.application.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return answer.text


def shown(twilio: Twilio | Office) -> dict[str, float]:
    return samples(text(twilio))


@ON_SQLITE
def test_without_the_setting_there_is_nothing_and_a_sentence_says_so(make_twilio: Make) -> None:
    client = make_twilio(METRICS_TOKEN="").application.test_client()
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}"}):
        answer = client.get("/metrics", headers=headers)
        assert answer.status_code == 404
        assert "METRICS_TOKEN" in answer.text


@ON_SQLITE
@pytest.mark.parametrize(
    "sent",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Basic {TOKEN}",
        TOKEN,
        "Bearer é",
    ],
)
def test_without_the_token_nothing_is_told(make_twilio: Make, sent: str) -> None:
    answer = make_twilio().application.test_client().get("/metrics", headers={"Authorization": sent} if sent else {})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "switchboard_" not in answer.text


@ON_SQLITE
@pytest.mark.parametrize("token", [TOKEN, "ünïcode"])
def test_who_sends_the_token_gets_the_text_format(make_twilio: Make, token: str) -> None:
    client = make_twilio(METRICS_TOKEN=token).application.test_client()
    as_bytes = token.encode().decode("latin-1")
    answer = client.get("/metrics", headers={"Authorization": f"bearer {as_bytes}"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert "# TYPE switchboard_webhooks_total counter" in answer.text


def test_every_webhook_is_counted_by_what_became_of_it(make_twilio: Make) -> None:
    twilio = make_twilio()
    before, hello = shown(twilio), inbound_form()
    statuses = [twilio.inbound(hello).status_code, twilio.inbound(hello).status_code]
    statuses.append(twilio.inbound(inbound_form(From="nobody")).status_code)
    statuses.append(twilio.post("/twilio/fallback", inbound_form()).status_code)
    statuses.append(twilio.post("/twilio/status/1/1", status_form("SM" + "1" * 32, "sent")).status_code)
    statuses.append(twilio.inbound({"AccountSid": hello["AccountSid"]}).status_code)
    statuses.append(twilio.post("/twilio/inbound", hello, content_type="text/plain").status_code)
    statuses.append(twilio.post("/twilio/inbound", hello, body=b"x" * 300_000).status_code)
    assert statuses == [200, 200, 200, 200, 204, 400, 415, 413]
    found = risen(before, shown(twilio))
    assert {name: rise for name, rise in found.items() if name.startswith("webhooks_total")} == {
        f"webhooks_total{{door={door},outcome={outcome}}}": 1.0
        for door, outcome in (
            ("inbound", "taken_in"),
            ("inbound", "repeated"),
            ("inbound", "quarantined"),
            ("fallback", "taken_in"),
            ("status", "taken_in"),
            ("inbound", "refused_form"),
            ("inbound", "refused_media_type"),
            ("inbound", "refused_too_large"),
        )
    }
    assert found["webhook_seconds_count{door=inbound}"] == 6
    assert found["webhook_seconds_bucket{door=inbound,le=15.0}"] == 6
    assert 0 < found["webhook_seconds_sum{door=inbound}"] < 60
    assert found["webhooks_quarantined"] == 1
    assert found["statuses_total{error_code=,status=sent}"] == found["statuses_orphaned"] == 1


@ON_SQLITE
def test_every_failed_signature_is_counted_by_its_reason(make_twilio: Make) -> None:
    twilio = make_twilio()
    before = shown(twilio)
    twilio.post("/twilio/inbound", inbound_form(), headers={"X-Twilio-Signature": ""})
    twilio.post("/twilio/inbound", inbound_form(), token="another")
    twilio.post("/twilio/status", inbound_form(AccountSid=STRANGER_ACCOUNT))
    found = risen(before, shown(twilio))
    for reason in ("unsigned", "mismatch", "unknown_account"):
        assert found[f"signature_failures_total{{reason={reason}}}"] == 1
    assert found["webhooks_total{door=inbound,outcome=refused_signature}"] == 2
    assert found["webhooks_total{door=status,outcome=refused_signature}"] == 1


@ON_SQLITE
def test_without_the_database_it_says_so_and_what_it_has_counted(make_twilio: Make) -> None:
    twilio, on_a_dyno = make_twilio(DATABASE_URL=NOWHERE), make_twilio(DATABASE_URL=NOWHERE, DYNO="web.1")
    before = shown(twilio)
    assert (before["database_up"], before["webhooks_spooled"]) == (0, 0)
    assert twilio.inbound(inbound_form()).status_code == 200
    assert on_a_dyno.inbound(inbound_form()).status_code == 503
    assert {name: rise for name, rise in risen(before, shown(twilio)).items() if "seconds" not in name} == {
        "webhooks_total{door=inbound,outcome=spooled}": 1,
        "webhooks_total{door=inbound,outcome=unavailable}": 1,
        "webhooks_spooled": 1,
    }


def test_the_outbox_is_told_by_state_and_is_no_other_accounts(make_twilio: Make) -> None:
    twilio = make_twilio()
    empty = shown(twilio)
    assert empty["database_up"] == 1
    for state in ("ready", "sending", "unconfirmed"):
        assert empty[f"outbox_messages{{state={state}}}"] == empty[f"outbox_oldest_seconds{{state={state}}}"] == 0
    unconfirmed(twilio.database)
    asked_message(twilio.database, customer="whatsapp:+14155550124")
    claimed(twilio.database)
    for customer in ("whatsapp:+14155550125", "whatsapp:+14155550126"):
        asked_message(twilio.database, customer=customer)
    found = shown(twilio)
    counts = {"ready": 2, "sending": 1, "unconfirmed": 1}
    for state, count in counts.items():
        assert found[f"outbox_messages{{state={state}}}"] == count
        until(lambda state=state: shown(twilio)[f"outbox_oldest_seconds{{state={state}}}"] > 0)  # type: ignore[misc]
    strangers = make_twilio(TWILIO_ACCOUNT_SID=STRANGER_ACCOUNT)
    assert [shown(strangers)[f"outbox_messages{{state={state}}}"] for state in counts] == [0, 0, 0]


def test_fetches_of_our_files_are_counted_by_status(make_office: Callable[..., Office]) -> None:
    office = make_office(METRICS_TOKEN=TOKEN)
    client, address = office.application.test_client(), address_of(office)
    before = shown(office)
    client.get(address)
    client.get(address, headers={"Range": "bytes=0-3"})
    client.get("/media/temp/nothing/here.png")
    found = risen(before, shown(office))
    for status in (200, 206, 404):
        assert found[f"hosted_fetches_total{{status={status}}}"] == 1


@ON_SQLITE
def test_open_streams_are_told_and_those_beyond_the_cap_counted(
    make_office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_streams, "MOST_STREAMS", 8)
    office = make_office(METRICS_TOKEN=TOKEN).hire("ana")
    token, before = office.browser("ana").token, shown(office)
    with served(office.application) as port:
        streams = [Stream(port, token) for _ in range(8)]
        assert shown(office)["live_streams"] - before["live_streams"] == 8
        with Stream(port, token) as one_more:
            assert one_more.status == 503
        assert risen(before, shown(office))["live_streams_refused_total"] == 1
        for stream in streams:
            stream.close()
    until(lambda: shown(office)["live_streams"] == before["live_streams"])


def test_nobody_is_named(make_twilio: Make) -> None:
    twilio = make_twilio()
    form = inbound_form(Body="Where is my parcel?", ProfileName="Ava Lindgren")
    twilio.inbound(form)
    unconfirmed(twilio.database, "It left Lisbon")
    message = only(twilio.database, Message, direction="outbound")
    twilio.status(status_form("SM" + "7" * 32, "a word of +14155550123's", "999991"))
    told = text(twilio)
    assert 'switchboard_statuses_total{error_code="other",process="web",status="other"}' in told
    private = [form["MessageSid"], form["AccountSid"], AVA, AVA[-10:], "Ava", "parcel", "Lisbon", message.from_address]
    assert [word for word in [*private, "a word", "999991", TOKEN, "14155238886"] if word in told] == []
