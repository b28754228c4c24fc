"""What the worker and the verbs count, driven as they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.clock import now
from app.domain.gate.draft import Draft
from app.domain.media import inbound as inbound_media
from app.domain.media.store import media_store_for
from app.domain.sending import new_recipient, outbox
from app.gateways.twilio.listed import ListUnavailable
from app.gateways.twilio.media import TwilioMedia
from app.settings import Settings
from app.store.database import Database
from app.store.errors import DatabaseUnavailable
from app.store.tables import InboundMedia, Message
from app.worker.guarded import guarded
from harness.waiting import until
from tests.counted import rises
from tests.domain.sending.conftest import StartSender, start_sender  # noqa: F401
from tests.gateways.listener import Listener
from tests.gateways.media_hosts import API, CDN, NOT_FOUND, PATH, Hosts, found, redirect
from tests.support.cast import (
    ACCOUNT,
    KIM,
    SENDER,
    ago,
    ask,
    asked_message,
    claimed,
    conversation_with,
    hear,
    inbound_form,
    only,
    rows,
    take,
    tell,
    webhook,
)
from tests.support.outcomes import accepted
from tests.support.rewriting import rewrite
from tests.support.standin import StandIn

# What it asks of the database is the same on both.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FATES = {
    "": ("accepted", ""),
    "error": ("refused", "21211"),
    "error of a code that nobody knows": ("refused", "other"),
    "500": ("unconfirmed", "20500"),
}


@ON_SQLITE
def test_calls_to_twilio_are_counted_by_what_they_proved(
    database: Database,
    standin: StandIn,
    start_sender: StartSender,  # noqa: F811
) -> None:
    for number, behaviour in enumerate(FATES):
        to = asked_message(database, customer=f"whatsapp:+1415555{1000 + number}").to_address
        if behaviour:
            code = 21211 if behaviour == "error" else 99999
            more = {"code": code, "status": 400} if "error" in behaviour else {}
            standin.fails_next("create", behaviour.split()[0], to=to, **more)
    with rises() as risen:
        start_sender()
        until(lambda: not {"ready", "sending"} & {row.state for row in rows(database, Message)}, 30)
    sends = {name: rise for name, rise in risen.items() if name.startswith("sends_total")}
    assert sends == {f"sends_total{{error_code={code},outcome={outcome}}}": 1 for outcome, code in FATES.values()}


def test_what_the_gate_refuses_is_counted_by_rule_whoever_asks(database: Database) -> None:
    waiting, there = asked_message(database), conversation_with(database)
    with rises() as risen:
        assert ask(database, "").decision.rule == "body_empty"
        stranger = Draft(body="Hello"), "whatsapp:+14155550777"
        for draft, to in (stranger, (Draft(body="Hello"), "nobody")):
            asked = database.write(lambda s, d=draft, t=to: new_recipient.enqueue(s, KIM, t, SENDER, d, ""))  # type: ignore[misc]
            assert asked.message_id is None
        rewrite(database, there, last_inbound_at=ago(days=2))
        assert claimed(database) == []
    assert only(database, Message, id=waiting.id).state == "blocked"
    assert risen == {
        "gate_refusals_total{rule=body_empty}": 1,
        "gate_refusals_total{rule=consent_missing}": 1,
        "gate_refusals_total{rule=window_closed}": 1,
        "gate_refusals_total{rule=address_invalid}": 1,
    }


def test_a_refusal_whose_transaction_is_undone_is_not_counted(database: Database) -> None:
    there = conversation_with(database).id or 0

    def refused_and_undone(session: object) -> None:
        outbox.enqueue_text(session, KIM, there, "", "")  # type: ignore[arg-type]
        raise ZeroDivisionError

    with rises() as risen, pytest.raises(ZeroDivisionError):
        database.write(refused_and_undone)
    assert risen == {}


def test_a_status_is_counted_once_with_a_code_that_is_known(database: Database) -> None:
    message = accepted(database)
    with rises() as risen:
        for _ in range(2):
            tell(database, message.sid, "sent")
        tell(database, message.sid, "undelivered", "63016")
        tell(database, message.sid, "failed", "12")
    assert risen == {
        "statuses_total{error_code=,status=sent}": 1,
        "statuses_total{error_code=63016,status=undelivered}": 1,
        "statuses_total{error_code=other,status=failed}": 1,
    }


def test_tries_to_fetch_a_customers_file_are_counted(
    database: Database, make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    hosts = Hosts()
    hosts.answers = {PATH: [NOT_FOUND, redirect(CDN)], "/AC1/secret": [found()]}
    hear(database, NumMedia="1", MediaUrl0=API, MediaContentType0="image/png")
    wanted = only(database, InboundMedia)
    with Listener(hosts.handle) as listener, rises() as risen:
        settings = make_settings(TWILIO_API_BASE_URL=listener.url, MEDIA_STORE=f"file:{tmp_path / 'media'}")
        source = TwilioMedia(settings)
        for _ in range(2):
            rewrite(database, wanted, next_try_at=now() - timedelta(seconds=1))
            inbound_media.fetch_wanted(database, source, media_store_for(settings, database), ACCOUNT)
        take(database, webhook("inbound", inbound_form(NumMedia="1", MediaUrl0="https://x.example/")))
        inbound_media.fetch_wanted(database, source, media_store_for(settings, database), ACCOUNT)
        source._http.session.close()  # type: ignore[union-attr]
    assert risen == {f"media_fetches_total{{outcome={outcome}}}": 1 for outcome in ("fetched", "later", "failed")}


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "done"),
        (ListUnavailable("HTTP 500"), "twilio_unavailable"),
        (DatabaseUnavailable("locked"), "database_unavailable"),
        (ZeroDivisionError(), "failed"),
    ],
)
def test_runs_of_the_clock_are_counted_and_timed(error: Exception | None, outcome: str) -> None:
    def pull() -> None:
        if error:
            raise error

    with rises() as risen:
        guarded(pull)()
    assert risen[f"clock_runs_total{{clock_job=pull,outcome={outcome}}}"] == 1
    assert (
        risen["clock_run_seconds_count{clock_job=pull}"]
        == risen["clock_run_seconds_bucket{clock_job=pull,le=60.0}"]
        == 1
    )
