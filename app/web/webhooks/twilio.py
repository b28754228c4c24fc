"""Twilio's webhooks: checked, made safe, answered. Never 200 for what isn't safe, never 429."""

from __future__ import annotations

import time
from urllib.parse import parse_qsl

import structlog
from flask import Blueprint, Response, abort, g, request
from werkzeug.exceptions import HTTPException

from app import metrics
from app.domain.clock import now
from app.domain.statuses import RANK
from app.domain.webhooks.intake import NotSafe, take_in
from app.domain.webhooks.receive import Received
from app.domain.webhooks.webhook import Pairs, Webhook, WebhookKind
from app.gateways.twilio.signature import SIGNATURE_SETTINGS, is_signed, secrets_of
from app.web.shell import request_log
from app.web.shell.services import services
from app.web.webhooks.paths import target_as_it_came

blueprint = Blueprint("webhooks", __name__, url_prefix="/twilio")
log = structlog.get_logger()

# Twilio's largest form is a few kilobytes; Werkzeug's own limits don't hold for urlencoded bodies.
MOST_BYTES = 256 * 1024
MOST_FIELDS = 300
# Signing joins names and values with nothing between, so that a field can be hidden in the one before it: what
# a message can't be without must be there once, and what else decides anything at most once.
ALWAYS_THERE = {"inbound": ("MessageSid", "From", "To"), "status": ("MessageSid",)}
# May be absent, but not hidden: what comes before them in what is signed is never what somebody wrote.
NOT_HIDDEN = {"inbound": ("Body", "NumMedia"), "status": ()}
DECIDING = frozenset(
    {
        "AccountSid",
        "MessageSid",
        "From",
        "To",
        "Body",
        "NumMedia",
        "OptOutType",
        "ButtonText",
        "ButtonPayload",
        "MessageStatus",
        "SmsStatus",
        "ErrorCode",
    }
)
# What became of a webhook that was not taken in, by the answer's status.
_UNTAKEN = {
    400: "refused_form",
    403: "refused_signature",
    413: "refused_too_large",
    415: "refused_media_type",
    503: "unavailable",
}


@blueprint.post("/inbound")
@blueprint.post("/fallback", endpoint="fallback")
def inbound() -> Response:
    """A customer's message."""
    return _take_in("inbound", Response("<Response></Response>", content_type="text/xml"))


@blueprint.post("/status")
@blueprint.post("/status/<int:message>/<int:attempt>", endpoint="status_of_attempt")
def status(message: int = 0, attempt: int = 0) -> Response:
    """A status of a message of ours; the path names our own message and attempt."""
    return _take_in("status", Response(status=204))


def _take_in(kind: WebhookKind, answer: Response) -> Response:
    pairs = _form()
    account_sid = _only(pairs, "AccountSid")
    _refuse_unless_signed(pairs, account_sid)
    _refuse_missing_and_doubled(kind, pairs)
    webhook = Webhook(
        account_sid=account_sid,
        kind=kind,
        pairs=pairs,
        path=request.path,
        occurred_at=now(),
        request_id=g.request_id,
        idempotency_token=request.headers.get("I-Twilio-Idempotency-Token", ""),
    )
    try:
        received = take_in(services().database, services().spool, webhook)
    except NotSafe as error:
        log.error("webhook.not_safe", kind=kind, sid=webhook.sid, error=str(error))
        return Response("The message could not be stored. Please send it again.", status=503, content_type="text/plain")
    g.outcome = _outcome(received)
    if received is None:
        log.warning("webhook.spooled", kind=kind, sid=webhook.sid)
    elif received.quarantined:
        log.warning("webhook.quarantined", kind=kind, sid=webhook.sid, reason=received.quarantined)
    else:
        repeated = received.journal_id is None
        request_log.log_fields(sid=webhook.sid, told=_word(webhook.status), repeated=repeated)
    return answer


@blueprint.after_request
def count(response: Response) -> Response:
    """Count every webhook and how long it took, the refused ones too."""
    door = (request.endpoint or "").removeprefix("webhooks.").removesuffix("_of_attempt")
    outcome = g.get("outcome") or _UNTAKEN.get(response.status_code, "failed")
    metrics.webhook(door, outcome, time.perf_counter() - g.began)
    return response


def _outcome(received: Received | None) -> str:
    if received is None:
        return "spooled"
    if received.quarantined:
        return "quarantined"
    return "repeated" if received.journal_id is None else "taken_in"


def _word(status: str) -> str:
    """A status as a log may hold it: Twilio's own words, and nobody else's."""
    return status if status in RANK or not status else "unknown"


def _form() -> Pairs:
    """The body's pairs in their order. Invalid UTF-8 is read as the replacement sign, which then signs differently."""
    if request.mimetype != "application/x-www-form-urlencoded":
        _refuse(415, "Twilio posts application/x-www-form-urlencoded forms.")
    # One more than is taken: a body in chunks, whose length nobody says, is cut there without a word.
    request.max_content_length = MOST_BYTES + 1
    try:
        body = request.get_data(cache=False, parse_form_data=False)
    except HTTPException:
        raise
    except Exception:
        # The server's own errors, of chunks that are none for instance.
        _refuse(400, "The body can not be read.")
    if len(body) > MOST_BYTES:
        _refuse(413, f"The form has more than {MOST_BYTES} bytes.")
    try:
        decoded = parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        _refuse(400, f"The form has more than {MOST_FIELDS} fields.")
    return tuple(decoded)


def _only(pairs: Pairs, name: str) -> str:
    values = [value for field, value in pairs if field == name]
    if len(values) != 1:
        _refuse(400, f"{name} must be there exactly once.")
    return values[0]


def _refuse_unless_signed(pairs: Pairs, account_sid: str) -> None:
    settings, by = services().settings, request.headers.get(SIGNATURE_SETTINGS, "")
    secrets = secrets_of(settings, account_sid, by_shared_key=bool(by))
    signature = request.headers.get("X-Twilio-Signature", "")
    # From PUBLIC_BASE_URL alone, never from Host or X-Forwarded-*.
    url = f"{settings.public_base_url}{target_as_it_came()}"
    if not is_signed(url, pairs, signature, secrets, by):
        reason = "mismatch" if secrets and signature else "unknown_account" if signature else "unsigned"
        metrics.signature_failed(reason)
        log.warning("webhook.refused", path=request.path, known_account=bool(secrets), signed=bool(signature))
        secret = "TWILIO_WEBHOOK_SHARED_KEYS" if by else "TWILIO_AUTH_TOKEN"
        _refuse(403, f"The signature does not match. Check PUBLIC_BASE_URL and {secret}.")


def _refuse_missing_and_doubled(kind: WebhookKind, pairs: Pairs) -> None:
    names = [name for name, _ in pairs if name in DECIDING]
    wrong = {name for name in names if names.count(name) > 1} | {*ALWAYS_THERE[kind]}.difference(names)
    if wrong:
        _refuse(400, f"{', '.join(sorted(wrong))} must be there exactly once.")
    for name in {*NOT_HIDDEN[kind]}.difference(names):
        if _is_hidden(name, pairs):
            _refuse(400, f"{name} must not stand inside another field.")


def _is_hidden(name: str, pairs: Pairs) -> bool:
    """True when what is signed names the field where no field of that name begins: in the one before, or cut."""
    before = max((field for field, _ in pairs if field < name), default="")
    return any(
        name in field + value if field == before else field.startswith(name) for field, value in pairs if field != name
    )


def _refuse(status: int, reason: str) -> None:
    abort(Response(reason, status=status, content_type="text/plain"))
