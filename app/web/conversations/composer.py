"""The composer: what it offers now, and the token that makes one draft one message."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer

from app.domain.access import may
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.consent.keyword_undo import may_be_undone
from app.domain.gate import facts
from app.domain.gate import rules as gate
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.gate.rules import MAX_BODY
from app.store.consent import records as consent
from app.store.conversations import threads
from app.store.conversations.threads import Thread
from app.store.database import Session
from app.store.messages import pending_replies
from app.store.tables import ConsentRecord, Message
from app.web.media.attached import attached
from app.web.media.view import FileView
from app.web.shell.services import services
from app.web.words.contact_names import shown_address
from app.web.words.refusals import Sentence, refusal
from app.web.words.reply_window import WindowView, window_view

_SALT = "compose"
# Where something can be written: to be sent now, or kept until they answer.
WRITES = ("open", "closed")
# How the composer stands by what the gate says of free text; `refused` for all else.
_STATES = {
    "ok": "open",
    "window_closed": "closed",
    "consent_missing": "closed",
    "consent_stale": "closed",
    "blocked_at_twilio": "suppressed",
    "suppressed": "suppressed",
}


@dataclass(frozen=True)
class ComposerView:
    """`state` is open, closed, suppressed, refused or readonly. `text` is what was typed, `error` why it wasn't taken.

    `blocked` is whether Twilio or WhatsApp hold messages back too, `why_not` why not even a template may be sent.
    `already` is when the very same draft was sent before. `may_undo` is True where this person may say that the opt-out
    was none. `waiting` is the reply that waits for an answer, in its messages, and `replaces` the number of the one
    that the next press calls off. `files` are those that go along.
    """

    conversation_id: int
    name: str
    state: str
    window: WindowView
    heard_at: datetime | None
    opt_out: ConsentRecord | None
    token: str
    blocked: bool = False
    why_not: Sentence | None = None
    most: int = MAX_BODY
    text: str = ""
    error: Sentence | None = None
    already: datetime | None = None
    may_undo: bool = False
    waiting: list[Message] = field(default_factory=list)
    replaces: int | None = None
    files: list[FileView] = field(default_factory=list)


def composer_view(
    session: Session,
    who: Actor,
    thread: Thread,
    *,
    text: str = "",
    error: Sentence | None = None,
    already: datetime | None = None,
    replaces: int | None = None,
    files: list[int] | None = None,
) -> ComposerView:
    """The composer for a conversation as it stands."""
    conversation = thread.conversation
    assert conversation.id is not None
    at = now()
    window = window_view(conversation.last_inbound_at, at)
    about = facts.of_conversation(session, who.account_sid, conversation, thread.address)
    decision = gate.decide(about, Draft(body="?"), at)
    state = _STATES.get(decision.rule, "refused") if may(who, "message.send") else "readonly"
    no_template = gate.unreachable(about, at, known=False) if state == "closed" else None
    opt_out = _opt_out(session, who.account_sid, decision) if state == "suppressed" else None
    blocked = decision.rule == "blocked_at_twilio"
    return ComposerView(
        conversation_id=conversation.id,
        name=thread.contact.shown_name or shown_address(thread.contact, thread.address),
        state=state,
        window=window,
        heard_at=conversation.last_inbound_at,
        opt_out=opt_out,
        why_not=refusal((no_template or decision).rule) if no_template or state == "refused" else None,
        token=compose_token(session, who, conversation.id) if state in WRITES else "",
        text=text,
        error=error,
        already=already,
        waiting=pending_replies.of_conversation(session, who.account_sid, conversation.id) if state == "closed" else [],
        replaces=replaces if state == "closed" else None,
        files=attached(session, who.account_sid, files or []) if state in WRITES else [],
        blocked=blocked,
        may_undo=bool(opt_out and may_be_undone(opt_out) and not blocked and may(who, "consent.record")),
    )


def compose_token(session: Session, who: Actor, conversation_id: int) -> str:
    """The token of a composer, or of a template's form, that is made now; see `request_key`."""
    newest = threads.last_of_ours(session, who.account_sid, conversation_id)
    return str(_signer().dumps([who.id, conversation_id, newest]))


def request_key(who: Actor, conversation_id: int, token: str, body: str, files: Sequence[int] = ()) -> str | None:
    """What makes this draft one message, however often it is sent; None for a token that isn't this person's.

    The token names our newest message when the composer was made: a double click, the back button and a second
    tab all carry the same one, and the same words sent again on purpose carry the next.
    """
    try:
        owner = _signer().loads(token)
    except BadSignature:
        return None
    if not isinstance(owner, list) or owner[:2] != [who.id, conversation_id]:
        return None
    told = f"{token}\n{body}" + (f"\0{','.join(map(str, files))}" if files else "")
    return "compose:" + hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key, salt=_SALT)


def _opt_out(session: Session, account_sid: str, refused: Decision) -> ConsentRecord | None:
    return consent.by_id(session, account_sid, refused.evidence["consent_record_id"])
