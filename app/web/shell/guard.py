"""The guard before every door that is not public."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, redirect, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response as AnyResponse

from app.urls import split
from app.web.shell.current_user import logged_in, touch
from app.web.shell.error_pages import explain, typed, wants_page
from app.web.shell.public import is_public
from app.web.shell.requests import request

# Set by our scripts on what they fetch by themselves, so that a screen nobody looks at still logs out.
BACKGROUND_HEADER = "X-Switchboard-Background"
# The browser's EventSource connects again by itself, and can't set headers.
BACKGROUND_ENDPOINTS = frozenset({"live.stream"})


def install(app: Flask) -> None:
    """Guard every door that is not public."""

    @app.before_request
    def guard() -> AnyResponse | None:
        if is_public(request.endpoint):
            return None
        if logged_in() is None:
            return _turned_away()
        if not _in_background():
            touch()
        return None


def _in_background() -> bool:
    return BACKGROUND_HEADER in request.headers or request.endpoint in BACKGROUND_ENDPOINTS


def safe_next(target: str) -> str:
    """The page to go to after logging in: `target` when it is a path of this console, else the inbox."""
    parsed = split(target)
    inside = target.startswith("/") and not target.startswith(("//", "/login")) and "\\" not in target
    if parsed is None or parsed.scheme or parsed.netloc or not inside or not target.isprintable():
        return "/"
    return target


def _turned_away() -> AnyResponse:
    if request.htmx:
        # Not a login page amid a pane: the whole browser goes there, and comes back to the page it shows.
        return make_response("", 401, redirect=_login_url(_shown()))
    if request.method == "GET" and wants_page():
        return redirect(_login_url(request.full_path.rstrip("?")), 303)
    return explain(401, login_url=_login_url(_came_from()), kept=typed())


def _shown() -> str:
    """The path of the page that the browser shows, as htmx tells it."""
    shown = split(request.htmx.current_url or "")
    if shown is None:
        return "/"
    return f"{shown.path}?{shown.query}" if shown.query else shown.path


def _came_from() -> str:
    """The path of the page whose form this is, as the browser tells it; `/` of another site's."""
    page = split(request.referrer or "")
    if page is None or page.netloc != request.host:
        return "/"
    return f"{page.path}?{page.query}" if page.query else page.path


def _login_url(target: str) -> str:
    return url_for("login.page") + (f"?next={quote(target)}" if safe_next(target) != "/" else "")
