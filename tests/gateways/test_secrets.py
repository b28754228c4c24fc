"""Which secrets may sign for which account."""

from __future__ import annotations

from collections.abc import Callable

from app.gateways.twilio.signature import secrets_of
from app.settings import Settings

STRANGER = "AC" + "9" * 32


def test_both_tokens_sign_for_the_account_and_none_for_another(make_settings: Callable[..., Settings]) -> None:
    settings = make_settings(TWILIO_AUTH_TOKEN_SECONDARY="second")
    assert secrets_of(settings, settings.twilio_account_sid, False) == (settings.twilio_auth_token, "second")
    assert secrets_of(settings, STRANGER, False) == ()


def test_every_shared_key_signs_for_the_account_and_none_for_another(make_settings: Callable[..., Settings]) -> None:
    settings = make_settings(TWILIO_WEBHOOK_SHARED_KEYS=" one, two three ")
    assert secrets_of(settings, settings.twilio_account_sid, True) == ("one", "two", "three")
    assert secrets_of(settings, STRANGER, True) == ()
    assert secrets_of(make_settings(), settings.twilio_account_sid, True) == ()
