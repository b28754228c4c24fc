"""The composer: what it offers now, and the token that makes one draft one message."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer

from app.domain.access import may
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.consent import standing
from app.domain.consent.keyword_undo import may_be_undone
from app.domain.gate.case import SERVICE
from app.domain.gate.rules import MAX_BODY
from app.store.consent import records as consent
from app.store.conversations import threads
from app.store.conversations.threads import Thread
from app.store.database import Session
from app.store.messages import pending_replies
from app.store.tables import ConsentRecord, Message
from app.web.shell.services import services
from app.web.words.contact_names import shown_address
from app.web.words.refusals import Sentence
from app.web.words.reply_window import WindowView, window_view

_SALT = "compose"
# Where something can be written: to be sent now, or kept until they answer.
WRITES = ("open", "closed")


@dataclass(frozen=True)
class ComposerView:
    """`state` is open, closed, suppressed or readonly. `text` is what was typed and not taken, `error` why not.

    `already` is when the very same draft was sent before. `blocked` is True where Twilio holds messages back too, and
    `may_undo` where this person may say that the opt-out was none. `waiting` is the reply that waits for an answer, and
    `replaces` the number of the one that the next press calls off.
    """

    conversation_id: int
    name: str
    state: str
    window: WindowView
    heard_at: datetime | None
    opt_out: ConsentRecord | None
    token: str
    most: int = MAX_BODY
    text: str = ""
    error: Sentence | None = None
    already: datetime | None = None
    blocked: bool = False
    may_undo: bool = False
    waiting: Message | None = None
    replaces: int | None = None


def composer_view(
    session: Session,
    who: Actor,
    thread: Thread,
    *,
    text: str = "",
    error: Sentence | None = None,
    already: datetime | None = None,
    replaces: int | None = None,
) -> ComposerView:
    """The composer for a conversation as it stands."""
    conversation = thread.conversation
    assert conversation.id is not None
    window = window_view(conversation.last_inbound_at, now())
    out = thread.address.opt_out_record_id is not None
    opt_out = _opt_out(session, who.account_sid, thread) if out else None
    blocked = out and _is_blocked(session, who.account_sid, thread)
    state = "open" if window.open else "closed"
    if not may(who, "message.send"):
        state = "readonly"
    elif out:
        state = "suppressed"
    return ComposerView(
        conversation_id=conversation.id,
        name=thread.contact.shown_name or shown_address(thread.contact, thread.address),
        state=state,
        window=window,
        heard_at=conversation.last_inbound_at,
        opt_out=opt_out,
        token=compose_token(session, who, conversation.id) if state in WRITES else "",
        text=text,
        error=error,
        already=already,
        waiting=_waiting(session, who.account_sid, conversation.id) if state == "closed" else None,
        replaces=replaces if state == "closed" else None,
        blocked=blocked,
        may_undo=bool(opt_out and may_be_undone(opt_out) and not blocked and may(who, "consent.record")),
    )


def compose_token(session: Session, who: Actor, conversation_id: int) -> str:
    """The token of a composer, or of a template's form, that is made now; see `request_key`."""
    newest = threads.last_of_ours(session, who.account_sid, conversation_id)
    return str(_signer().dumps([who.id, conversation_id, newest]))


def request_key(who: Actor, conversation_id: int, token: str, body: str) -> str | None:
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
    return "compose:" + hashlib.sha256(f"{token}\n{body}".encode("utf-8", "surrogatepass")).hexdigest()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key, salt=_SALT)


def _waiting(session: Session, account_sid: str, conversation_id: int) -> Message | None:
    waiting = pending_replies.of_conversation(session, account_sid, conversation_id)
    return waiting[-1] if waiting else None


def _is_blocked(session: Session, account_sid: str, thread: Thread) -> bool:
    there = standing.of_contact(session, account_sid, thread.conversation.contact_id)
    return there.block(SERVICE, thread.conversation.sender) is not None


def _opt_out(session: Session, account_sid: str, thread: Thread) -> ConsentRecord | None:
    number = thread.address.opt_out_record_id
    return consent.by_id(session, account_sid, number) if number is not None else None
