"""What a webhook's form must be before anything is made of it: within the caps, signed, and no field in doubt.

Whoever read the request asks here, so that every door refuses the same in the same words.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

import structlog

from app import metrics
from app.domain.webhooks.webhook import Pairs, WebhookKind
from app.gateways.twilio.signature import is_signed, secrets_of
from app.settings import Settings

log = structlog.get_logger()

MEDIA_TYPE = "application/x-www-form-urlencoded"
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
        "ListId",
        "ExternalUserId",
        "ParentExternalUserId",
        "MessageStatus",
        "SmsStatus",
        "ErrorCode",
    }
)


class Refused(Exception):
    """The webhook is not taken: the answer's status, and the reason in its body."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Posted:
    """A webhook as it was posted; `target` is path and query as they came, `body` None when it can't be read."""

    kind: WebhookKind
    path: str
    target: str
    body: bytes | None
    request_id: str
    signature: str = ""
    signed_by: str = ""
    idempotency_token: str = ""


def checked(settings: Settings, posted: Posted) -> tuple[str, Pairs]:
    """The account and the pairs in their order, which it signed. Raises Refused."""
    pairs = _pairs(posted.body)
    account_sid = _only(pairs, "AccountSid")
    _refuse_unless_signed(settings, posted, pairs, account_sid)
    _refuse_missing_and_doubled(posted.kind, pairs)
    return account_sid, pairs


def _pairs(body: bytes | None) -> Pairs:
    """The body's pairs in their order. Invalid UTF-8 is read as the replacement sign, which then signs differently."""
    if body is None:
        raise Refused(400, "The body can not be read.")
    if len(body) > MOST_BYTES:
        raise Refused(413, f"The form has more than {MOST_BYTES} bytes.")
    try:
        return tuple(parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise Refused(400, f"The form has more than {MOST_FIELDS} fields.") from None


def _only(pairs: Pairs, name: str) -> str:
    values = [value for field, value in pairs if field == name]
    if len(values) != 1:
        raise Refused(400, f"{name} must be there exactly once.")
    return values[0]


def _refuse_unless_signed(settings: Settings, posted: Posted, pairs: Pairs, account_sid: str) -> None:
    secrets = secrets_of(settings, account_sid, by_shared_key=bool(posted.signed_by))
    # From PUBLIC_BASE_URL alone, never from Host or X-Forwarded-*.
    url = f"{settings.public_base_url}{posted.target}"
    if not is_signed(url, pairs, posted.signature, secrets, posted.signed_by):
        signed = bool(posted.signature)
        reason = "mismatch" if secrets and signed else "unknown_account" if signed else "unsigned"
        metrics.signature_failed(reason)
        log.warning("webhook.refused", path=posted.path, known_account=bool(secrets), signed=signed)
        if account_sid != settings.twilio_account_sid:
            raise Refused(403, "AccountSid is another than TWILIO_ACCOUNT_SID.")
        secret = "TWILIO_WEBHOOK_SHARED_KEYS" if posted.signed_by else "TWILIO_AUTH_TOKEN"
        raise Refused(403, f"The signature does not match. Check PUBLIC_BASE_URL and {secret}.")


def _refuse_missing_and_doubled(kind: WebhookKind, pairs: Pairs) -> None:
    names = [name for name, _ in pairs if name in DECIDING]
    wrong = {name for name in names if names.count(name) > 1} | {*ALWAYS_THERE[kind]}.difference(names)
    if wrong:
        raise Refused(400, f"{', '.join(sorted(wrong))} must be there exactly once.")
    for name in {*NOT_HIDDEN[kind]}.difference(names):
        if _is_hidden(name, pairs):
            raise Refused(400, f"{name} must not stand inside another field.")


def _is_hidden(name: str, pairs: Pairs) -> bool:
    """True when what is signed names the field where no field of that name begins: in the one before, or cut."""
    before = max((field for field, _ in pairs if field < name), default="")
    return any(
        name in field + value if field == before else field.startswith(name) for field, value in pairs if field != name
    )
