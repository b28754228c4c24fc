"""Entries as rows, in the shape that the webhook's and the sender's verbs give them."""

from __future__ import annotations

import json
import mimetypes
from datetime import timedelta
from typing import Any

from app.domain.consent import keywords
from app.domain.gate.decision import Decision
from app.domain.gate.rules import OPT_OUT_CONFIRMATION
from app.domain.sending.outbox import OPT_OUT_ANSWER
from app.domain.webhooks import message_kinds
from app.domain.webhooks.webhook import Webhook
from app.sample.entries import Entry, Ours
from app.sample.outcomes import MESSAGES, Outcome, Told, Tried, open_until
from app.sample.sids import digest, sid

Row = dict[str, Any]
# From the webhook's arrival to its commit.
_TAKES = timedelta(milliseconds=9)


def message(ours: Ours, entry: Entry, conversation_id: int, author_id: int | None) -> Row:
    """The row of a message."""
    common = {
        "account_sid": ours.account_sid,
        "conversation_id": conversation_id,
        "sid": entry.sid,
        "occurred_at": entry.said.at,
        "recorded_at": entry.said.at,
        "author_id": author_id,
    }
    if entry.webhook is not None:
        return _BLANK | common | _received(entry.webhook)
    assert entry.outcome is not None
    return _BLANK | common | _asked(ours, entry) | _became(entry.outcome)


# Rows that are inserted together need the same columns.
_BLANK: Row = {
    "content_sid": "",
    "content_variables": {},
    "media_urls": [],
    "details": {},
    "next_attempt_at": None,
    "request_key": "",
    "author_kind": "",
    "origin": "",
    "reason": "",
    "error_code": "",
    "error_message": "",
    "tries": 0,
}


def _received(webhook: Webhook) -> Row:
    return {
        "direction": "inbound",
        "kind": message_kinds.kind_of(webhook),
        "body": webhook.value("Body"),
        "num_media": message_kinds.media_count(webhook),
        "details": message_kinds.details_of(webhook),
        "from_address": webhook.value("From"),
        "to_address": webhook.value("To"),
        "state": "received",
        "status": "received",
        "recorded_at": webhook.occurred_at + _TAKES,
    }


def _asked(ours: Ours, entry: Entry) -> Row:
    said = entry.said
    file = said.tags.get("media", "")
    row: Row = {
        "direction": "outbound",
        "kind": _kind_of(file) if file else "text",
        "body": OPT_OUT_ANSWER if entry.is_confirmation else said.text,
        "from_address": ours.sender,
        "to_address": said.customer.address,
        "num_media": 1 if file else 0,
        "next_attempt_at": said.at,
        "request_key": f"sample:{digest(said.customer.at, said.at)}",
        "author_kind": "webhook" if entry.is_confirmation else "agent",
        "origin": OPT_OUT_CONFIRMATION if entry.is_confirmation else "",
    }
    if "template" in said.tags:
        row |= {"content_sid": sid("HX", said.line.text), "content_variables": {"1": said.customer.first}}
    return row


def _kind_of(file: str) -> str:
    kind = (mimetypes.guess_type(file)[0] or "").partition("/")[0]
    return kind if kind in ("image", "audio", "video") else "document"


def _became(outcome: Outcome) -> Row:
    return {
        "state": outcome.state,
        "reason": outcome.reason,
        "status": outcome.status,
        "error_code": outcome.code,
        "error_message": MESSAGES.get(outcome.code, ""),
        "tries": len(outcome.tried),
    }


def attempt(ours: Ours, entry: Entry, message_id: int, number: int, tried: Tried) -> Row:
    """The row of one attempt, numbered from 1. It is over, so no job takes it up."""
    rule = f"exception:{OPT_OUT_CONFIRMATION}" if entry.is_confirmation else "ok"
    heard = {"last_inbound_at": entry.heard_at.isoformat() if entry.heard_at else None}
    return {
        "account_sid": ours.account_sid,
        "message_id": message_id,
        "number": number,
        "outcome": tried.outcome,
        "settled_by": "answer",
        "sid": entry.sid if tried.outcome == "accepted" else "",
        "from_address": ours.sender,
        "to_address": entry.said.customer.address,
        "error_code": tried.code,
        "error_message": MESSAGES.get(tried.code, ""),
        "http_status": tried.http_status,
        "twilio_request_id": sid("RQ", message_id, number) if tried.http_status else "",
        "decision": Decision(True, rule, heard).as_json(),
        "worker": "sample",
        "started_at": tried.started_at,
        "open_until": open_until(tried),
        "ended_at": tried.ended_at,
    }


def journal(webhook: Webhook, reason: str) -> Row:
    """The journal's row of a webhook, in quarantine when there is a `reason`."""
    done = webhook.occurred_at + _TAKES
    return {
        "account_sid": webhook.account_sid,
        "kind": webhook.kind,
        "key": webhook.key,
        "sid": webhook.sid,
        "path": webhook.path,
        "form": json.dumps(webhook.pairs),
        "state": "quarantined" if reason else "applied",
        "reason": reason,
        "request_id": webhook.request_id,
        "idempotency_token": webhook.idempotency_token,
        "occurred_at": webhook.occurred_at,
        "recorded_at": done,
        "applied_at": None if reason else done,
    }


def status_event(webhook: Webhook, told: Told, message_id: int | None, journal_id: int) -> Row:
    """The row of a status that a callback told."""
    return {
        "account_sid": webhook.account_sid,
        "sid": webhook.sid,
        "status": told.word,
        "error_code": told.code,
        "error_message": MESSAGES.get(told.code, ""),
        "message_id": message_id,
        "journal_id": journal_id,
        "source": "callback",
        "occurred_at": told.at,
        "recorded_at": told.at + _TAKES,
    }


def consent(entry: Entry, address_id: int, message_id: int) -> Row:
    """The row of an opt-out or opt-in that the entry is the evidence of."""
    assert entry.webhook is not None
    return {
        "account_sid": entry.webhook.account_sid,
        "address_id": address_id,
        "action": entry.action,
        "source": "keyword",
        "keyword": keywords.keyword(entry.said.text),
        "evidence_key": f"inbound:{entry.sid}",
        "message_id": message_id,
        "actor_kind": "webhook",
        "actor_id": None,
        "occurred_at": entry.said.at,
        "recorded_at": entry.said.at + _TAKES,
    }
