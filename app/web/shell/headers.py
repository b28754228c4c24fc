"""What every answer tells the browser to forbid and to forget."""

from __future__ import annotations

from flask import Flask, Response, request

from app.settings import Settings
from app.web.shell.services import services

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "worker-src 'self'",
    )
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
HALF_A_YEAR = 15_552_000
A_YEAR = 31_536_000


def for_programs(settings: Settings) -> list[tuple[str, str]]:
    """What an answer that is no page tells a browser that opens it all the same."""
    headers = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
    if settings.public_base_url.startswith("https://"):
        headers.append(("Strict-Transport-Security", f"max-age={HALF_A_YEAR}"))
    return headers


def install(app: Flask) -> None:
    """Set the headers after each request; a view that has set one of them itself keeps its own."""
    over_https = services(app).settings.public_base_url.startswith("https://")

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if over_https:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={HALF_A_YEAR}")
        if request.endpoint == "static" and response.status_code in (200, 206, 304):
            _keep_if_versioned(response)
        else:
            # An error's page holds a name and a form's key, whatever its address.
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _keep_if_versioned(response: Response) -> None:
    # The address changes with the content, so the copy never goes stale.
    if "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
