"""Start a run once Twilio was asked whether its template may still be sent."""

from __future__ import annotations

from datetime import datetime

from app.domain import access
from app.domain.actor import Actor
from app.domain.runs import control
from app.domain.runs.lists import RunRefused
from app.domain.templates import sync
from app.gateways.twilio.content import ContentUnavailable, TwilioContent
from app.store.database import Database
from app.store.runs import rows


def start(
    database: Database,
    contents: TwilioContent,
    actor: Actor,
    number: int,
    *,
    at: datetime | None = None,
    zone: str = "UTC",
    stop_share: int = 10,
    spend_cap: str = "",
) -> None:
    """As `control.start`, with the template as Twilio has it now. Raises NotAllowed, RunRefused."""
    access.require(actor, "run.manage")
    run = database.read(lambda session: rows.get(session, actor.account_sid, number))
    if run is None:
        raise RunRefused("unknown")
    try:
        sync.check(database, contents, actor, run.content_sid)
    except ContentUnavailable:
        raise RunRefused("twilio_unavailable") from None
    chosen = {"zone": zone, "stop_share": stop_share, "spend_cap": spend_cap}
    database.write(lambda session: control.start(session, actor, number, at=at, **chosen))  # type: ignore[arg-type]
