"""What a page that follows carries: where it stands, and whose stream it may share."""

from __future__ import annotations

import hashlib

from app.store import following
from app.web.live import cursor
from app.web.parts import parts
from app.web.session import logged_in


def cursor_now() -> str:
    """The cursor of a page that is being rendered now. What the page shows is at least as new."""
    account_sid = parts().settings.twilio_account_sid
    return cursor.written(parts().database.read(lambda session: following.newest(session, account_sid)))


def session_tag() -> str:
    """What the tabs of one login have in common; nothing can be done with it."""
    held = logged_in()
    number = held.session_id if held else 0
    return hashlib.sha256(f"{parts().settings.secret_key}:live:{number}".encode()).hexdigest()[:16]
