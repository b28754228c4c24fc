"""Webhook signatures, made by Twilio's own library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urldefrag, urlencode

from twilio.request_validator import RequestValidator

# Twilio's library carries no annotations of its own.
VALIDATOR: Any = RequestValidator
FORM_TYPE = "application/x-www-form-urlencoded; charset=UTF-8"


def signature(url: str, form: Mapping[str, str], auth_token: str) -> str:
    """The X-Twilio-Signature of a form posted to `url`.

    The URL's fragment holds Twilio's own transport rules and is not part of what is signed.
    """
    return str(VALIDATOR(auth_token).compute_signature(urldefrag(url).url, dict(form)))


def encode(form: Mapping[str, str]) -> bytes:
    """A form as its urlencoded body in UTF-8."""
    return urlencode(list(form.items())).encode("ascii")


def signed_headers(url: str, form: Mapping[str, str], auth_token: str, token: str = "") -> dict[str, str]:
    """All headers of a genuine webhook; `token` is its I-Twilio-Idempotency-Token, left out where ''."""
    headers = {
        "Content-Type": FORM_TYPE,
        "X-Twilio-Signature": signature(url, form, auth_token),
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
    }
    if token:
        headers["I-Twilio-Idempotency-Token"] = token
    return headers
