"""What may be asked for without being logged in. Everything else needs a session."""

from __future__ import annotations

PUBLIC_ENDPOINTS = frozenset(
    {
        "static",
        "healthz.healthz",
        "metrics.metrics",
        "login.page",
        "login.log_in",
        "login.state",
        "login.reset",
        "login.set_password",
        "opt_in.page",
        "opt_in.qr",
        "opt_in.submit",
    }
)
# Every door of these: Twilio's signature is their lock, or a token in the address or the head; or they say what to set.
PUBLIC_BLUEPRINTS = frozenset({"webhooks", "webhook_addresses", "media_temp", "api"})


def is_public(endpoint: str | None) -> bool:
    """True when the endpoint needs no session. None, an unknown address, is public: there is nothing there."""
    if endpoint is None or endpoint in PUBLIC_ENDPOINTS:
        return True
    return endpoint.partition(".")[0] in PUBLIC_BLUEPRINTS
