"""The one gate: whether a message may leave. It reads rows, never the network, and is the same for every door."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from app.domain.consent.standing import Standing
from app.domain.contacts import addresses
from app.domain.contacts.session_window import window
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.visible_text import has_text
from app.store.tables import Address, Conversation

MAX_BODY = 1600
# Twilio drops the second file of a WhatsApp message without a word (docs/twilio.md#files-that-we-send).
MAX_FILES = 1
SERVICE = "service"
# Named exceptions to a rule. An opt-out is confirmed although it suppresses, and who asks for help is answered.
OPT_OUT_CONFIRMATION = "opt_out_confirmation"
HELP_ANSWER = "help_answer"
EXCEPTIONS = (OPT_OUT_CONFIRMATION, HELP_ANSWER)
# These and an empty value make the send fail or hang (docs/twilio.md#session-window-and-templates).
_NOT_IN_A_VARIABLE = re.compile("[\t\n\v\f\r\x85\u2028\u2029]| {5}")


def decide(conversation: Conversation, address: Address, standing: Standing, draft: Draft, at: datetime) -> Decision:
    """Ask every rule in turn; the first that refuses is the answer."""
    return (
        _address(address)
        or suppression(standing, conversation.sender, address.identity, draft)
        or _window(conversation, draft, at)
        or content_violation(draft)
        or Decision(
            True,
            "exception:" + draft.origin if draft.origin in EXCEPTIONS else "ok",
            _proof(conversation),
        )
    )


def decide_new_recipient(draft: Draft, at: datetime) -> Decision | None:
    """The refusal of a draft to a new recipient, None when it may leave; nothing of a refused one is kept."""
    return content_violation(draft) or _open_or_template(None, draft, at)


def content_violation(draft: Draft) -> Decision | None:
    """The refusal of a draft's content, whoever it is for; None when it may leave."""
    if not has_text(draft.body) and not draft.content_sid and not draft.media_urls:
        return Decision(False, "body_empty")
    if draft.content_sid and (draft.body or draft.media_urls):
        return Decision(False, "template_not_alone", {"beside": "body" if draft.body else "media"})
    if len(draft.media_urls) > MAX_FILES:
        return Decision(False, "too_many_files", {"files": len(draft.media_urls), "most": MAX_FILES})
    if len(draft.body) > MAX_BODY:
        return Decision(False, "body_too_long", {"length": len(draft.body), "most": MAX_BODY})
    for name, value in draft.content_variables:
        if not has_text(value) or _NOT_IN_A_VARIABLE.search(value):
            return Decision(False, "variable_invalid", {"variable": name})
    return None


def _proof(conversation: Conversation) -> dict[str, Any]:
    heard = conversation.last_inbound_at
    return {"last_inbound_at": heard.isoformat() if heard else None}


def _address(address: Address) -> Decision | None:
    if addresses.is_address(address.address):
        return None
    return Decision(False, "address_invalid", {"address_id": address.id})


def suppression(standing: Standing, sender: str, identity: str, draft: Draft) -> Decision | None:
    """The refusal of a draft to somebody who opted out of it, None when it may leave."""
    if draft.origin == OPT_OUT_CONFIRMATION:
        return None
    blocked = standing.block(SERVICE, sender)
    if draft.origin == HELP_ANSWER and blocked is None:
        return None
    out = blocked or standing.opt_out(SERVICE, sender, identity)
    return None if out is None else Decision(False, "suppressed", {"consent_record_id": out.record_id})


def _window(conversation: Conversation, draft: Draft, at: datetime) -> Decision | None:
    return _open_or_template(conversation.last_inbound_at, draft, at)


def _open_or_template(last_inbound_at: datetime | None, draft: Draft, at: datetime) -> Decision | None:
    if draft.content_sid:
        return None
    now = window(last_inbound_at, at)
    if now.open:
        return None
    return Decision(False, "window_closed", {"closed_at": now.closes_at.isoformat() if now.closes_at else None})
