"""`/audit`: who did what, for admins and auditors; searched, page by page, and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, stream_with_context

from app.audit_words import ACTOR_KINDS, AUDIT_SUBJECTS, AUDIT_VERBS, verbs_of
from app.domain.actor import Actor
from app.domain.auditing import pages
from app.domain.clock import now
from app.domain.csv_text import harmless
from app.store import agents
from app.store.audit import PAGE, AuditFilter
from app.store.database import Session
from app.store.tables import Audit
from app.web.audit.view import row_views
from app.web.shell.current_user import allowed
from app.web.shell.requests import request, row_number
from app.web.shell.services import services
from app.web.words import audit as words
from app.web.words import times

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
COLUMNS = ("time", "who", "who_kind", "what", "in_words", "subject_kind", "subject", "detail")
_LONGEST = 80


@dataclass(frozen=True)
class Asked:
    """The filter as it was asked for; what is no filter of ours is ''."""

    who: str = ""
    kind: str = ""
    verb: str = ""
    subject_kind: str = ""
    subject: str = ""
    since: str = ""
    until: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """The fields that are set."""
        return {name: value for name, value in vars(self).items() if value}

    @property
    def wanted(self) -> AuditFilter:
        """The rows that it means."""
        number = int(self.who) if self.who.isdecimal() else None
        verbs = (self.verb,) if self.verb else verbs_of(self.kind) if self.kind else ()
        until = _midnight(self.until)
        return AuditFilter(
            actor_kind="agent" if number is not None else self.who,
            actor_id=number,
            verbs=verbs,
            subject_kind=self.subject_kind if self.subject else "",
            subject_id=self.subject,
            since=_midnight(self.since),
            until=until + timedelta(days=1) if until else None,
        )


@blueprint.get("")
def page() -> str:
    """The rows that fit, newest first, below the row `before`."""
    who, asked = allowed("audit.read"), _asked(request.args)
    below = request.args.get("before", type=row_number)

    def read(session: Session) -> str:
        found = pages.page(session, who, asked.wanted, below, PAGE + 1)
        older = urlencode({**asked.fields, "before": found[PAGE - 1].id}) if len(found) > PAGE else ""
        return render_template(
            "audit/page.html",
            rows=row_views(session, who.account_sid, found[:PAGE]),
            older=older,
            asked=asked,
            people=agents.all_of(session, who.account_sid),
            others=[kind for kind in ACTOR_KINDS if kind != "agent"],
            verbs=verbs_of(asked.kind),
            words=words,
        )

    return services().database.read(read)


@blueprint.post("/export")
def export() -> Response:
    """All rows that fit as a CSV file, which is written into the audit first."""
    who, asked = allowed("audit.read"), _asked(request.form)
    found = pages.export(services().database, who, asked.wanted)
    response = Response(stream_with_context(_csv(who, found)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=audit-{now():%Y-%m-%d-%H%M}.csv"
    response.headers["Cache-Control"] = "no-store"
    return response


def _csv(who: Actor, found: Iterable[list[Audit]]) -> Iterator[str]:
    """The file in pieces. Spreadsheets take it for UTF-8 by its first sign."""
    yield "\ufeff" + _lines([COLUMNS])
    for rows in found:
        views = services().database.read(lambda session, rows=rows: row_views(session, who.account_sid, rows))  # type: ignore[misc]
        yield _lines(
            (
                times.iso(row.occurred_at),
                view.who,
                row.actor_kind,
                row.verb,
                view.text,
                row.subject_kind,
                row.subject_id,
                json.dumps(row.detail, ensure_ascii=False, sort_keys=True) if row.detail else "",
            )
            for row, view in zip(rows, views, strict=True)
        )


def _lines(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def _asked(fields: dict[str, str]) -> Asked:
    def one(name: str, of: Iterable[str] = ()) -> str:
        value = " ".join(fields.get(name, "").split())[:_LONGEST]
        return value if not of or value in of else ""

    who, kind = one("who"), one("kind", AUDIT_VERBS)
    is_agent = who.isascii() and who.isdecimal() and len(who) < 19
    return Asked(
        who=who if is_agent or who in ACTOR_KINDS else "",
        kind=kind,
        verb=one("verb", verbs_of(kind)),
        subject_kind=one("subject_kind", AUDIT_SUBJECTS),
        subject=one("subject"),
        since=one("since") if _midnight(one("since")) else "",
        until=one("until") if _midnight(one("until")) else "",
    )


def _midnight(day: str) -> datetime | None:
    """The beginning of a day, 2026-11-19, in the viewer's zone; None for what is no day of a calendar in use."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return None
    return datetime.combine(found, time.min, times.zone()) if 2000 <= found.year < 2200 else None
