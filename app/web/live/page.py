"""What a page that follows carries: where it stands, and whose stream it may share."""

from __future__ import annotations

import hashlib

from flask import Flask, g, request

from app.store.feed import positions
from app.web.live import cursor
from app.web.shell.current_user import logged_in
from app.web.shell.public import is_public
from app.web.shell.services import services


def install(app: Flask) -> None:
    """Take the cursor when a request comes, before its page reads anything: nothing can fall in between."""
    app.jinja_env.globals.update(live_cursor=cursor_now, live_session=session_tag)

    @app.before_request
    def take_cursor() -> None:
        if is_public(request.endpoint) or request.blueprint == "live" or logged_in() is None:
            return
        account_sid = services().settings.twilio_account_sid
        g.live_cursor = cursor.written(services().database.read(lambda session: positions.newest(session, account_sid)))


def cursor_now() -> str:
    """The feed's position when this request came; what the page shows is at least as new. '' for nobody's request."""
    taken: str = g.get("live_cursor", "")
    return taken


def session_tag() -> str:
    """A tag that the tabs of one login have in common; it gives no access."""
    held = logged_in()
    number = held.session_id if held else 0
    return hashlib.sha256(f"{services().settings.secret_key}:live:{number}".encode()).hexdigest()[:16]
