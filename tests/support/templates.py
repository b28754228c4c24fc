"""Templates as they stand once Twilio's list was read."""

from __future__ import annotations

from typing import Any

from app.domain.templates import types
from app.store.database import Database
from app.store.tables import Template
from app.store.templates import rows
from tests.support.cast import ACCOUNT, ago, new_sid, only

TEXT = "Hello {{1}}, your bike {{ 2 }} is ready."


def template(database: Database, content: Any = TEXT, **columns: Any) -> Template:
    """An approved utility template of the account: `content` is a text, or the types of its content."""
    content_types = {"twilio/text": {"body": content}} if isinstance(content, str) else content
    kind = types.richest(content_types)
    sid = columns.pop("sid", new_sid("HX"))
    columns = {
        "friendly_name": "bike_ready",
        "language": "en",
        "content_types": content_types,
        "kind": kind,
        "body": types.body_of(content_types, kind),
        "status": "approved",
        "category": "UTILITY",
        "synced_at": ago(),
        **columns,
    }
    database.write(lambda session: rows.add(session, ACCOUNT, sid, **columns))
    return only(database, Template, sid=sid)


def listed(database: Database) -> None:
    """Twilio's list was read to its end."""
    database.write(lambda session: rows.set_listed(session, ACCOUNT, ago()))
