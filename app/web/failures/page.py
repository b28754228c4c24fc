"""`/failures`: what failed, why and what to do; and what nobody could settle yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.failures import remedies
from app.domain.failures.remedies import BulkResult
from app.store.database import Database, Session
from app.store.failures import by_code, unsettled
from app.store.media import arrivals
from app.web.failures.view import Board, board, group_views
from app.web.messages.case_line import case_views
from app.web.shell.current_user import actor, allowed
from app.web.shell.requests import row_number
from app.web.shell.services import services
from app.web.words import bulk_results
from app.web.words.failures import explain
from app.web.words.gettext import _

blueprint = Blueprint("failures", __name__, url_prefix="/failures")
CODE = "string(maxlength=60)"


@blueprint.app_template_filter()
def what_of_code(code: str) -> str:
    """The name of one of Twilio's codes, or of a reason of ours."""
    return explain(code).what


@blueprint.get("")
def page() -> str:
    """The whole page."""
    who, spool = allowed("conversation.read"), services().spool
    warns_at = services().settings.late_media_warning

    def read(session: Session) -> tuple[Board, int]:
        late = arrivals.late_since(session, who.account_sid, now() - timedelta(days=1), warns_at)
        return board(session, who), late if late >= warns_at else 0

    shown, late = services().database.read(read)
    waiting, oldest = (spool.waiting(), spool.oldest()) if spool else (0, None)
    return render_template("failures/page.html", board=shown, spooled=waiting, oldest=oldest, late=late)


@blueprint.get("/counts")
def counts() -> str:
    """The numbers of the page as they are now; `shown` names the codes that it has."""
    who = allowed("conversation.read")
    shown = [code for code in request.args.get("shown", "").split(",") if code][:200]

    def read(session: Session) -> str:
        at = now()
        groups = group_views(session, who, at)
        counts = unsettled.counts(session, who.account_sid, at)
        return render_template(
            "failures/_counts.html",
            groups=[group for group in groups if group.code in shown],
            more=sum(group.code not in shown for group in groups),
            failed=sum(group.count for group in groups),
            counts=counts,
        )

    return services().database.read(read)


@blueprint.get(f"/<{CODE}:code>")
def of_code(code: str) -> str:
    """The messages that failed with one code, as a page."""
    return _of_code("failures/code.html", code)


@blueprint.get(f"/<{CODE}:code>/messages")
def messages(code: str) -> str:
    """The messages that failed with one code, below the message `before`."""
    return _of_code("failures/_affected.html", code)


@blueprint.post(f"/<{CODE}:code>/send-again")
def send_again(code: str) -> Response:
    """Send again what failed with this code and may be sent again."""
    return _to_all(remedies.send_all_again, code, bulk_results.sent_again)


@blueprint.post(f"/<{CODE}:code>/record-opt-outs")
def record_opt_outs(code: str) -> Response:
    """Record the opt-outs that this code told of."""
    return _to_all(remedies.record_all_opt_outs, code, bulk_results.opt_outs_recorded)


@blueprint.post("/go-on")
def go_on() -> Response:
    """Let a paused sender send now."""
    who, sender = actor(), request.form.get("sender", "")
    went_on = services().database.write(lambda session: remedies.resume_sender(session, who, sender))
    said = _("The sender goes on now. The next rate limit pauses it again, and for longer.")
    return _back(said if went_on else _("The sender was not paused any more."))


def _of_code(template: str, code: str) -> str:
    who, below = allowed("conversation.read"), request.args.get("before", type=row_number)

    def read(session: Session) -> str:
        found = by_code.of_code(session, who.account_sid, code, now(), below, by_code.PAGE + 1)
        shown = found[: by_code.PAGE]
        more = shown[-1].message.id if len(found) > by_code.PAGE else None
        cases = case_views(session, who, shown)
        if not cases and below is None:
            abort(404)
        return render_template(template, code=code, says=explain(code), cases=cases, more=more)

    return services().database.read(read)


def _to_all(
    deed: Callable[[Database, Actor, str], BulkResult], code: str, words: Callable[[BulkResult], str]
) -> Response:
    return _back(words(deed(services().database, actor(), code)))


def _back(told: str) -> Response:
    flash(told)
    return redirect("/failures", 303)
