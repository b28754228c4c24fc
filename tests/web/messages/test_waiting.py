"""A queued message says below it why it waits, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.sending import waiting
from app.gateways.twilio.outcomes import NOT_TWILIOS, NotSent, ResponseDetails
from app.store.tables import Attempt, SenderPace
from app.web.words.times import seconds
from tests.support.cast import ago, asked_message, claimed, only, rows
from tests.support.office import Office
from tests.support.outcomes import answered, unconfirmed, undelivered
from tests.support.rewriting import rewrite


def bubble(office: Office, number: int | None) -> str:
    """The message as the thread shows it."""
    return office.browser("kim").htmx("GET", f"/messages/{number}/bubble").text


def test_it_waits_for_the_message_before_it(office: Office) -> None:
    unconfirmed(office.database)
    second, third = asked_message(office.database, "Second"), asked_message(office.database, "Third")
    until = seconds(only(office.database, Attempt).open_until)
    text = bubble(office, second.id)
    assert f"Waits until {until} at most: the message before it isn&#39;t confirmed yet." in text
    assert f'hx-get="/messages/{second.id}/bubble"' in text
    assert "Waits its turn: the message before it has not left yet." in bubble(office, third.id)


def test_it_is_tried_again(office: Office) -> None:
    message = answered(office.database, NotSent(ResponseDetails(429), retry_after=30))
    assert message.next_attempt_at is not None
    tried = f"Tried again at {seconds(message.next_attempt_at)}, try 2 of 10."
    assert f"Twilio did not take it (429). {tried}" in bubble(office, message.id)
    rewrite(office.database, only(office.database, Attempt), http_status=None, error_message="ConnectTimeout")
    assert f"Twilio could not be reached. {tried}" in bubble(office, message.id)
    rewrite(office.database, only(office.database, Attempt), http_status=403, error_message=NOT_TWILIOS)
    assert f"Something in front of Twilio refused it (403). {tried}" in bubble(office, message.id)
    given_up = {"state": "failed", "reason": "gave_up", "error_message": NOT_TWILIOS}
    rewrite(office.database, message, **given_up)
    assert "Something in front of Twilio, such as a proxy or a firewall, refused it." in bubble(office, message.id)


@pytest.mark.parametrize(
    ("code", "why"), [("63018", "WhatsApp&#39;s rate limit"), ("21611", "The sender&#39;s queue at Twilio is full")]
)
def test_its_sender_is_paused(office: Office, code: str, why: str) -> None:
    message = undelivered(office.database, code)
    until = only(office.database, SenderPace).paused_until
    assert until is not None
    assert f"{why}: this sender goes on at {seconds(until)}." in bubble(office, message.id)


def test_what_leaves_is_told_together_with_what_waited_behind_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What left a moment ago holds nobody up to speak of, however long a busy machine makes that moment.
    monkeypatch.setattr(waiting, "SOON", timedelta(hours=1))
    first = unconfirmed(office.database)
    second = asked_message(office.database, "Second")
    third = asked_message(office.database, "Third")
    kim = office.browser("kim")
    there = f"/conversations/{first.conversation_id}/changes"
    cursor = kim.get(f"{there}?after=").headers["X-Live-Cursor"]
    rewrite(office.database, rows(office.database, Attempt)[0], open_until=ago(seconds=1))
    claimed(office.database)
    text = kim.get(f"{there}?after={cursor}").text
    assert f'id="m-{second.id}"' in text
    assert f'id="m-{third.id}"' in text
    assert "Waits its turn" not in text
    assert kim.get(f"/conversations/{first.conversation_id}").text.count("Waits until") == 0
