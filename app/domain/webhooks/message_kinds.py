"""What an inbound form is: Twilio's fields to our kinds and details. The one table of foreign words for inbound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain import json_text
from app.domain.visible_text import has_text
from app.domain.webhooks.webhook import Webhook

MAX_MEDIA = 10

_MEDIA_KINDS = {"image": "image", "audio": "audio", "video": "video"}
_EXACT_MEDIA_KINDS = {"image/webp": "sticker", "text/vcard": "contact_card", "text/x-vcard": "contact_card"}

# Twilio's field → our detail, for what is kept as it is said.
_PLAIN = {
    "Latitude": "latitude",
    "Longitude": "longitude",
    "Address": "address",
    "Label": "label",
    "ButtonText": "button_text",
    "ButtonPayload": "button_payload",
    "ButtonType": "button_type",
    "ListId": "list_id",
    "ListTitle": "list_title",
    "OriginalRepliedMessageSid": "quoted_sid",
    "OriginalRepliedMessageSender": "quoted_sender",
}
_REFERRAL = {
    "ReferralHeadline": "headline",
    "ReferralBody": "body",
    "ReferralSourceUrl": "source_url",
    "ReferralSourceType": "source_type",
    "ReferralSourceId": "source_id",
    "ReferralMediaUrl": "media_url",
    "ReferralMediaContentType": "media_content_type",
    "ReferralCtwaClid": "ctwa_clid",
}
_JSON = {"InteractiveData": "interactive", "FlowData": "flow"}


def media_count(webhook: Webhook) -> int:
    """How many files came with the message; NumMedia is text, and may be nonsense."""
    said = webhook.value("NumMedia")
    return min(int(said), MAX_MEDIA) if said.isascii() and said.isdigit() and len(said) < 4 else 0


def kind_of(webhook: Webhook) -> str:
    """Our word for what came; 'unknown' for what this version doesn't know."""
    if media_count(webhook):
        return _media_kind(webhook.value("MediaContentType0"))
    for field, kind in (
        ("Latitude", "location"),
        ("ListId", "list_reply"),
        ("ButtonPayload", "button"),
        ("ButtonText", "button"),
        ("FlowData", "flow"),
        ("InteractiveData", "interactive"),
    ):
        if has_text(webhook.value(field)):
            return kind
    known = webhook.value("MessageType") in ("", "text", "button", "interactive")
    return "text" if known or has_text(webhook.value("Body")) else "unknown"


def _media_kind(content_type: str) -> str:
    plain = content_type.partition(";")[0].strip().lower()
    return _EXACT_MEDIA_KINDS.get(plain) or _MEDIA_KINDS.get(plain.partition("/")[0], "document")


def details_of(webhook: Webhook) -> dict[str, Any]:
    """The details that the form tells beside its body, by our names; only those that are there."""
    details: dict[str, Any] = _said(webhook, _PLAIN)
    referral = _said(webhook, _REFERRAL)
    if referral:
        details["referral"] = referral
    # "false" stands on ordinary messages: presence proves nothing (docs/twilio.md#inbound-forms).
    for field, ours in (("Forwarded", "forwarded"), ("FrequentlyForwarded", "frequently_forwarded")):
        if webhook.value(field).lower() == "true":
            details[ours] = True
    for field, ours in _JSON.items():
        if webhook.value(field):
            details[ours] = json_text.parsed(webhook.value(field))
    if kind_of(webhook) == "unknown":
        details["message_type"] = webhook.value("MessageType")
    return details


def _said(webhook: Webhook, names: Mapping[str, str]) -> dict[str, str]:
    fields = webhook.fields
    return {ours: fields[field] for field, ours in names.items() if field in fields and has_text(fields[field])}
