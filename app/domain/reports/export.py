"""What became of templates as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo

from app.domain import audit, csv_text
from app.domain.access import require
from app.domain.actor import Actor
from app.domain.reports import performance
from app.domain.reports.performance import Line, Wanted
from app.store.database import Database

COLUMNS = ("day", "template", "content_sid", "language", "country", "sender", "sent", "delivered", "read",
           "replied_within_24_h", "opted_out_within_24_h", "failed")  # fmt: skip


def as_csv(database: Database, actor: Actor, days: Sequence[date], zone: tzinfo, wanted: Wanted) -> str:
    """The lines that are wanted; that they were exported is in the audit before anything leaves. Raises NotAllowed."""
    require(actor, "report.export")
    found = database.read(lambda session: performance.lines(session, actor, days, zone))
    account, count = actor.account_sid, len(days)
    database.write(lambda session: audit.record(session, actor, "report.export", "account", account, days=count))
    return csv_text.lines([COLUMNS, *(_cells(line) for line in found if wanted.fits(line))])


def _cells(line: Line) -> list[str]:
    words = (line.day.isoformat(), line.template, line.content_sid, line.language, line.country)
    return [*words, line.sender.removeprefix("whatsapp:"), *map(str, line.counts.numbers)]
