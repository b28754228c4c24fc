"""`/journal`: every signed webhook as it came, and Replay."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from app.domain import json_text
from app.domain.auditing import bodies
from app.domain.sending import shown_status
from app.domain.webhooks.replay import Replayed, replay
from app.store.database import Session
from app.store.journal import pages as journal_pages
from app.store.journal import rows as journal
from app.store.journal.pages import KINDS, STATES, JournalFilter
from app.store.tables import Journal
from app.web.shell.current_user import actor, allowed
from app.web.shell.requests import row_number
from app.web.shell.services import services
from app.web.words.gettext import _, ngettext
from app.web.words.quarantine import why_quarantined

blueprint = Blueprint("journal", __name__, url_prefix="/journal")
MOST_AT_ONCE = 100
# Fields that hold JSON inside the form.
_JSON_FIELDS = frozenset({"InteractiveData", "FlowData", "ChannelMetadata"})


@blueprint.app_template_filter("why_quarantined")
def why(reason: str) -> str:
    """Why a form could not be applied, in words."""
    return why_quarantined(reason)


@blueprint.app_template_filter("status_told")
def status_told(row: Journal) -> str:
    """The status and the error code that a callback tells; '' for a customer's message and a form that was purged."""
    fields = dict(journal.pairs_of(row)) if row.kind == "status" else {}
    return " ".join(fields[name] for name in ("MessageStatus", "ErrorCode") if fields.get(name))[:60]


@blueprint.get("")
def page() -> str:
    """The webhooks that fit, newest first, below the row `before`."""
    who, asked = allowed("journal.read"), request.args
    state, kind, sid = asked.get("state", ""), asked.get("kind", ""), asked.get("sid", "").strip()[:34]
    wanted = JournalFilter(state if state in STATES else "", kind if kind in KINDS else "", sid)
    below = asked.get("before", type=row_number)

    def read(session: Session) -> list[Journal]:
        return journal_pages.rows(session, who.account_sid, wanted, below, journal_pages.PAGE + 1)

    found = services().database.read(read)
    rows = found[: journal_pages.PAGE]
    more = rows[-1].id if len(found) > journal_pages.PAGE else None
    return render_template("journal/page.html", rows=rows, more=more, wanted=wanted, states=STATES, kinds=KINDS)


@blueprint.get("/<int:number>")
def row(number: int) -> str:
    """One webhook with its raw form."""
    who = allowed("journal.read")

    def read(session: Session) -> str:
        found = journal.get(session, who.account_sid, number) or abort(404)
        message = shown_status.find(session, who.account_sid, found.sid, lock=False) if found.sid else None
        return render_template("journal/row.html", row=found, form=_pretty(found), message=message)

    shown = services().database.read(read)
    bodies.note_opened(services().database, who, "journal", number)
    return shown


@blueprint.post("/<int:number>/replay")
def replay_one(number: int) -> Response:
    """Apply one webhook again."""
    done = replay(services().database, actor(), [number])
    if not done:
        abort(404)
    flash(_said(done[0]))
    return redirect("/failures" if request.form.get("from") == "failures" else f"/journal/{number}", 303)


@blueprint.post("/replay-quarantined")
def replay_quarantined() -> Response:
    """Apply what waits in quarantine again."""
    who = allowed("journal.replay")
    waiting = services().database.read(lambda session: journal.quarantined(session, who.account_sid, MOST_AT_ONCE))
    done = replay(services().database, who, [found.id for found in reversed(waiting) if found.id is not None])
    well = sum(not one.reason for one in done)
    left = len(done) - well
    said = ngettext("%(num)d webhook is applied now.", "%(num)d webhooks are applied now.", well)
    if left:
        said += " " + ngettext("%(num)d is still not understood.", "%(num)d are still not understood.", left)
    flash(said)
    return redirect("/failures", 303)


def _said(done: Replayed) -> str:
    if done.purged:
        return _("The form was deleted after its time, so it can't be applied again.")
    if done.reason:
        return _("Applied again, and still in quarantine: %(why)s", why=why_quarantined(done.reason))
    if not done.changed:
        return _("Applied again. Everything was right already, so nothing was changed.")
    return ngettext("Applied again: %(num)d change.", "Applied again: %(num)d changes.", done.changed)


def _pretty(row: Journal) -> list[tuple[str, str]]:
    return [(name, _indented(value) if name in _JSON_FIELDS else value) for name, value in journal.pairs_of(row)]


def _indented(text: str) -> str:
    found = json_text.parsed(text)
    return text if found is text else json_text.indented(found)
