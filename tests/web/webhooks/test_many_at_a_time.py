"""Webhooks that are answered many at a time: each gets its own answer, line in the log and count.

One that isn't understood has to be undone in part. That PostgreSQL does not do for many at a time: Flask is asked.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Mapping
from urllib.parse import urlencode
from wsgiref.types import WSGIEnvironment

import pytest
from werkzeug.test import EnvironBuilder

from app.domain.webhooks.webhook import Webhook
from app.store.database import Database
from app.store.tables import Journal, Message
from app.web.shell.services import Services
from app.web.webhooks import door
from app.web.webhooks.answer import Answer, webhook_of
from app.web.webhooks.door import Door
from app.web.webhooks.form import Posted
from tests.support.cast import CALLBACK_BASE, TOKEN, inbound_form, new_sid, rows, signature, status_form
from tests.support.twilio import FORM, Twilio

# No other way answers many at a time.
pytestmark = pytest.mark.parametrize("way", ["door"], indirect=True)


def posted(path: str, form: Mapping[str, str], request_id: str = "", token: str = TOKEN) -> WSGIEnvironment:
    headers = [("X-Twilio-Signature", signature(f"{CALLBACK_BASE}{path}", list(form.items()), token))]
    if request_id:
        headers.append(("X-Request-Id", request_id))
    builder = EnvironBuilder(path, method="POST", data=urlencode(form), content_type=FORM, headers=headers)
    environ: WSGIEnvironment = builder.get_environ()
    return environ


def statuses(twilio: Twilio, *requests: WSGIEnvironment) -> list[str | None]:
    asked: Door = twilio.application.extensions["together"]
    replies = asked.answer_together([(environ, time.perf_counter()) for environ in requests])
    return [reply and reply.status for reply in replies]


def test_each_gets_its_own_answer(twilio: Twilio, database: Database) -> None:
    first, second = inbound_form(Body="First"), inbound_form(Body="Second")
    odd = posted("/twilio/inbound", first)
    odd["CONTENT_LENGTH"] = "x"
    found = statuses(
        twilio,
        posted("/twilio/inbound", first),
        posted("/twilio/inbound", inbound_form(), token="wrong"),
        odd,
        posted("/twilio/inbound", first),
        posted("/twilio/status", status_form(new_sid(), "sent")),
        posted("/twilio/other", first),
        posted("/twilio/inbound", {}),
        posted("/twilio/inbound", second),
    )
    taken, refused = "200 OK", "403 Forbidden"
    assert found == [taken, refused, None, taken, "204 No Content", None, "400 Bad Request", taken]
    assert [message.body for message in rows(database, Message)] == ["First", "Second"]
    assert len(rows(database, Journal)) == 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_that_is_not_understood_holds_up_no_other(twilio: Twilio, database: Database) -> None:
    form = inbound_form(MessageSid="nonsense")
    assert statuses(
        twilio, posted("/twilio/inbound", inbound_form()), posted("/twilio/inbound", form),
        posted("/twilio/inbound", inbound_form()),
    ) == ["200 OK"] * 3  # fmt: skip
    assert [row.state for row in rows(database, Journal)] == ["applied", "quarantined", "applied"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_lines_of_the_log_are_each_ones_own(twilio: Twilio, log: io.StringIO) -> None:
    forms = [inbound_form(), inbound_form(MessageSid="nonsense"), inbound_form()]
    requests = [posted("/twilio/inbound", form, f"router-{number:08}") for number, form in enumerate(forms)]
    requests.append(posted("/twilio/inbound", inbound_form(), "router-refused", token="wrong"))
    statuses(twilio, *requests)
    told = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [(line["event"], line["request_id"]) for line in told] == [
        ("webhook.refused", "router-refused"),
        ("request", "router-00000000"),
        ("webhook.quarantined", "router-00000001"),
        ("request", "router-00000001"),
        ("request", "router-00000002"),
        ("request", "router-refused"),
    ]


def test_one_in_which_we_make_a_mistake_is_left_to_flask_alone(twilio: Twilio, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(services: Services, posted: Posted) -> Webhook | Answer:
        if posted.kind == "status":
            raise LookupError
        return webhook_of(services, posted)

    monkeypatch.setattr(door, "webhook_of", stumble)
    form = status_form(new_sid(), "sent")
    found = statuses(twilio, posted("/twilio/status", form), posted("/twilio/inbound", inbound_form()))
    assert found == [None, "200 OK"]
