"""`/runs`: the runs, and each of them from its columns to its results."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response as AnyResponse

from app.domain.actor import Actor
from app.domain.auditing import bodies
from app.domain.clock import now
from app.domain.contacts.field_names import FieldUnknown
from app.domain.csv_file import FileUnreadable
from app.domain.runs import control, lists, report, start_times, starting
from app.domain.runs import left_out as who_is_left_out
from app.domain.runs.control import Terms
from app.domain.runs.lists import NewRun, RunRefused
from app.domain.runs.start_times import StartTimeRefused
from app.store.database import Session
from app.store.runs import recipients, rows
from app.web.runs import columns_form, view
from app.web.shell.current_user import allowed
from app.web.shell.requests import request, row_number
from app.web.shell.services import services
from app.web.words import runs as words
from app.web.words.fields import unknown
from app.web.words.times import zone, zone_choices

blueprint = Blueprint("runs", __name__, url_prefix="/runs")
_RUNS_SHOWN, _LEFT_OUT_SHOWN = 50, 200


@blueprint.get("")
def page() -> str:
    """The runs, newest first."""
    who, before = allowed("run.read"), request.args.get("before", type=row_number)
    found = services().database.read(lambda session: rows.newest(session, who.account_sid, before, _RUNS_SHOWN + 1))
    older = found[_RUNS_SHOWN - 1].id if len(found) > _RUNS_SHOWN else None
    return render_template("runs/page.html", runs=found[:_RUNS_SHOWN], older=older, words=words)


@blueprint.get("/<int:number>")
def one(number: int) -> str:
    """A run as it stands."""
    bodies.note_opened(services().database, allowed("run.read"), "run", number)
    return _one(number)


@blueprint.get("/<int:number>/progress")
def progress(number: int) -> str | AnyResponse:
    """How far it is; asked again and again by the page."""
    who = allowed("run.read")
    shown = services().database.read(lambda session: view.of(session, who.account_sid, number)) or abort(404)
    part = render_template("runs/_progress.html", shown=shown, run=shown.run, words=words)
    # In another state the page has other parts too.
    return part if request.args.get("state") == shown.run.state else make_response(part, refresh=True)


@blueprint.get("/<int:number>/left-out")
def left_out(number: int) -> str:
    """Who is left out and why, one by one."""
    who, state = allowed("run.read"), "bad" if request.args.get("state") == "bad" else "left_out"
    bodies.note_opened(services().database, who, "run", number)
    after = request.args.get("reason", "")[:60], request.args.get("line", 0, type=row_number)

    def read(session: Session) -> str:
        run = rows.get(session, who.account_sid, number) or abort(404)
        found = recipients.in_state(session, who.account_sid, number, state, after, _LEFT_OUT_SHOWN + 1)
        more = found[_LEFT_OUT_SHOWN - 1] if len(found) > _LEFT_OUT_SHOWN else None
        shown = who_is_left_out.of(session, run, found[:_LEFT_OUT_SHOWN])
        return render_template("runs/left_out.html", run=run, lines=shown, more=more, state=state, words=words)

    return services().database.read(read)


@blueprint.get("/<int:number>/results.csv")
def results(number: int) -> Response:
    """The results for each person; it is audited."""
    parts = report.export(services().database, allowed("run.export"), number) or abort(404)
    answer = Response(parts, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="run-{number}.csv"'
    return answer


@blueprint.post("/<int:number>/columns")
def columns(number: int) -> AnyResponse | tuple[str, int]:
    """Have it planned by these columns."""
    chosen = columns_form.chosen()
    try:
        return _step(number, lambda session, who: control.plan(session, who, number, chosen))
    except FieldUnknown as error:
        return _one(number, unknown(error)), 422


@blueprint.post("/<int:number>/start")
def start(number: int) -> AnyResponse | tuple[str, int]:
    """Let it go out, now or later."""
    form = request.form
    try:
        typed = form.get("at", "")
        at = start_times.moment_of(typed, form.get("zone", ""), now()) if typed else None
    except StartTimeRefused as error:
        return _one(number, words.why(error.code)), 422
    share = form.get("stop_share", "10")
    stop_share = int(share) if share.isascii() and share.isdecimal() and len(share) < 4 else 0
    terms = Terms(at, form.get("zone", "UTC")[:64], stop_share, form.get("spend_cap", ""))
    who = allowed("run.manage")
    try:
        starting.start(services().database, services().contents, who, number, terms)
    except RunRefused as error:
        return _refused(number, error)
    return redirect(url_for(".one", number=number), 303)


@blueprint.post("/<int:number>/<any(pause, resume, stop, drop):deed>")
def change(number: int, deed: str) -> AnyResponse | tuple[str, int]:
    """Pause it, let it go on, stop it, drop it."""
    verb = {"pause": control.pause, "resume": control.resume, "stop": control.stop, "drop": control.drop}[deed]
    return _step(number, lambda session, who: verb(session, who, number))


@blueprint.post("/<int:number>/again")
def again(number: int) -> AnyResponse | tuple[str, int]:
    """A new run to those whose message failed with a code."""
    who, code = allowed("run.manage"), request.form.get("code", "")[:20]
    run = services().database.read(lambda session: rows.get(session, who.account_sid, number)) or abort(404)
    new = NewRun(f"{run.name} ({code})", run.content_sid, run.sender)
    try:
        made = lists.from_failed(services().database, who, new, number, code)
    except (RunRefused, FileUnreadable) as error:
        return _one(number, words.why(error.code)), 422
    return redirect(url_for(".one", number=made), 303)


def _step(number: int, do: Callable[[Session, Actor], None]) -> AnyResponse | tuple[str, int]:
    who = allowed("run.manage")
    try:
        services().database.write(lambda session: do(session, who))
    except RunRefused as error:
        return _refused(number, error)
    return redirect(url_for(".one", number=number), 303)


def _refused(number: int, error: RunRefused) -> tuple[str, int]:
    if error.code == "unknown":
        abort(404)
    return _one(number, words.why(error.code, error.names)), 422


def _one(number: int, trouble: str = "") -> str:
    who = allowed("run.read")
    shown = services().database.read(lambda session: view.of(session, who.account_sid, number)) or abort(404)
    return render_template(
        "runs/one.html",
        shown=shown,
        run=shown.run,
        trouble=trouble,
        words=words,
        zones=zone_choices(),
        here=str(zone()),
    )
