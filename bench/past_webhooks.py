"""What webhooks told in a team's past: the journal's rows, statuses and feed events, as they came in."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bench.past import MESSAGES_A_DAY, Past, Row

_FORM_DAYS = 30


def tables(past: Past) -> Iterator[tuple[str, Iterator[Row]]]:
    """The rows of every table of this past, in an order in which each may be inserted."""
    yield from past.tables()
    yield "journal", (row for row, _ in _webhooks(past))
    yield "status_event", _statuses(past)
    yield "feed_event", _events(past)


def _told(past: Past, message: int) -> tuple[str, ...]:
    """What webhooks told of a message: '' that it came in, else each status."""
    if past.is_inbound(message):
        return ("",)
    return ("undelivered",) if past.code(message) else ("delivered", "read")


def _webhooks(past: Past) -> Iterator[tuple[Row, tuple[int, str]]]:
    """The journal's rows, each with the message and the status that it told of."""
    order, kept = 0, past.messages - MESSAGES_A_DAY * _FORM_DAYS
    for number in range(1, past.messages + 1):
        for word in _told(past, number):
            order += 1
            kind, sid = "status" if word else "inbound", past.sid(number)
            odd = number % 20_000 == 11
            yield (
                {
                    "id": order,
                    "kind": kind,
                    "key": f"{kind}:{sid}:{word}" if word else f"{kind}:{sid}",
                    "sid": sid,
                    "path": f"/twilio/{kind}",
                    "form": json.dumps([["MessageSid", sid], ["MessageStatus", word]]) if number > kept else "",
                    "state": "quarantined" if odd else "applied",
                    "reason": "no_sender" if odd else "",
                    "source": "request",
                    "occurred_at": past.at(number),
                    "recorded_at": past.at(number),
                    "applied_at": None if odd else past.at(number),
                    "archived_at": past.at(number),
                },
                (number, word),
            )


def _statuses(past: Past) -> Iterator[Row]:
    told = ((row, told) for row, told in _webhooks(past) if told[1])
    for order, (row, (number, word)) in enumerate(told, 1):
        yield {
            "id": order,
            "sid": row["sid"],
            "status": word,
            "error_code": past.code(number),
            "message_id": number,
            "journal_id": row["id"],
            "source": "callback",
            "occurred_at": row["occurred_at"],
            "recorded_at": row["recorded_at"],
        }


def _events(past: Past) -> Iterator[Row]:
    order, left = 0, 0
    for row, (number, word) in _webhooks(past):
        kinds = ["status" if word else "inbound"]
        if word and left != number:
            kinds, left = ["outbound", *kinds], number
        for kind in kinds:
            order += 1
            yield {
                "id": order,
                "kind": kind,
                "word": word if kind == "status" else "",
                "conversation_id": past.conversation_of(number),
                "message_id": number,
                "journal_id": None if kind == "outbound" else row["id"],
                "occurred_at": row["occurred_at"],
                "recorded_at": row["recorded_at"],
            }
