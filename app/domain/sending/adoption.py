"""Give a send its SID, by whatever evidence: Twilio's answer, its callback, its list, a media fetch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.sending import shown_status
from app.domain.statuses import FAILURES
from app.store.database import Session
from app.store.feed import events as feed
from app.store.messages import attempts, resends, statuses
from app.store.messages import rows as messages
from app.store.tables import Attempt, Message

# Why another try was cancelled: the message that it was to repeat had arrived.
EARLIER_ARRIVED = "earlier_arrived"


@dataclass(frozen=True)
class Callback:
    """A signed status callback on the path of one attempt: what it says of which message, to whom and from whom."""

    account_sid: str
    message_id: int
    attempt_id: int
    sid: str
    status: str
    to_address: str
    from_address: str


def adopt_from_callback(session: Session, callback: Callback, at: datetime) -> Message | None:
    """The message that this signed callback proves sent, or None when anything doesn't agree.

    Account, To and From must agree and the attempt must have no other SID: what disagrees stays an orphan.
    From may be empty while a Messaging Service is choosing, and another one where we left the choice to it.
    """
    message = messages.by_id(session, callback.account_sid, callback.message_id, lock=True)
    attempt = attempts.get(session, callback.account_sid, callback.message_id, callback.attempt_id)
    if message is None or attempt is None:
        return None
    if attempt.sid == callback.sid:
        # The answer was being written down while this waited for the message: there is nothing left to adopt.
        return message
    if attempt.sid or message.sid:
        return None
    chosen_by_twilio = not callback.from_address or bool(message.details.get("sender_open"))
    by_service = bool(attempt.messaging_service_sid) and chosen_by_twilio
    if callback.to_address != message.to_address or not (by_service or callback.from_address == message.from_address):
        return None
    return adopt(session, message, attempt, callback.sid, "callback", at, failed=callback.status in FAILURES)


def prove_by_fetch(session: Session, account_sid: str, message_id: int, attempt_id: int, at: datetime) -> bool:
    """Twilio fetched a file whose address was made for this attempt alone, so it took what nobody confirmed.

    Its SID is still to be learned, from a callback or the list. Returns whether this settled it.
    """
    message = messages.by_id(session, account_sid, message_id, lock=True)
    attempt = attempts.get(session, account_sid, message_id, attempt_id)
    if message is None or attempt is None or attempt.sid:
        return False
    if attempt.outcome != "unconfirmed" or message.state != "unconfirmed":
        return False
    attempts.update(session, account_sid, attempt_id, settled_by="media")
    messages.update(session, account_sid, message_id, state="accepted", reason="file_fetched")
    feed.of_message(session, message, "state", at, "accepted", sid="", evidence="media")
    call_off_another_try(session, message, at)
    return True


def adopt(
    session: Session,
    message: Message,
    attempt: Attempt,
    sid: str,
    evidence: str,
    at: datetime,
    status: str = "",
    failed: bool = False,
) -> Message | None:
    """Record that this attempt is the message `sid` at Twilio, and take in the statuses that came before.

    `failed` says that the evidence itself tells of a failure, so that a person's other try may follow.
    Returns the message as it is now, or None when another message of the account has this SID.
    """
    assert message.id is not None
    assert attempt.id is not None
    if shown_status.find(session, message.account_sid, sid) is not None:
        return None
    settled = {"outcome": "accepted", "settled_by": evidence, "sid": sid, "ended_at": at, "check_at": None}
    attempts.update(session, message.account_sid, attempt.id, **settled)
    statuses.adopt(session, message.account_sid, sid, message.id)
    messages.update(
        session,
        message.account_sid,
        message.id,
        sid=sid,
        state="accepted",
        status=status,
        reason="",
        check_at=at + shown_status.SILENT_AFTER,
    )
    feed.of_message(session, message, "state", at, "accepted", sid=sid, evidence=evidence)
    adopted = messages.by_id(session, message.account_sid, message.id, lock=True)
    if adopted is not None:
        shown_status.show(session, adopted, at)
        if not failed and adopted.status not in FAILURES:
            call_off_another_try(session, adopted, at)
    return adopted


def call_off_another_try(session: Session, message: Message, at: datetime) -> bool:
    """A message arrived that a person sent again meanwhile: the other try must not follow, while it still waits."""
    assert message.id is not None
    found = resends.resent_as(session, message.account_sid, [message.id]).get(message.id)
    again = messages.by_id(session, message.account_sid, found.id or 0, lock=True) if found else None
    if again is None or again.id is None or again.state not in ("held", "ready"):
        return False
    messages.update(session, again.account_sid, again.id, state="cancelled", reason=EARLIER_ARRIVED)
    feed.of_message(session, again, "state", at, "cancelled", reason=EARLIER_ARRIVED)
    return True
