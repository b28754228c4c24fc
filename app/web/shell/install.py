"""What is around every page: who asks, the guard, the headers, the errors, and what templates may call."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, url_for

from app.web.shell import (
    compression,
    csrf,
    current_user,
    error_pages,
    guard,
    headers,
    navigation,
    proxies,
    worker_notice,
)
from app.web.shell.navigation import rail_links
from app.web.shell.preferences import letters_on, theme
from app.web.shell.services import services
from app.web.words import gettext, numbers, sessions, times
from app.web.words.agents import role_hint, role_name

STATIC = Path(__file__).resolve().parents[3] / "static"
# A door that takes files sets `request.max_content_length` for itself.
LARGEST_FORM = 256 * 1024


def install(app: Flask) -> None:
    """Put the shell around the application; call it when all blueprints are registered."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    proxies.install(app, services(app).settings.trusted_proxies)
    # Answers pass through these from the last to the first, and are compressed at the very end.
    compression.install(app)
    # In this order: who has no session is told so before the form's key is looked at.
    guard.install(app)
    csrf.install(app)
    navigation.install(app)
    worker_notice.install(app)
    headers.install(app)
    error_pages.install(app)
    gettext.install(app)
    _templates(app)


def asset(name: str) -> str:
    """The address of a static file, which changes with its content, so that browsers may keep it."""
    return url_for("static", filename=name, v=_fingerprint(name))


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _templates(app: Flask) -> None:
    time, number = times, numbers
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        {name: getattr(time, name) for name in ("clock", "seconds", "date", "day", "short", "full", "ago", "iso")},
        browser=number.browser,
        phone=number.phone,
        phone_text=number.phone_text,
    )
    app.jinja_env.globals.update(
        asset=asset,
        initials=number.initials,
        language=gettext.language,
        letters_on=letters_on,
        rail_links=rail_links,
        role_hint=role_hint,
        role_name=role_name,
        session_idle_says=lambda: sessions.why_over("idle", services().settings.session_idle),
        session_left=lambda: int(current_user.left().total_seconds()),
        theme=theme,
        worker_silence=worker_notice.worker_silence,
    )
    app.context_processor(lambda: {"actor": current_user.known_already()})
