"""What Twilio lists is filtered again: whether its own filters are exact isn't documented."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from app.gateways.twilio.listed import ListUnavailable
from app.gateways.twilio.records import TwilioRecords
from app.settings import Settings
from harness.simulator import SECOND_SENDER
from tests.gateways.listener import Listener, answering
from tests.support.cast import AVA, NOOR, SENDER

DAY = datetime(2026, 3, 9, tzinfo=UTC)
NEXT_DAY = datetime(2026, 3, 10, tzinfo=UTC)
# To whom, from whom, in which direction, when.
ROWS = [
    (AVA, SENDER, "outbound-api", NEXT_DAY),
    (AVA, SENDER, "outbound-api", None),
    (NOOR, SENDER, "outbound-api", DAY),
    (AVA, SECOND_SENDER, "outbound-api", DAY),
    (AVA, SENDER, "outbound-api", DAY),
    (SENDER, AVA, "inbound", DAY),
    (SECOND_SENDER, AVA, "inbound", DAY),
]


def a_list() -> bytes:
    """One page of a list that Twilio didn't filter at all."""
    messages = [
        {"sid": str(n), "to": to, "from": sender, "direction": direction, "status": "sent", "num_media": "0",
         "date_created": format_datetime(DAY), "date_sent": format_datetime(at) if at else None}
        for n, (to, sender, direction, at) in enumerate(ROWS)
    ]  # fmt: skip
    body = json.dumps({"messages": messages, "next_page_uri": None}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
    return head.encode() + b"\r\n" + body


@pytest.fixture
def ask(make_settings: Callable[..., Settings]) -> Callable[..., list[str]]:
    """`ask(lambda records: …)`: the SIDs that are found."""

    def ask(question: Callable[[TwilioRecords], list[object]]) -> list[str]:
        with Listener(answering(a_list())) as listener:
            records = TwilioRecords(make_settings(TWILIO_API_BASE_URL=listener.url))
            try:
                return [row.sid for row in question(records)]  # type: ignore[attr-defined]
            finally:
                records._http.session.close()  # type: ignore[union-attr]

    return ask


def test_only_what_was_asked_for_is_given(ask: Callable[..., list[str]]) -> None:
    assert ask(lambda records: records.matching(to=AVA, limit=9)) == ["0", "1", "3", "4"]
    assert ask(lambda records: records.matching(sender=AVA, limit=9)) == ["5", "6"]
    assert ask(lambda records: records.matching(since=DAY, before=NEXT_DAY, limit=9)) == ["2", "3", "4", "5", "6"]
    assert ask(lambda records: records.matching(since=NEXT_DAY, limit=9)) == ["0"]
    assert ask(lambda records: records.matching(to=AVA, sender=SENDER, before=NEXT_DAY, limit=9)) == ["4"]
    assert ask(lambda records: records.matching(to=AVA, limit=2)) == ["0", "1"]


def test_a_senders_lists_are_its_own_oldest_first(ask: Callable[..., list[str]]) -> None:
    assert ask(lambda records: records.received_by(SENDER, DAY)) == ["5"]
    assert ask(lambda records: records.sent_by(SENDER, DAY)) == ["4", "2", "1", "0"]
    assert ask(lambda records: records.to_recipient(NOOR, DAY)) == ["2"]


@pytest.mark.parametrize(
    "body", [b"null", b"[]", b"7", b'"x"', b'{"messages": 7}', b"<html>", b"\xff\xfe", b"[" * 100_000]
)
def test_an_answer_that_can_not_be_read_is_none(make_settings: Callable[..., Settings], body: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    with Listener(answering(head.encode() + body)) as listener:
        records = TwilioRecords(make_settings(TWILIO_API_BASE_URL=listener.url))
        questions: list[Callable[[], object]] = [
            lambda: records.received_by(SENDER, DAY),
            lambda: records.one("SM1"),
            lambda: records.media_of("SM1"),
        ]
        for question in questions:
            with pytest.raises(ListUnavailable):
                question()
        records._http.session.close()  # type: ignore[union-attr]


GONE: list[tuple[object, bool]] = [
    ({"code": 20404, "message": "Not found", "status": 404}, True),
    ({"type": "x", "title": "Not found", "status": 404, "code": 20404}, True),
    ({"message": "no route"}, False),
    ("<html>", False),
]


@pytest.mark.parametrize(("body", "gone"), GONE)
def test_only_twilio_itself_says_that_it_has_no_such_message(
    make_settings: Callable[..., Settings], body: object, gone: bool
) -> None:
    sent = json.dumps(body).encode()
    head = f"HTTP/1.1 404 Not Found\r\nContent-Length: {len(sent)}\r\nConnection: close\r\n\r\n"
    with Listener(answering(head.encode() + sent)) as listener:
        records = TwilioRecords(make_settings(TWILIO_API_BASE_URL=listener.url))
        if gone:
            assert records.one("SM1") is None
        else:
            with pytest.raises(ListUnavailable, match="HTTP 404"):
                records.one("SM1")
        records._http.session.close()  # type: ignore[union-attr]
