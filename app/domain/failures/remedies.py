"""What can be done about failures, on one message or on all of a code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.contacts.session_window import open_since
from app.domain.error_codes import catalogue
from app.domain.gate.draft import Draft
from app.domain.sending import error_effects, resend
from app.domain.sending.error_effects import OPTED_OUT
from app.domain.sending.outbox import Enqueued
from app.store.database import Database, Session
from app.store.failures import by_code, replaceable
from app.store.feed import events as feed
from app.store.messages import outbox, sender_rates
from app.store.messages import rows as messages
from app.store.tables import Message

# What one press may do. More is a decision for a second press, with the first one's outcome in sight.
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class BulkResult:
    """The result of one press: how many went well, and how many were refused by which rule."""

    done: int
    refused: Counter[str] = field(default_factory=Counter)


def worth_sending_again(message: Message) -> bool:
    """The message may be sent again, and its code doesn't say that this can't help."""
    helps = not message.error_code or catalogue.entry(message.error_code).retry != "no"
    return helps and resend.may_be_sent_again(message)


def send_all_again(database: Database, actor: Actor, code: str) -> BulkResult:
    """Send again what failed with this code within a week, oldest first, each in a transaction of its own.

    What was sent again before is left out. Raises NotAllowed.
    """
    access.require(actor, "message.send")
    if catalogue.entry(code).retry == "no":
        return BulkResult(0)
    at = now()
    find = partial(
        by_code.resendable,
        account_sid=actor.account_sid,
        code=code,
        at=at,
        inbound_since=open_since(at),
        limit=MOST_AT_ONCE,
    )
    return _send_each(database, find, partial(resend.send_again, actor=actor))


def send_template_to_all(database: Database, actor: Actor, code: str, draft: Draft) -> BulkResult:
    """Send a template in place of what failed with this code within a week, each in a transaction of its own.

    Everybody gets it once: it is linked to the newest of their messages, and their others stay as they are. Whoever
    was sent a template since is left out, so that a second press reaches only those whom the first one did not.
    Raises NotAllowed.
    """
    access.require(actor, "message.send")
    find = partial(replaceable.replaceable, account_sid=actor.account_sid, code=code, at=now(), limit=MOST_AT_ONCE)
    return _send_each(database, find, partial(resend.send_changed, actor=actor, draft=draft))


def _send_each(database: Database, find: Callable[[Session], list[int]], send: Callable[..., Enqueued]) -> BulkResult:
    done, refused = 0, Counter[str]()
    for message_id in database.read(find):
        asked = database.write(partial(send, message_id=message_id))
        if asked.message_id is None:
            refused[asked.decision.rule] += 1
        else:
            done += not asked.repeated
    return BulkResult(done, refused)


def record_opt_out(session: Session, actor: Actor, message_id: int) -> bool:
    """Record the opt-out that a message's code tells of. False when it is recorded already, or no code tells it."""
    access.require(actor, "consent.record")
    message = messages.by_id(session, actor.account_sid, message_id)
    if message is None or message.error_code not in OPTED_OUT:
        return False
    address_id = error_effects.record_opt_out(session, actor, message, message.error_code, now())
    if address_id is not None:
        audit.record(session, actor, "consent.record", "address", address_id, code=message.error_code)
    return address_id is not None


def record_all_opt_outs(database: Database, actor: Actor, code: str) -> BulkResult:
    """Record the opt-outs that this code told of within a week. Raises NotAllowed."""
    access.require(actor, "consent.record")
    if code not in OPTED_OUT:
        return BulkResult(0)
    find = partial(by_code.not_opted_out, account_sid=actor.account_sid, code=code, at=now(), limit=MOST_AT_ONCE)
    found = database.read(lambda session: find(session))
    return BulkResult(sum(database.write(partial(record_opt_out, actor=actor, message_id=number)) for number in found))


def resume_sender(session: Session, actor: Actor, sender: str) -> bool:
    """Let a paused sender send now, and what waits for it with it. False when it isn't paused.

    The next rate limit pauses it again, and for longer.
    """
    access.require(actor, "sender.go_on")
    at = now()
    if sender not in {pace.sender for pace in sender_rates.paused(session, actor.account_sid, at)}:
        return False
    sender_rates.update(session, actor.account_sid, sender, paused_until=at, pause_reason="")
    outbox.release_rate_limited(session, actor.account_sid, sender, at)
    audit.record(session, actor, "sender.go_on", "sender", sender)
    feed.append(session, actor.account_sid, "sender", at, word="resumed", sender=sender)
    return True
