"""`/media/incoming`: how customers' files come, which came late, and what to give Twilio's support."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, render_template

from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.media import escalation
from app.domain.media.escalation import LateFile
from app.store.database import Session
from app.store.media import arrivals
from app.web.media.delay_chart import DelayChart, delay_chart
from app.web.messages.attachments import name_of
from app.web.shell.current_user import allowed
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.words.file_failures import file_failure
from app.web.words.gettext import _

blueprint = Blueprint("media_incoming", __name__, url_prefix="/media/incoming")

DAYS = (1, 7, 30)
# The newest files are enough to see how it is.
_MOST_DOTS = 400
_MOST_ROWS = 50


@dataclass(frozen=True)
class LateRow:
    """A file that came late, as the page shows it."""

    file: LateFile
    name: str
    delay: str
    failure: str


@dataclass(frozen=True)
class IncomingView:
    """The page: `late` of the last day against `warns_at`; `rows` are the newest late files of the chosen days."""

    days: int
    late: int
    warns_at: int
    chart: DelayChart | None
    counted: int
    rows: list[LateRow]
    more: int


@blueprint.get("")
def page() -> str:
    """The page, for the last 1, 7 or 30 days."""
    who = allowed("conversation.read")
    shown = services().database.read(lambda session: _view(session, who, _days()))
    return render_template("media/incoming.html", view=shown, choices=DAYS)


@blueprint.get("/escalation.csv")
def as_csv() -> Response:
    """What Twilio's support asks for, as a table."""
    found, _account = _late()
    return _handed_over(escalation.as_csv(found), "csv", "text/csv")


@blueprint.get("/escalation.txt")
def as_text() -> Response:
    """What Twilio's support asks for, as text for a ticket."""
    return _handed_over(escalation.as_text(*_late()), "txt", "text/plain")


def _late() -> tuple[list[LateFile], str]:
    who = allowed("conversation.read")
    found = services().database.read(lambda session: escalation.late_files(session, who, _days()))
    return found, who.account_sid


def _handed_over(content: str, ending: str, content_type: str) -> Response:
    answer = Response(content, mimetype=content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename=late-media-{now():%Y-%m-%d-%H%M}.{ending}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _days() -> int:
    asked = request.args.get("days", "")
    return int(asked) if asked in {str(days) for days in DAYS} else DAYS[0]


def _view(session: Session, who: Actor, days: int) -> IncomingView:
    end, warns_at = now(), services().settings.late_media_warning
    start = end - timedelta(days=days)
    newest = arrivals.since(session, who.account_sid, start, _MOST_DOTS)
    came = [
        (one.file.webhook_at, delay, one.file.not_there > 0)
        for one in newest
        if (delay := escalation.delay_of(one)) is not None
    ]
    found = escalation.late_files(session, who, days)
    late = arrivals.late_since(session, who.account_sid, end - timedelta(days=1), warns_at + 1)
    return IncomingView(
        days,
        late,
        warns_at,
        delay_chart(came, start, end),
        len(came),
        [_row(file) for file in found[:_MOST_ROWS]],
        max(0, len(found) - _MOST_ROWS),
    )


def _row(late: LateFile) -> LateRow:
    file, delay = late.arrival.file, escalation.delay_of(late.arrival)
    failure = file_failure(file.reason).what if file.state == "failed" else ""
    took = _spent(delay) if delay is not None else "" if failure else _("still asked for")
    return LateRow(late, name_of(file, late.arrival.body), took, failure)


def _spent(delay: timedelta) -> str:
    seconds = delay.total_seconds()
    if seconds < 120:
        return _("%(seconds)s s", seconds=f"{seconds:.1f}")
    return _("%(minutes)d min", minutes=round(seconds / 60))
