"""Twilio as the webhooks see it: signs what it posts over the public URL, and posts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import TestResponse

from app.store.database import Database
from app.web.shell.services import Services
from tests.support.cast import ACCOUNT, CALLBACK_BASE, SENDER, TOKEN, signature

Pairs = Sequence[tuple[str, str]]
FORM = "application/x-www-form-urlencoded"


class Twilio:
    """Posts webhooks to an application of this process."""

    SETTINGS: ClassVar[dict[str, str]] = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_AUTH_TOKEN_SECONDARY": "fedcba9876543210fedcba9876543210",
        "TWILIO_WHATSAPP_FROM": SENDER,
        "PUBLIC_BASE_URL": CALLBACK_BASE,
    }

    def __init__(self, application: Flask) -> None:
        self.application = application
        parts: Services = application.extensions["services"]
        self.database: Database = parts.database

    def post(
        self,
        path: str,
        form: Mapping[str, str] | Pairs,
        *,
        token: str = TOKEN,
        signed_url: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str = FORM,
    ) -> TestResponse:
        """Post a form, signed with `token` over `signed_url` (the public URL of `path`)."""
        pairs = list(form.items()) if isinstance(form, Mapping) else list(form)
        signed = {"X-Twilio-Signature": signature(signed_url or f"{CALLBACK_BASE}{path}", pairs, token)}
        # The client would take the path after two slashes for a host.
        doubled = path.startswith("//")
        return self.application.test_client().post(
            path.lstrip("/") if doubled else path,
            data=urlencode(pairs) if body is None else body,
            content_type=content_type,
            headers={**signed, **(headers or {})},
            environ_overrides={"PATH_INFO": path, "RAW_URI": path} if doubled else {},
        )

    def inbound(self, form: Mapping[str, str] | Pairs) -> TestResponse:
        """A customer's message."""
        return self.post("/twilio/inbound", form)

    def status(self, form: Mapping[str, str] | Pairs) -> TestResponse:
        """A status callback."""
        return self.post("/twilio/status", form)
