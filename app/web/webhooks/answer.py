"""What a webhook is answered, whichever door it came through. Never 200 for what isn't safe, never 429."""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog

from app.domain.clock import now
from app.domain.statuses import RANK
from app.domain.webhooks.intake import NotSafe, take_in
from app.domain.webhooks.receive import Received
from app.domain.webhooks.webhook import Webhook, WebhookKind
from app.web.shell.services import Services
from app.web.webhooks.form import Posted, Refused, checked

log = structlog.get_logger()

# What became of a webhook that was not taken in, by the answer's status.
UNTAKEN = {
    400: "refused_form",
    403: "refused_signature",
    413: "refused_too_large",
    415: "refused_media_type",
    503: "unavailable",
}


@dataclass(frozen=True)
class Answer:
    """A webhook's answer: status, media type and body; its outcome as it is counted, and what its log line adds."""

    status: int
    outcome: str
    media_type: str = "text/plain"
    body: str = ""
    facts: dict[str, object] = field(default_factory=dict)


# Who took a message in says so in TwiML; Twilio expects nothing of the answer to a status.
_TAKEN: dict[WebhookKind, tuple[int, str, str]] = {
    "inbound": (200, "text/xml", "<Response></Response>"),
    "status": (204, "", ""),
}
_NOT_SAFE = "The message could not be stored. Please send it again."


def answer(services: Services, posted: Posted) -> Answer:
    """Check the webhook, take it in, and say what it is answered."""
    webhook = webhook_of(services, posted)
    if isinstance(webhook, Answer):
        return webhook
    try:
        received = take_in(services.database, services.spool, webhook)
    except NotSafe as error:
        log.error("webhook.not_safe", kind=webhook.kind, sid=webhook.sid, error=str(error))
        return Answer(503, UNTAKEN[503], body=_NOT_SAFE)
    return taken(webhook, received)


def webhook_of(services: Services, posted: Posted) -> Webhook | Answer:
    """The webhook that was posted, checked; or the answer with which it is refused."""
    try:
        account_sid, pairs = checked(services.settings, posted)
    except Refused as refusal:
        facts: dict[str, object] = {"reason": refusal.reason}
        return Answer(refusal.status, UNTAKEN[refusal.status], body=refusal.reason, facts=facts)
    return Webhook(
        account_sid=account_sid,
        kind=posted.kind,
        pairs=pairs,
        path=posted.path,
        occurred_at=now(),
        request_id=posted.request_id,
        idempotency_token=posted.idempotency_token,
    )


def taken(webhook: Webhook, received: Received | None) -> Answer:
    """What a webhook is answered that is safe: in the database, or (None) in the spool."""
    status, media_type, body = _TAKEN[webhook.kind]
    return Answer(status, _outcome(received), media_type, body, _facts(webhook, received))


def _outcome(received: Received | None) -> str:
    if received is None:
        return "spooled"
    if received.quarantined:
        return "quarantined"
    return "repeated" if received.journal_id is None else "taken_in"


def _facts(webhook: Webhook, received: Received | None) -> dict[str, object]:
    """What the request's line says of it; what isn't as it should be has a line of its own."""
    if received is None:
        log.warning("webhook.spooled", kind=webhook.kind, sid=webhook.sid)
    elif received.quarantined:
        log.warning("webhook.quarantined", kind=webhook.kind, sid=webhook.sid, reason=received.quarantined)
    else:
        return {"sid": webhook.sid, "told": _word(webhook.status), "repeated": received.journal_id is None}
    return {}


def _word(status: str) -> str:
    """A status as a log may hold it: Twilio's own words, and nobody else's."""
    return status if status in RANK or not status else "unknown"
