"""Start a run once Twilio was asked whether its template may still be sent."""

from __future__ import annotations

from app.domain import access
from app.domain.actor import Actor
from app.domain.runs import control
from app.domain.runs.control import Terms
from app.domain.runs.lists import RunRefused
from app.domain.templates import sync
from app.gateways.twilio.content import ContentUnavailable, TwilioContent
from app.store.database import Database
from app.store.runs import rows


def start(database: Database, contents: TwilioContent, actor: Actor, number: int, terms: Terms) -> None:
    """As `control.start`, with the template as Twilio has it now. Raises NotAllowed, RunRefused."""
    access.require(actor, "run.manage")
    run = database.read(lambda session: rows.get(session, actor.account_sid, number))
    if run is None:
        raise RunRefused("unknown")
    try:
        sync.check(database, contents, actor, run.content_sid)
    except ContentUnavailable:
        raise RunRefused("twilio_unavailable") from None
    database.write(lambda session: control.start(session, actor, number, terms))
