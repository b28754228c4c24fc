"""Twilio's webhooks: checked, made safe, answered. Never 200 for what isn't safe, never 429."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import structlog
from flask import Blueprint, Response, abort, g, request
from werkzeug.exceptions import HTTPException

from app.domain.clock import now
from app.domain.statuses import RANK
from app.domain.webhooks.intake import NotSafe, take_in
from app.domain.webhooks.webhook import Kind, Pairs, Webhook
from app.gateways.twilio.signature import is_signed
from app.web.shell import request_log
from app.web.shell.services import services

blueprint = Blueprint("webhooks", __name__, url_prefix="/twilio")
log = structlog.get_logger()

# Twilio's largest form is a few kilobytes; Werkzeug's own limits don't hold for urlencoded bodies.
MOST_BYTES = 256 * 1024
MOST_FIELDS = 300
# Signing joins names and values with nothing between, so that a field can be hidden in the one before it: what
# Twilio always posts must be there once, and what else decides anything at most once.
ALWAYS_THERE = {"inbound": ("MessageSid", "From", "To", "Body", "NumMedia"), "status": ("MessageSid",)}
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


def _take_in(kind: Kind, answer: Response) -> Response:
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
    if received is None:
        log.warning("webhook.spooled", kind=kind, sid=webhook.sid)
    elif received.quarantined:
        log.warning("webhook.quarantined", kind=kind, sid=webhook.sid, reason=received.quarantined)
    else:
        repeated = received.journal_id is None
        request_log.log_fields(sid=webhook.sid, told=_word(webhook.status), repeated=repeated)
    return answer


def _word(status: str) -> str:
    """A status as a log may hold it: Twilio's own words, and nobody else's."""
    return status if status in RANK or not status else "unknown"


def _form() -> Pairs:
    """The body's pairs in their order. Invalid UTF-8 is read as the replacement sign, which then signs differently."""
    if request.mimetype != "application/x-www-form-urlencoded":
        _refuse(415, "Twilio posts application/x-www-form-urlencoded forms.")
    request.max_content_length = MOST_BYTES
    try:
        body = request.get_data(cache=False, parse_form_data=False)
    except HTTPException:
        raise
    except Exception:
        # The server's own errors, of chunks that are none for instance.
        _refuse(400, "The body can not be read.")
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
    tokens = services().settings.auth_tokens(account_sid)
    signature = request.headers.get("X-Twilio-Signature", "")
    if not is_signed(_signed_url(), pairs, signature, tokens):
        log.warning("webhook.refused", path=request.path, known_account=bool(tokens), signed=bool(signature))
        _refuse(403, "The signature does not match. Check PUBLIC_BASE_URL and TWILIO_AUTH_TOKEN.")


def _signed_url() -> str:
    """The URL Twilio signed: from PUBLIC_BASE_URL alone, never from Host or X-Forwarded-*."""
    target = urlsplit(request.environ.get("RAW_URI") or request.full_path.rstrip("?"))
    query = f"?{target.query}" if target.query else ""
    return f"{services().settings.public_base_url}{target.path}{query}"


def _refuse_missing_and_doubled(kind: Kind, pairs: Pairs) -> None:
    names = [name for name, _ in pairs if name in DECIDING]
    wrong = {name for name in names if names.count(name) > 1} | {*ALWAYS_THERE[kind]}.difference(names)
    if wrong:
        _refuse(400, f"{', '.join(sorted(wrong))} must be there exactly once.")


def _refuse(status: int, reason: str) -> None:
    abort(Response(reason, status=status, content_type="text/plain"))
