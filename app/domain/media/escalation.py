"""What Twilio's support asks for about files that came late or never: URLs, SIDs, and times with their zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.domain import access, csv_text
from app.domain.actor import Actor
from app.domain.clock import now
from app.store.database import Session
from app.store.media import arrivals
from app.store.media import inbound as inbound_media
from app.store.media.arrivals import Arrival
from app.store.tables import InboundMediaTry

MOST_DAYS = 30
MOST = 2_000
COLUMNS = (
    "MessageSid",
    "MediaUrl",
    "Webhook",
    "FirstTry",
    "Answered404",
    "Last404",
    "Available",
    "DelaySeconds",
    "LastError",
)


@dataclass(frozen=True)
class LateFile:
    """A file that Twilio did not have when its webhook came, with every try for it."""

    arrival: Arrival
    tries: list[InboundMediaTry]

    @property
    def cells(self) -> tuple[str, ...]:
        """What the columns hold; nothing of what the customer wrote is among it."""
        file = self.arrival.file
        answered = [one for one in self.tries if one.reason == "not_there_yet"]
        delay = delay_of(self.arrival)
        return (
            self.arrival.sid,
            file.url,
            _time(file.webhook_at),
            _time(file.first_try_at),
            str(file.not_there),
            _time(answered[-1].occurred_at) if answered else "",
            _time(file.fetched_at) if file.state == "fetched" else "never",
            f"{delay.total_seconds():.3f}" if delay is not None else "",
            file.reason,
        )


def late_files(session: Session, actor: Actor, days: int) -> list[LateFile]:
    """The files of the last days that were late, newest first. Raises NotAllowed."""
    access.require(actor, "conversation.read")
    start = now() - timedelta(days=min(max(days, 1), MOST_DAYS))
    found = arrivals.since(session, actor.account_sid, start, MOST, late=True)
    tries = inbound_media.tries(session, actor.account_sid, [one.file.id or 0 for one in found])
    return [LateFile(one, tries[one.file.id or 0]) for one in found]


def delay_of(arrival: Arrival) -> timedelta | None:
    """From the webhook to the file's being here; None while it isn't."""
    file = arrival.file
    return file.fetched_at - file.webhook_at if file.state == "fetched" and file.fetched_at else None


def as_csv(files: Sequence[LateFile]) -> str:
    """A table for a spreadsheet."""
    return csv_text.lines([COLUMNS, *(file.cells for file in files)])


def as_text(files: Sequence[LateFile], account_sid: str) -> str:
    """What to paste into a ticket."""
    lines = [
        f"AccountSid: {account_sid}",
        f"Inbound WhatsApp media that answered 404 after its webhook: {len(files)}",
        "All times are UTC, from our clock. The URL was asked for with Basic auth, redirects followed.",
    ]
    for file in files:
        lines += ["", *(f"{name}: {cell}" for name, cell in zip(COLUMNS, file.cells, strict=True) if cell)]
        lines += [
            f"Try: {_time(one.occurred_at)}, {one.milliseconds} ms, {one.reason or 'fetched'}" for one in file.tries
        ]
    return "\n".join(lines) + "\n"


def _time(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds") if at else ""
